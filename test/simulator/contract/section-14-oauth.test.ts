/**
 * OAuth 2.0. A: said by Intuit; B: recorded; C: told by others.
 *
 * Held elsewhere: the authorize page, codes, life and rotation of tokens, the end that is told on
 * request, known apps and people who left in oauth; userinfo and id tokens in openid; Intuit's own
 * client in official-client; the pages of an app in disconnect; 401 and 403 of the API in
 * section-08-faults.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type JsonObject, type Simulator, startSimulator } from '../../../src/simulator/index.js';

const DAY_MS = 24 * 3_600_000;

let simulator: Simulator;
let realmId: string;

beforeEach(async () => {
  simulator = await startSimulator();
  realmId = simulator.control.createCompany().realmId;
});

afterEach(() => simulator.close());

const basic = (credentials: string) => ({
  authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
});

interface Reply {
  status: number;
  body: JsonObject;
}

async function answerOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

async function refresh(token: string, headers: Record<string, string> = basic('app:secret')) {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token });
  const url = `${simulator.url}/oauth2/v1/tokens/bearer`;
  return answerOf(await fetch(url, { method: 'POST', headers, body }));
}

async function revoke(body: unknown, headers: Record<string, string> = basic('app:secret')) {
  const url = `${simulator.url}/v2/oauth2/tokens/revoke`;
  const all = { ...headers, 'content-type': 'application/json' };
  return answerOf(await fetch(url, { method: 'POST', headers: all, body: JSON.stringify(body) }));
}

async function call(accessToken: string): Promise<number> {
  const url = `${simulator.url}/v3/company/${realmId}/customer/1`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } });
  await response.arrayBuffer();
  return response.status;
}

const tokens = () => simulator.control.token(realmId, { clientId: 'app' });

describe('discovery', () => {
  it('[B] has the members of the recorded document, on this host', async () => {
    const url = `${simulator.url}/.well-known/openid_configuration`;
    const { body } = await answerOf(await fetch(url));
    expect(body).toMatchObject({
      userinfo_endpoint: `${simulator.url}/v1/openid_connect/userinfo`,
      jwks_uri: `${simulator.url}/op/v1/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: expect.arrayContaining(['openid', 'email', 'profile', 'address', 'phone']),
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
      claims_supported: ['aud', 'exp', 'iat', 'iss', 'realmid', 'sub'],
    });
  });
});

describe('[A OAU] an answer with tokens', () => {
  it('has the documented members, no longer than they may be', async () => {
    const { refreshToken } = tokens();
    const { status, body } = await refresh(refreshToken);
    expect([status, Object.keys(body).sort()]).toEqual([
      200,
      ['access_token', 'expires_in', 'refresh_token', 'token_type', 'x_refresh_token_expires_in'],
    ]);
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 3600 });
    expect(String(body['access_token']).length).toBeLessThanOrEqual(4096);
    expect(String(body['refresh_token']).length).toBeLessThanOrEqual(512);
  });

  it('[A FAQ] within a day gives the same refresh token to both of two refreshes', async () => {
    const { refreshToken } = tokens();
    const [first, second] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body['refresh_token']).toBe(first.body['refresh_token']);
  });

  it('[A FAQ] after a day the second of two refreshes meets invalid_grant', async () => {
    const { refreshToken } = tokens();
    simulator.control.setClock({ advanceMs: DAY_MS });
    const replies = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400]);
    const refused = replies.find(({ status }) => status === 400);
    expect(refused?.body).toEqual({
      error: 'invalid_grant',
      error_description: 'Incorrect or invalid refresh token',
    });
  });
});

describe('[A RT] a refresh token', () => {
  it('rolls on with each use, but not beyond five years', async () => {
    let { refreshToken } = tokens();
    const began = simulator.control.clock().nowMs;
    const end = began + 5 * 365 * DAY_MS;
    while (simulator.control.clock().nowMs + 90 * DAY_MS < end) {
      simulator.control.setClock({ advanceMs: 90 * DAY_MS });
      const { status, body } = await refresh(refreshToken);
      expect(status).toBe(200);
      refreshToken = String(body['refresh_token']);
    }
    simulator.control.setClock({ now: new Date(end + 1_000).toISOString() });
    expect(await refresh(refreshToken)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  it('[A] lives for 100 days at least', async () => {
    const { refreshToken } = tokens();
    simulator.control.setClock({ advanceMs: 100 * DAY_MS - 1_000 });
    expect((await refresh(refreshToken)).status).toBe(200);
  });

  it('[C] lives as long as the behaviours say', async () => {
    simulator.control.setBehaviours({ refreshTokenDays: 100 });
    const { refreshToken } = tokens();
    expect((await refresh(refreshToken)).body['x_refresh_token_expires_in']).toBeGreaterThan(
      8_639_900,
    );
    simulator.control.setClock({ advanceMs: 100 * DAY_MS });
    expect((await refresh(refreshToken)).status).toBe(400);
  });
});

describe('[A OAU] revoking', () => {
  it.each(['accessToken', 'refreshToken'] as const)('the %s ends both', async (which) => {
    const granted = tokens();
    expect(await revoke({ token: granted[which] })).toEqual({ status: 200, body: {} });
    expect(await call(granted.accessToken)).toBe(401);
    expect((await refresh(granted.refreshToken)).body['error']).toBe('invalid_grant');
    expect((await revoke({ token: granted[which] })).status).toBe(400);
  });

  it('needs a token that is known, and the app it belongs to', async () => {
    const granted = tokens();
    expect((await revoke({ token: 'unknown' })).status).toBe(400);
    expect((await revoke({})).status).toBe(400);
    expect((await revoke({ token: granted.refreshToken }, basic('other:s'))).status).toBe(400);
    expect(await call(granted.accessToken)).toBe(200);
  });
});

it('[C] an app that does not say who it is meets invalid_client', async () => {
  const { refreshToken } = tokens();
  for (const reply of [await refresh(refreshToken, {}), await revoke({ token: 'x' }, {})]) {
    expect(reply).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  }
});

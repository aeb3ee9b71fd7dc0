import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';

const REDIRECT = 'http://127.0.0.1:3000/oauth/callback';
const DAY_MS = 24 * 3_600_000;

interface TokenBody {
  access_token: string;
  refresh_token: string;
  x_refresh_token_expires_in: number;
}

let simulator: Simulator;
let realmId: string;

beforeEach(async () => {
  simulator = await startSimulator();
  realmId = simulator.control.createCompany().realmId;
});

afterEach(() => simulator.close());

function authorizeUrl(parameters: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: 'app-1',
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: REDIRECT,
    state: 'st-1',
    ...parameters,
  });
  return `${simulator.url}/connect/oauth2?${query}`;
}

async function redirected(url: string, init: RequestInit = {}): Promise<URLSearchParams> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  expect(response.status).toBe(302);
  return new URL(response.headers.get('location') ?? '').searchParams;
}

async function newCode(): Promise<string> {
  const back = await redirected(authorizeUrl({ realmId, auto: 'allow' }));
  return back.get('code') ?? '';
}

async function token(form: Record<string, string>, credentials = 'app-1:secret') {
  const response = await fetch(`${simulator.url}/oauth2/v1/tokens/bearer`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form),
  });
  const body: TokenBody = JSON.parse(await response.text());
  return { status: response.status, body };
}

function exchange(code: string, credentials?: string) {
  const form = { grant_type: 'authorization_code', code, redirect_uri: REDIRECT };
  return token(form, credentials);
}

function refresh(refreshToken: string) {
  return token({ grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function companyInfo(accessToken: string): Promise<number> {
  const response = await fetch(`${simulator.url}/v3/company/${realmId}/companyinfo/${realmId}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  await response.arrayBuffer();
  return response.status;
}

describe('discovery', () => {
  it.each(['openid_configuration', 'openid_sandbox_configuration'])('%s', async (document) => {
    const response = await fetch(`${simulator.url}/.well-known/${document}`);
    expect(await response.json()).toMatchObject({
      authorization_endpoint: `${simulator.url}/connect/oauth2`,
      token_endpoint: `${simulator.url}/oauth2/v1/tokens/bearer`,
      revocation_endpoint: `${simulator.url}/v2/oauth2/tokens/revoke`,
    });
  });
});

describe('the authorize page', () => {
  it('has no icon, and a browser that asks for one meets no error', async () => {
    const icon = await fetch(`${simulator.url}/favicon.ico`);
    expect([icon.status, await icon.text()]).toEqual([204, '']);
  });

  it('shows the app, the scopes and the companies, and escapes what it is given', async () => {
    const response = await fetch(authorizeUrl({ client_id: 'app-1"><script>alert(1)</script>' }));
    const html = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(html).toContain('com.intuit.quickbooks.accounting');
    expect(html).toContain(`value="${realmId}"`);
    expect(html).toContain('US, Plus');
    expect(html).toContain('Authorize');
    expect(html).toContain('Cancel');
    expect(html).not.toContain('<script>');
  });

  it.each([
    ['allow', { realmId: expect.anything(), code: expect.anything(), state: 'st-1' }],
    ['deny', { error: 'access_denied', state: 'st-1' }],
  ])('sends the browser back after a form with %s', async (decision, expected) => {
    const form = new URL(authorizeUrl()).searchParams;
    form.set('realmId', realmId);
    form.set('decision', decision);
    const url = `${simulator.url}/connect/oauth2`;
    const back = await redirected(url, { method: 'POST', body: form });
    expect(Object.fromEntries(back)).toEqual(expected);
  });

  it('answers anything but a code with unsupported_response_type', async () => {
    const back = await redirected(authorizeUrl({ response_type: 'token' }));
    expect(Object.fromEntries(back)).toEqual({
      error: 'unsupported_response_type',
      state: 'st-1',
    });
  });

  it('answers an unknown scope with invalid_scope', async () => {
    const back = await redirected(authorizeUrl({ scope: 'everything' }));
    expect(back.get('error')).toBe('invalid_scope');
  });

  it.each([
    ['no client', { client_id: '' }],
    ['no address to go back to', { redirect_uri: 'nowhere' }],
  ])('shows an error page for %s', async (_, parameters) => {
    const response = await fetch(authorizeUrl(parameters), { redirect: 'manual' });
    expect(response.status).toBe(400);
  });
});

describe('a code', () => {
  it('works once', async () => {
    const code = await newCode();
    expect(await exchange(code)).toMatchObject({
      status: 200,
      body: { token_type: 'bearer', expires_in: 3600 },
    });
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('ends its first tokens on the second exchange where that is switched on', async () => {
    simulator.control.setBehaviours({ codeReuse: 'refuse_and_revoke' });
    const code = await newCode();
    const { body } = await exchange(code);
    await exchange(code);
    expect(await companyInfo(body.access_token)).toBe(401);
  });

  it('lives five minutes', async () => {
    const code = await newCode();
    simulator.control.setClock({ advanceMs: 5 * 60_000 + 1 });
    expect(await exchange(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('belongs to one app', async () => {
    const code = await newCode();
    expect(await exchange(code, 'other:secret')).toMatchObject({ status: 400 });
  });
});

describe('tokens', () => {
  it('access ends after an hour', async () => {
    const { body } = await exchange(await newCode());
    simulator.control.setClock({ advanceMs: 3_600_000 - 1_000 });
    expect(await companyInfo(body.access_token)).toBe(200);
    simulator.control.setClock({ advanceMs: 2_000 });
    expect(await companyInfo(body.access_token)).toBe(401);
  });

  it('the refresh token changes at the first refresh after a day; the old one dies', async () => {
    const { body } = await exchange(await newCode());
    simulator.control.setClock({ advanceMs: DAY_MS - 1_000 });
    const same = await refresh(body.refresh_token);
    expect(same.body.refresh_token).toBe(body.refresh_token);
    simulator.control.setClock({ advanceMs: 2_000 });
    const changed = await refresh(body.refresh_token);
    expect(changed.body.refresh_token).not.toBe(body.refresh_token);
    expect(await refresh(body.refresh_token)).toEqual({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: 'Incorrect or invalid refresh token',
      },
    });
    expect((await refresh(changed.body.refresh_token)).status).toBe(200);
  });

  it('the refresh token can change every time', async () => {
    simulator.control.setBehaviours({ refreshRotation: 'always' });
    const { body } = await exchange(await newCode());
    const changed = await refresh(body.refresh_token);
    expect(changed.body.refresh_token).not.toBe(body.refresh_token);
    expect((await refresh(body.refresh_token)).status).toBe(400);
  });

  it('the refresh token ends after 101 days without use', async () => {
    const { body } = await exchange(await newCode());
    expect(body.x_refresh_token_expires_in).toBe(8_726_400);
    simulator.control.setClock({ advanceMs: 101 * DAY_MS + 1 });
    expect((await refresh(body.refresh_token)).status).toBe(400);
  });

  it('tells the five-year end only when asked', async () => {
    // The five years count from the consent: no second passes until the exchange.
    simulator.control.setClock({ stopped: true });
    const code = await newCode();
    const response = await fetch(`${simulator.url}/oauth2/v1/tokens/bearer`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from('app-1:secret').toString('base64')}`,
        'x-include-refresh-token-hard-expires-in': 'true',
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT,
      }),
    });
    simulator.control.setClock({ stopped: false });
    expect(await response.json()).toMatchObject({ x_refresh_token_hard_expires_in: 157_680_000 });
    expect((await exchange(await newCode())).body).not.toHaveProperty(
      'x_refresh_token_hard_expires_in',
    );
  });

  it('end when the owner disconnects the app', async () => {
    const { body } = await exchange(await newCode());
    expect(simulator.control.act(realmId, { do: 'disconnect' })).toEqual({ ended: 1 });
    expect(await companyInfo(body.access_token)).toBe(401);
    expect((await refresh(body.refresh_token)).status).toBe(400);
  });
});

describe('known apps', () => {
  it('are the only ones let in, with their own secret', async () => {
    await simulator.close();
    simulator = await startSimulator({ clients: { 'app-1': 'right' } });
    realmId = simulator.control.createCompany().realmId;
    expect(await exchange(await newCode(), 'app-1:wrong')).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
    expect((await exchange(await newCode(), 'app-1:right')).status).toBe(200);
    expect((await fetch(authorizeUrl({ client_id: 'app-2' }))).status).toBe(400);
  });
});

describe('the person who connected', () => {
  it('leaves the company: the refresh says so, and calls are refused', async () => {
    const { body } = await exchange(await newCode());
    expect(simulator.control.act(realmId, { do: 'leave' })).toEqual({ ended: 1 });
    expect(await companyInfo(body.access_token)).toBe(401);
    simulator.control.setBehaviours({ afterLeave: 'gateway_403' });
    expect(await companyInfo(body.access_token)).toBe(403);
    expect(await refresh(body.refresh_token)).toEqual({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: 'Unauthorized Request: User is not a member of the specified Realm',
        x_error_reason: 'user_not_in_realm',
        x_error_reason_detail: 'The user is not in the specified realm',
      },
    });
    const { body: again } = await exchange(await newCode());
    expect(await companyInfo(again.access_token)).toBe(200);
  });
});

describe('the token address', () => {
  it('takes no JSON', async () => {
    const response = await fetch(`${simulator.url}/oauth2/v1/tokens/bearer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'refresh_token' }),
    });
    expect(response.status).toBe(415);
  });
});

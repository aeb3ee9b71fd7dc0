import { createPublicKey, createVerify } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type JsonObject, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { list } from './support/company.js';

const REDIRECT = 'http://127.0.0.1:3000/oauth/callback';
const ACCOUNTING = 'com.intuit.quickbooks.accounting';

let simulator: Simulator;
let realmId: string;

beforeEach(async () => {
  simulator = await startSimulator();
  realmId = simulator.control.createCompany().realmId;
});

afterEach(() => simulator.close());

async function consent(scope: string, extra: Record<string, string> = {}) {
  const query = new URLSearchParams({
    client_id: 'app-1',
    response_type: 'code',
    scope,
    redirect_uri: REDIRECT,
    state: 'st-1',
    auto: 'allow',
    ...extra,
  });
  const response = await fetch(`${simulator.url}/connect/oauth2?${query}`, { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '').searchParams;
}

async function tokensFor(back: URLSearchParams): Promise<JsonObject> {
  const response = await fetch(`${simulator.url}/oauth2/v1/tokens/bearer`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('app-1:secret').toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: back.get('code') ?? '',
      redirect_uri: REDIRECT,
    }),
  });
  return JSON.parse(await response.text());
}

async function getJson(
  path: string,
  token?: unknown,
): Promise<{ status: number; body: JsonObject }> {
  const headers = new Headers();
  if (token !== undefined) headers.set('authorization', `Bearer ${String(token)}`);
  const response = await fetch(`${simulator.url}${path}`, { headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

function partOf(token: unknown, index: number): JsonObject {
  const part = String(token).split('.')[index] ?? '';
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

describe('userinfo', () => {
  it.each([
    ['openid', ['sub']],
    ['openid email', ['sub', 'email', 'emailVerified']],
    [
      'openid profile phone',
      ['sub', 'givenName', 'familyName', 'phoneNumber', 'phoneNumberVerified'],
    ],
    ['openid address', ['sub', 'address']],
  ])('tells for the scopes "%s" no more than they cover', async (scope, members) => {
    const { access_token } = await tokensFor(await consent(scope));
    const { status, body } = await getJson('/v1/openid_connect/userinfo', access_token);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual([...members].sort());
  });

  it('is closed without openid, and without a token', async () => {
    const { access_token } = await tokensFor(await consent(ACCOUNTING, { realmId }));
    expect((await getJson('/v1/openid_connect/userinfo', access_token)).status).toBe(403);
    expect((await getJson('/v1/openid_connect/userinfo', 'nobody')).status).toBe(401);
  });
});

describe('an id token', () => {
  it('is signed with the key that jwks_uri serves', async () => {
    const tokens = await tokensFor(await consent(`openid ${ACCOUNTING}`, { realmId }));
    const { body: keys } = await getJson('/op/v1/jwks');
    const [key = {}] = list(keys, 'keys');
    expect(partOf(tokens['id_token'], 0)).toEqual({ alg: 'RS256', kid: key['kid'] });
    const [head = '', claims = '', signature = ''] = String(tokens['id_token']).split('.');
    const { kty, n, e } = key;
    const publicKey = createPublicKey({
      key: { kty: String(kty), n: String(n), e: String(e) },
      format: 'jwk',
    });
    const verify = () => createVerify('RSA-SHA256');
    expect(verify().update(`${head}.${claims}`).verify(publicKey, signature, 'base64url')).toBe(
      true,
    );
    expect(verify().update(`${head}.x${claims}`).verify(publicKey, signature, 'base64url')).toBe(
      false,
    );
  });

  it('names app, company, person and an end after an hour', async () => {
    const { id_token, access_token } = await tokensFor(
      await consent(`openid ${ACCOUNTING}`, { realmId }),
    );
    const claims = partOf(id_token, 1);
    const { body } = await getJson('/v1/openid_connect/userinfo', access_token);
    const { body: document } = await getJson('/.well-known/openid_configuration');
    expect(claims).toMatchObject({
      aud: ['app-1'],
      realmid: realmId,
      sub: body['sub'],
      iss: document['issuer'],
    });
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(3600);
  });

  it('is not given without openid', async () => {
    const tokens = await tokensFor(await consent(ACCOUNTING, { realmId }));
    expect(tokens).not.toHaveProperty('id_token');
  });
});

describe('a consent', () => {
  it('to who the person is leads to no company', async () => {
    const back = await consent('openid email');
    expect(back.get('realmId')).toBeNull();
    const { access_token, id_token } = await tokensFor(back);
    expect(partOf(id_token, 1)).not.toHaveProperty('realmid');
    expect((await getJson(`/v3/company/${realmId}/customer/1`, access_token)).status).toBe(403);
  });

  it('may leave out some of what was asked for', async () => {
    const extra = { realmId, granted: `openid ${ACCOUNTING}` };
    const { access_token } = await tokensFor(await consent(`openid email ${ACCOUNTING}`, extra));
    const { body } = await getJson('/v1/openid_connect/userinfo', access_token);
    expect(body).not.toHaveProperty('email');
    expect((await getJson(`/v3/company/${realmId}/customer/1`, access_token)).status).toBe(200);
  });

  it('may leave out the company, which the app only meets later', async () => {
    const back = await consent(`openid ${ACCOUNTING}`, { realmId, granted: 'openid' });
    expect(back.get('error')).toBeNull();
    const { access_token } = await tokensFor(back);
    expect((await getJson(`/v3/company/${realmId}/customer/1`, access_token)).status).toBe(403);
  });

  it('to nothing is a refusal', async () => {
    const back = await consent(ACCOUNTING, { realmId, granted: '' });
    expect(Object.fromEntries(back)).toEqual({ error: 'access_denied', state: 'st-1' });
  });
});

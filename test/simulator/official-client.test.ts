import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import OAuthClient from 'intuit-oauth';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';

const REDIRECT = 'http://127.0.0.1:3000/oauth/callback';
const DAY_MS = 24 * 3_600_000;

let simulator: Simulator;
let realmId: string;
let client: OAuthClient;

beforeEach(async () => {
  simulator = await startSimulator();
  realmId = simulator.control.createCompany().realmId;
  client = newClient();
});

afterEach(() => simulator.close());

/** Its addresses are set as its documentation says; two have no setter but are plain members. */
function newClient(more: { includeRefreshTokenHardExpiresIn?: boolean } = {}): OAuthClient {
  const { url } = simulator;
  const made = new OAuthClient({
    clientId: 'app-1',
    clientSecret: 'secret',
    environment: 'sandbox',
    redirectUri: REDIRECT,
    ...more,
  });
  made.setAuthorizeURLs({
    authorizeEndpoint: `${url}/connect/oauth2`,
    tokenEndpoint: `${url}/oauth2/v1/tokens/bearer`,
    revokeEndpoint: `${url}/v2/oauth2/tokens/revoke`,
    userInfoEndpoint: `${url}/v1/openid_connect/userinfo`,
  });
  Object.assign(OAuthClient, { jwks_uri: `${url}/op/v1/jwks` });
  return made;
}

async function comeBack(scope: string[], decision = 'allow'): Promise<string> {
  const uri = client.authorizeUri({ scope, state: 'st-1' });
  const response = await fetch(`${uri}&realmId=${realmId}&auto=${decision}`, {
    redirect: 'manual',
  });
  return response.headers.get('location') ?? '';
}

const ACCOUNTING = 'com.intuit.quickbooks.accounting';

function companyInfo() {
  const url = `${simulator.url}/v3/company/${realmId}/companyinfo/${realmId}?minorversion=75`;
  return client.makeApiCall({ url });
}

describe('the official client', () => {
  it('connects, calls, refreshes, meets a new refresh token, and revokes', async () => {
    await client.createToken(await comeBack([ACCOUNTING]));
    const first = client.getToken();
    expect(first).toMatchObject({ realmId, token_type: 'bearer', expires_in: 3600 });
    expect(client.isAccessTokenValid()).toBe(true);
    const { json } = await companyInfo();
    expect(json).toHaveProperty('CompanyInfo.CompanyName');

    const { refresh_token: kept } = first;
    await client.refresh();
    expect(client.getToken().refresh_token).toBe(kept);
    simulator.control.setClock({ advanceMs: DAY_MS });
    await expect(companyInfo()).rejects.toMatchObject({ code: '401' });
    await client.refreshUsingToken(kept);
    expect(client.getToken().refresh_token).not.toBe(kept);
    await expect(client.refreshUsingToken(kept)).rejects.toThrow('invalid_grant');
    expect((await companyInfo()).status).toBe(200);

    await client.revoke();
    await expect(companyInfo()).rejects.toMatchObject({ code: '401' });
    await expect(client.refresh()).rejects.toThrow();
  });

  it('learns who the person is, and that the statement is genuine', async () => {
    await client.createToken(await comeBack(['openid', 'email', 'profile', ACCOUNTING]));
    const info = await client.getUserInfo();
    expect(info.getJson()).toMatchObject({ givenName: 'Sample', emailVerified: true });
    expect(await client.validateIdToken()).toBe(true);
  });

  it('sees the five-year end when it asks for it', async () => {
    client = newClient({ includeRefreshTokenHardExpiresIn: true });
    const answer = await client.createToken(await comeBack([ACCOUNTING]));
    const { x_refresh_token_hard_expires_in: seconds } = answer.getJson();
    expect(seconds).toBeGreaterThan(157_000_000);
  });

  it('cannot use a code twice', async () => {
    const location = await comeBack([ACCOUNTING]);
    await client.createToken(location);
    await expect(newClient().createToken(location)).rejects.toThrow();
  });

  it('sees a refusal in the address it comes back to', async () => {
    const location = new URL(await comeBack([ACCOUNTING], 'deny'));
    expect(Object.fromEntries(location.searchParams)).toEqual({
      error: 'access_denied',
      state: 'st-1',
    });
  });

  it('reads faults of the service', async () => {
    await client.createToken(await comeBack([ACCOUNTING]));
    const url = `${simulator.url}/v3/company/${realmId}/invoice`;
    const body = JSON.stringify({ Line: [] });
    await expect(client.makeApiCall({ url, method: 'POST', body })).rejects.toMatchObject({
      code: '2020',
      fault: { type: 'ValidationFault' },
    });
  });
});

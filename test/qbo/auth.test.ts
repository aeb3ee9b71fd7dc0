import { afterEach, describe, expect, it } from '@jest/globals';
import { QuickBooksUnavailable } from '../../src/qbo/errors.js';
import { openQuickBooks, type QuickBooksOptions } from '../../src/qbo/quickbooks.js';
import { bundle } from './bundle.js';
import { html } from './replies.js';
import { type Arrived, type Reply, startScripted, tokenAnswer } from './scripted-server.js';

// The client as a connection is made and ended with it, against a server that answers what it is told to.

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function setup(script: (arrived: Arrived, number: number) => Reply | undefined) {
  const server = await startScripted(script);
  open.push(server.close);
  const made = await bundle(server.url);
  open.push(made.close);
  return { ...made, server };
}

describe('connecting', () => {
  const callback = (query: string) => `https://sync.example/oauth/callback?${query}`;

  it('sends the browser to Intuit for accounting, with our state', async () => {
    const { client, server } = await setup(() => undefined);
    const url = new URL((await client()).auth.authorizeUrl({ state: 'st+a/te' }));
    expect(`${url.origin}${url.pathname}`).toBe(`${server.url}/connect/oauth2`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client',
      response_type: 'code',
      scope: 'com.intuit.quickbooks.accounting',
      redirect_uri: 'https://sync.example/oauth/callback',
      state: 'st+a/te',
    });
  });

  it('exchanges the code for tokens and the realm', async () => {
    const { client, server } = await setup(() =>
      tokenAnswer(1, {
        x_refresh_token_hard_expires_in: 1_000,
        scope: 'com.intuit.quickbooks.accounting',
      }),
    );
    const before = Date.now();
    const got = await (await client()).auth.exchangeCode({
      callbackUrl: callback('code=XAB1&state=s&realmId=9341457'),
    });
    expect(got).toMatchObject({
      realmId: '9341457',
      accessToken: 'canary-access-fresh-1',
      refreshToken: 'canary-refresh-fresh-1',
    });
    expect(got.accessExpiresAt.getTime() - before).toBeGreaterThanOrEqual(3_600_000);
    expect(got.hardExpiresAt).toBeInstanceOf(Date);
    const [call] = server.calls;
    expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'XAB1',
      redirect_uri: 'https://sync.example/oauth/callback',
    });
    const basic = Buffer.from('client:canary-secret').toString('base64');
    expect(call?.headers.authorization).toBe(`Basic ${basic}`);
  });

  it.each([
    ['error=access_denied&state=s', 'access_denied'],
    ['error=invalid_scope&state=s', 'invalid_scope'],
    ['state=s&realmId=9341457', 'incomplete_callback'],
    ['code=x&state=s', 'scope_missing'],
    ['code=x&state=s&realmId=../1', 'incomplete_callback'],
  ])('refuses the callback %s', async (query, why) => {
    const { client, server } = await setup(() => undefined);
    const exchange = (await client()).auth.exchangeCode({ callbackUrl: callback(query) });
    await expect(exchange).rejects.toMatchObject({ name: 'ConnectRefused', why });
    expect(server.calls).toHaveLength(0);
  });

  it.each<[string, Reply, object]>([
    ['a used code', { status: 400, body: '{"error":"invalid_grant"}' }, { why: 'invalid_code' }],
    ['no accounting', tokenAnswer(1, { scope: 'openid email' }), { why: 'scope_missing' }],
    ['HTML', html, { name: 'QuickBooksUnavailable', status: 502 }],
    ['tokens that are none', { body: '{}' }, { name: 'QuickBooksUnavailable', status: 200 }],
  ])('tells %s', async (_, reply, want) => {
    const { client, server } = await setup(() => reply);
    const callbackUrl = callback('code=x&state=s&realmId=1');
    await expect((await client()).auth.exchangeCode({ callbackUrl })).rejects.toMatchObject(want);
    expect(server.calls).toHaveLength(1);
  });

  it('revokes, and takes a token that is dead already for done', async () => {
    const replies: Reply[] = [{ body: '' }, { status: 400, body: '' }, html];
    const { client, server } = await setup((_, number) => replies[number - 1]);
    const { auth } = await client();
    expect(await auth.revoke('canary-refresh')).toBe('revoked');
    expect(await auth.revoke('canary-refresh')).toBe('already_dead');
    await expect(auth.revoke('canary-refresh')).rejects.toThrow(QuickBooksUnavailable);
    expect(server.calls[0]).toMatchObject({
      path: '/v2/oauth2/tokens/revoke',
      body: '{"token":"canary-refresh"}',
    });
  });
});

describe('opening', () => {
  const options = { environment: 'production', baseUrl: 'http://evil' } as QuickBooksOptions;
  it('lets no address but Intuit’s stand for real companies, and asks for the simulator’s', () => {
    expect(() => openQuickBooks(options)).toThrow(RangeError);
    expect(() => openQuickBooks({ ...options, environment: 'sandbox' })).toThrow(RangeError);
    expect(() =>
      openQuickBooks({ ...options, environment: 'simulator', baseUrl: undefined }),
    ).toThrow(RangeError);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse } from 'fastify';
import { makeConnectLink } from '../../src/ledger/connections/connect-links.js';
import { readConnection } from '../../src/ledger/connections/connections.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, aConnection, anApp, CLIENT_ID, RETURN_URL } from '../support/tenancy.js';
import { aWeb, type WebUnderTest, withKey } from '../support/web.js';

const OURS = '4620816365000001';
const OTHER = '4620816365000002';

describe('connecting a browser', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let simulator: Simulator;
  let running: WebUnderTest;
  let app: Awaited<ReturnType<typeof anApp>>;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    simulator = await startSimulator({
      companies: [
        { realmId: OURS, country: 'US', plan: 'plus' },
        { realmId: OTHER, country: 'GB', plan: 'plus' },
      ],
    });
    running = await aWeb(fresh.ledger, { intuitUrl: simulator.url });
    app = await anApp(fresh.ledger);
  });
  afterAll(async () => {
    await running.close();
    await simulator.close();
    await fresh.close();
  });

  /** Follows a link to Intuit. */
  async function leave(connectionId: string) {
    const { ledger } = fresh;
    const token = await makeConnectLink(ledger, { id: connectionId, appId: app.app.id }, 'test');
    const left = await running.web.inject({ url: `/connect/${token}` });
    const [cookie] = left.cookies;
    return { left, cookie: `${cookie?.name}=${cookie?.value}`, authorize: locationOf(left) };
  }

  /** Lets the simulator answer for the person, and gives the path it sends the browser back to. */
  async function decide(authorize: string, decision: Record<string, string>) {
    const url = new URL(authorize);
    for (const [name, value] of Object.entries(decision)) url.searchParams.set(name, value);
    const answer = await fetch(url, { redirect: 'manual' });
    const back = new URL(answer.headers.get('location') ?? '');
    return `${back.pathname}${back.search}`;
  }

  const comeBack = (path: string, cookie: string) =>
    running.web.inject({ url: path, headers: { cookie } });

  async function connect(connectionId: string, realmId = OURS) {
    const { cookie, authorize } = await leave(connectionId);
    const path = await decide(authorize, { auto: 'allow', realmId });
    return { path, cookie, answer: await comeBack(path, cookie) };
  }

  const locationOf = (answer: LightMyRequestResponse) => String(answer.headers.location);

  function expectRedirect(answer: LightMyRequestResponse, location: string) {
    expect(answer.statusCode).toBe(302);
    expect(answer.body).toBe('');
    expect(locationOf(answer)).toBe(location);
  }

  it('goes to Intuit with a fresh state and a cookie for this browser only', async () => {
    const connection = await aConnection(fresh.ledger, app.app.id);
    const { left, authorize } = await leave(connection.id);
    expect(left.statusCode).toBe(302);
    expect(left.body).toBe('');
    const url = new URL(authorize);
    expect(url.origin).toBe(simulator.url);
    expect(url.searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    expect(url.searchParams.get('client_id')).toBe(CLIENT_ID);
    expect(left.headers['set-cookie']).toMatch(
      /^__Host-qbo_sync_connect=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('connects, refreshes the lists, and goes back to the app', async () => {
    const connection = await aConnection(fresh.ledger, app.app.id);
    running.dispatched.length = 0;
    running.wokenRuns.length = 0;
    const { answer } = await connect(connection.id);
    expectRedirect(answer, `${RETURN_URL}?connection=${connection.id}&result=connected`);
    const connected = await readConnection(fresh.ledger, app.app.id, connection.id);
    expect(connected).toMatchObject({ status: 'connected', connectedAt: now });
    expect(running.dispatched).toEqual([connected?.companyId]);
    expect(running.wokenRuns).toHaveLength(1);
    const runs = await withKey(running.web, app.key)(
      'GET',
      `/v1/connections/${connection.id}/runs`,
    );
    expect(runs.json().runs).toEqual([
      expect.objectContaining({ job: 'refresh_master_data', status: 'queued' }),
    ]);
  });

  it('sends a second callback with the same state to the error page and connects once', async () => {
    const connection = await aConnection(fresh.ledger, app.app.id);
    const { path, cookie } = await connect(connection.id);
    expectRedirect(await comeBack(path, cookie), '/connect/error');
    const connects = await fresh.ledger.sql`
      select 1 from audit_log
      where connection_id = ${connection.id} and action = 'connection.connected'`;
    expect(connects).toHaveLength(1);
  });

  it.each([
    ['without a state', (path: string) => path.replace(/state=[^&]+/, ''), undefined],
    ['with an unknown state', (path: string) => path.replace(/state=[^&]+/, 'state=x'), undefined],
    ['with two states', (path: string) => `${path}&state=again`, undefined],
    ['without the cookie', (path: string) => path, ''],
    ['from another browser', (path: string) => path, `__Host-qbo_sync_connect=${'a'.repeat(43)}`],
  ])('refuses a callback %s', async (_how, change, otherCookie) => {
    const connection = await aConnection(fresh.ledger, app.app.id);
    const { cookie, authorize } = await leave(connection.id);
    const path = await decide(authorize, { auto: 'allow', realmId: OURS });
    expectRedirect(await comeBack(change(path), otherCookie ?? cookie), '/connect/error');
    const still = await readConnection(fresh.ledger, app.app.id, connection.id);
    expect(still?.status).toBe('new');
  });

  it('refuses a state after ten minutes and a link after a day', async () => {
    const connection = await aConnection(fresh.ledger, app.app.id);
    const { cookie, authorize } = await leave(connection.id);
    const path = await decide(authorize, { auto: 'allow', realmId: OURS });
    now = new Date(now.getTime() + 10 * 60_000);
    expectRedirect(await comeBack(path, cookie), '/connect/error');

    const link = { id: connection.id, appId: app.app.id };
    const token = await makeConnectLink(fresh.ledger, link, 'test');
    now = new Date(now.getTime() + 86_400_000);
    expectRedirect(await running.web.inject({ url: `/connect/${token}` }), '/connect/error');
    expectRedirect(await running.web.inject({ url: '/connect/nonsense' }), '/connect/error');
  });

  it('tells the app when the person said no, or a scope is missing', async () => {
    const connection = await aConnection(fresh.ledger, app.app.id);
    const back = (result: string) => `${RETURN_URL}?connection=${connection.id}&result=${result}`;
    const refused = await leave(connection.id);
    const denied = await decide(refused.authorize, { auto: 'deny' });
    expectRedirect(await comeBack(denied, refused.cookie), back('refused'));
    const scoped = await leave(connection.id);
    const missing = await decide(scoped.authorize, { scope: 'nothing' });
    expectRedirect(await comeBack(missing, scoped.cookie), back('scopes_missing'));
  });

  it('refuses another company than before, and keeps what was there', async () => {
    const connection = await aConnection(fresh.ledger, app.app.id);
    await connect(connection.id);
    const before = await readConnection(fresh.ledger, app.app.id, connection.id);
    const { answer } = await connect(connection.id, OTHER);
    expectRedirect(answer, `${RETURN_URL}?connection=${connection.id}&result=other_company`);
    expect(await readConnection(fresh.ledger, app.app.id, connection.id)).toEqual(before);
  });

  it('does not send a browser to an address that left the app’s list', async () => {
    const moved = await anApp(fresh.ledger);
    const connection = await aConnection(fresh.ledger, moved.app.id);
    const { cookie, authorize } = await leave(connection.id);
    await fresh.ledger.sql`update apps set return_urls = '[]' where id = ${moved.app.id}`;
    const path = await decide(authorize, { auto: 'deny' });
    expectRedirect(await comeBack(path, cookie), '/connect/error');
  });

  it('disconnects and ends the tokens at Intuit when the last connection leaves', async () => {
    const other = await anApp(fresh.ledger);
    const call = withKey(running.web, other.key);
    const { connection, companyId } = await aConnected(fresh.ledger, other.app.id, OTHER);
    const { answer } = await connect(connection.id, OTHER);
    expect(locationOf(answer)).toContain('result=connected');
    const second = await aConnection(fresh.ledger, other.app.id);
    await connect(second.id, OTHER);
    const [token] = await fresh.ledger.sql<{ refreshCipher: Buffer }[]>`
      select refresh_cipher from tokens where company_id = ${companyId}`;
    const place = `tokens.refresh:${companyId}`;
    const refreshToken = fresh.ledger.cipher.decrypt(
      place,
      token?.refreshCipher ?? Buffer.alloc(0),
    );

    const left = await call('POST', `/v1/connections/${connection.id}/disconnect`);
    expect(left.json()).toMatchObject({ status: 'disconnected', actions: ['connect'] });
    const tokens = () => fresh.ledger.sql`select 1 from tokens where company_id = ${companyId}`;
    expect(await tokens()).toHaveLength(1);
    await call('POST', `/v1/connections/${second.id}/disconnect`);
    expect(await tokens()).toHaveLength(0);
    expect(await refreshAnswer(refreshToken)).toBe(400);
  });

  /** What Intuit answers to a refresh with this token. */
  async function refreshAnswer(refreshToken: string): Promise<number> {
    const answer = await fetch(`${simulator.url}/oauth2/v1/tokens/bearer`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${CLIENT_ID}:intuit-secret`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    });
    return answer.status;
  }

  it('shows an error page that runs nothing and repeats nothing of the request', async () => {
    const page = await running.web.inject({ url: '/connect/error?x=<script>alert(1)</script>' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.body).not.toContain('script');
  });

  it('answers 302 without a body even when the database is away', async () => {
    const alone = await freshLedger();
    const lonely = await aWeb(alone.ledger);
    await alone.close();
    const headers = { cookie: `__Host-qbo_sync_connect=${'a'.repeat(43)}` };
    for (const url of ['/oauth/callback?state=x&code=y&realmId=1', `/connect/${'a'.repeat(43)}`]) {
      expectRedirect(await lonely.web.inject({ url, headers }), '/connect/error');
    }
    await lonely.close();
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, createKey, InvalidEmbedOrigin } from '../../src/ledger/apps/apps.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, aConnection, RETURN_URL } from '../support/tenancy.js';
import {
  aCustomer,
  aLogin,
  asPerson,
  aWeb,
  PUBLIC_URL,
  type WebUnderTest,
  withKey,
} from '../support/web.js';

const SHOP = 'https://shop.example';

describe('the page of an app’s customer', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let folder: string;
  let call: ReturnType<typeof withKey>;
  let connection: Connection;
  let appId: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qbo-sync-customer-page-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><div id="root"></div>');
    writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {};');
    fresh = await freshLedger({ clock: () => now });
    running = await aWeb(fresh.ledger, { customerPageFolder: folder, dashboardFolder: folder });
    ({ call, connection, appId } = await anAppWith([]));
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
    rmSync(folder, { recursive: true });
  });

  async function anAppWith(embedOrigins: string[]) {
    const made = { name: 'Harbour', returnUrls: [RETURN_URL], embedOrigins };
    const app = await createApp(fresh.ledger, made, 'test');
    const { key } = await createKey(
      fresh.ledger,
      { appId: app.id, scopes: ['connections'] },
      'test',
    );
    const own = (await aConnected(fresh.ledger, app.id)).connection;
    return { call: withKey(running.web, key), connection: own, appId: app.id };
  }

  async function linkOf(send = call, { id } = connection) {
    const answer = await send('POST', `/v1/connections/${id}/page-link`, {
      actor: { id: 'user-7' },
    });
    expect(answer.statusCode).toBe(201);
    const { url, expiresAt } = answer.json<{ url: string; expiresAt: string }>();
    expect(url.startsWith(`${PUBLIC_URL}/connection/open/`)).toBe(true);
    return { path: new URL(url).pathname, expiresAt };
  }
  const open = (path: string) => running.web.inject({ url: path });

  it('is opened once by a link that lives five minutes, and always by a redirect without a body', async () => {
    const { path, expiresAt } = await linkOf();
    expect(expiresAt).toBe('2026-11-22T09:05:00.000Z');
    const first = await open(path);
    expect([first.statusCode, first.body, first.headers.location]).toEqual([
      302,
      '',
      `/connection/${connection.id}`,
    ]);
    expect(String(first.headers['set-cookie']).replace(/=[\w-]{43};/, '=…;')).toBe(
      '__Host-qbo_sync_customer=…; Path=/; HttpOnly; Secure; SameSite=Lax',
    );
    const late = (await linkOf()).path;
    now = new Date(now.getTime() + 300_000);
    for (const used of [path, late, '/connection/open/x']) {
      const answer = await open(used);
      expect([answer.statusCode, answer.body, answer.headers.location]).toEqual([
        302,
        '',
        '/connection/expired',
      ]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect((await open('/connection/expired')).body).toContain('This link does not work any more');
    const rows = await fresh.ledger.sql<{ actor: string }[]>`
      select actor from audit_log where action = 'connection.page_opened'`;
    expect(rows.map(({ actor }) => actor)).toEqual(['customer:user-7']);
  });

  it('is opened for support by a link in their name', async () => {
    const post = async (role: 'operator' | 'support') => {
      const { cookie, csrfToken } = await aLogin(fresh.ledger, running.web, role);
      return running.web.inject({
        method: 'POST',
        url: `/ops/connections/${connection.id}/page-link`,
        headers: { cookie, 'x-csrf-token': csrfToken, origin: PUBLIC_URL },
      });
    };
    expect((await post('operator')).statusCode).toBe(403);
    const answer = await post('support');
    expect(answer.statusCode).toBe(201);
    const opened = await open(new URL(answer.json<{ url: string }>().url).pathname);
    expect(opened.headers.location).toBe(`/connection/${connection.id}`);
    const rows = await fresh.ledger.sql<{ action: string; actor: string }[]>`
      select action, actor from audit_log where action like 'connection.page_%' order by id desc limit 2`;
    const [used, made] = rows;
    expect(made?.actor).toContain('@');
    expect(used).toEqual({ action: 'connection.page_opened', actor: `customer:${made?.actor}` });
  });

  it('may be framed by the origins of its app alone, and the dashboard by nobody', async () => {
    const framed = await anAppWith([SHOP, 'http://localhost:5173']);
    const headersOf = async (url: string) => (await open(url)).headers;
    const page = await headersOf(`/connection/${framed.connection.id}`);
    expect(page['content-security-policy']).toMatch(
      /^default-src 'self';.*frame-ancestors https:\/\/shop\.example http:\/\/localhost:5173$/,
    );
    expect(page['x-frame-options']).toBeUndefined();
    const { path } = await linkOf(framed.call, framed.connection);
    expect(String((await open(path)).headers['set-cookie'])).toMatch(
      /; HttpOnly; Secure; (SameSite=None; Partitioned|Partitioned; SameSite=None)$/,
    );
    for (const url of [
      `/connection/${connection.id}`,
      '/dashboard/',
      '/connection/expired',
      path,
    ]) {
      const headers = await headersOf(url);
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
      expect(headers['x-frame-options']).toBe('DENY');
    }
    for (const origin of [
      'https://shop.example/x',
      "https://a.example; script-src 'self'",
      '*',
      'http://a.example',
    ]) {
      const made = { name: 'Harbour', returnUrls: [], embedOrigins: [origin] };
      await expect(createApp(fresh.ledger, made, 'test')).rejects.toBeInstanceOf(
        InvalidEmbedOrigin,
      );
    }
  });

  it('serves its own files, and only the page of a connection', async () => {
    // Each who listens to an answer counts; of more than ten Node thinks that somebody forgets to stop.
    const warnings: string[] = [];
    const note = ({ message }: Error) => void warnings.push(message);
    process.on('warning', note);
    const page = await open(`/connection/${connection.id}`);
    process.off('warning', note);
    expect(warnings).toEqual([]);
    expect([page.statusCode, page.headers['cache-control']]).toEqual([200, 'no-store']);
    const asset = await open('/connection/assets/index-abc123.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const url of ['/connection/x', '/connection/assets/none.js']) {
      expect((await open(url)).statusCode).toBe(404);
    }
  });

  it('ends after half an hour that nobody used it', async () => {
    const { cookie } = await aCustomer(fresh.ledger, running.web, connection);
    const url = `/customer/connections/${connection.id}`;
    const read = (headers: Record<string, string> = {}) =>
      running.web.inject({ url, headers: { cookie, ...headers } });
    now = new Date(now.getTime() + 29 * 60_000);
    expect((await read({ 'x-poll': '1' })).statusCode).toBe(200);
    now = new Date(now.getTime() + 60_000);
    expect((await read()).statusCode).toBe(401);
  });

  it('lets a customer change what their page shows and nothing else', async () => {
    const customer = asPerson(running.web, await aCustomer(fresh.ledger, running.web, connection));
    const url = `/customer/connections/${connection.id}/settings`;
    for (const change of [
      { finalization: false },
      { customer: { missing: 'create' } },
      { modules: null },
      { modules: ['invoice', 'payment'] },
    ]) {
      const answer = await customer('PATCH', url, change);
      expect([change, answer.statusCode]).toEqual([change, 422]);
      expect((await customer('POST', `${url}/check`, change)).statusCode).toBe(422);
    }
    // What the app sends beside what the page offers stays as it is.
    await fresh.ledger.sql`
      update connections set settings = settings || '{"modules": ["invoice", "payment"]}'
      where id = ${connection.id}`;
    expect((await customer('PATCH', url, { modules: ['invoice'] })).statusCode).toBe(422);
    const kept = { modules: ['payment', 'customer'] };
    expect((await customer('PATCH', url, kept)).statusCode).toBe(204);
    expect((await customer('PATCH', url, { direction: 'off' })).statusCode).toBe(204);
    const settings = await call('GET', `/v1/connections/${connection.id}`);
    expect(settings.json().settings.direction).toBe('off');
    const [row] = await fresh.ledger.sql<{ actor: string }[]>`
      select actor from audit_log where action = 'connection.settings_changed'`;
    expect(row?.actor).toBe('customer:user-7');
    const hide = `/customer/connections/${connection.id}/records/account/1`;
    expect((await customer('PATCH', hide, { hidden: true })).statusCode).toBe(404);
  });

  it('goes on with another company only while its own is out of reach, and says what it accepts', async () => {
    const { connection: own } = await aConnected(fresh.ledger, appId, '4620816365000000077');
    const cookies = await aCustomer(fresh.ledger, running.web, own);
    const customer = asPerson(running.web, cookies);
    const url = `/customer/connections/${own.id}`;
    const asked = (acceptCompany: string) =>
      customer('POST', `${url}/connect-link`, { acceptCompany });
    const refused = await asked('any');
    expect([refused.statusCode, refused.json().type]).toEqual([
      409,
      'urn:qbo-sync:problem:connected',
    ]);
    expect((await asked('others')).statusCode).toBe(422);
    expect((await customer('POST', `${url}/disconnect`)).statusCode).toBe(204);
    expect((await asked('any')).statusCode).toBe(201);
    const rows = await fresh.ledger.sql<{ actor: string; subject: unknown }[]>`
      select actor, subject from audit_log
      where action = 'connection.link_made' and connection_id = ${own.id}`;
    expect(rows).toEqual([{ actor: 'customer:user-7', subject: { acceptsOther: true } }]);
    await fresh.ledger.sql`
      update connections set replaced_by = ${connection.id} where id = ${own.id}`;
    expect((await asked('any')).json().type).toBe('urn:qbo-sync:problem:replaced');
    expect((await customer('GET', url)).json().actions).toEqual([]);
  });

  it('asks support for access while it is locked, once, and does nothing else', async () => {
    const trial = await aConnection(fresh.ledger, appId, 'supplier-invoices');
    await call('PATCH', `/v1/connections/${trial.id}`, { attributes: { trial: 'yes' } });
    const customer = asPerson(running.web, await aCustomer(fresh.ledger, running.web, trial));
    const url = `/customer/connections/${trial.id}`;
    const before = (await customer('GET', url)).json();
    expect(before).toMatchObject({
      status: 'locked',
      actions: [{ action: 'request_access', label: 'Request access' }],
      settings: [],
      lists: [],
    });
    for (const [method, path, body] of [
      ['POST', '/connect-link', undefined],
      ['POST', '/refresh', {}],
      ['PATCH', '/settings', { referenceTo: 'number' }],
    ] as const) {
      expect((await customer(method, `${url}${path}`, body)).statusCode).toBe(409);
    }
    expect((await customer('POST', `${url}/request-access`)).statusCode).toBe(204);
    const after = (await customer('GET', url)).json();
    expect([after.actions, after.accessRequestedAt]).toEqual([[], now.toISOString()]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createUser, UserExists } from '../../src/ledger/people/users.js';
import { type FreshLedger, freshLedger } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';
import {
  aLogin,
  aWeb,
  type LoggedIn,
  PUBLIC_URL,
  type WebUnderTest,
  withKey,
} from '../support/web.js';

const MINUTE = 60_000;

describe('the dashboard’s API', () => {
  let now = new Date('2026-11-22T09:00:00Z');
  const pass = (ms: number) => {
    now = new Date(now.getTime() + ms);
  };
  let fresh: FreshLedger;
  let running: WebUnderTest;
  let companyId: string;
  let base: string;
  let call: ReturnType<typeof withKey>;
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
    running = await aWeb(fresh.ledger, { limits: { loginsPerMinute: 100 } });
    const { app, key } = await anApp(fresh.ledger);
    call = withKey(running.web, key);
    const connected = await aConnected(fresh.ledger, app.id);
    companyId = connected.companyId;
    base = `/v1/connections/${connected.connection.id}/documents/customer`;
    for (const name of ['Acme', 'Brook', 'Cedar']) {
      await call('PUT', `${base}/${name}`, { displayName: `${name} <img onerror=alert(1)>` });
    }
    await fresh.ledger.sql`
      update documents set status = 'failed', reason = 'duplicate_name', due_at = null,
        params = '{"name":"Acme","type":"vendor"}' where external_id in ('Acme', 'Brook')`;
  });
  afterAll(async () => {
    await running.close();
    await fresh.close();
  });

  const get = (url: string, { cookie }: LoggedIn) =>
    running.web.inject({ url, headers: { cookie } });
  const post = (url: string, { cookie, csrfToken }: LoggedIn, payload?: object) =>
    running.web.inject({
      method: 'POST',
      url,
      headers: { cookie, 'x-csrf-token': csrfToken, origin: PUBLIC_URL },
      ...(payload === undefined ? {} : { payload }),
    });
  const login = (email: string, password: string, cookie = '') =>
    running.web.inject({
      method: 'POST',
      url: '/ops/login',
      headers: { cookie },
      payload: { email, password },
    });

  it('lists documents of every connection with counts, and filters', async () => {
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    const all = (await get('/ops/documents', viewer)).json();
    expect(all.counts).toMatchObject({ failed: 2, queued: 1, synced: 0 });
    expect(all.documents[0]).toMatchObject({
      app: 'Harbour',
      connection: { name: 'Bay Supplies' },
      ageSeconds: expect.any(Number),
    });
    expect(all.documents[0]).not.toHaveProperty('history');
    const failed = (await get('/ops/documents?status=failed&q=acme', viewer)).json();
    expect(failed.documents).toHaveLength(1);
    const { id } = failed.documents[0];
    const one = (await get(`/ops/documents/${id}`, viewer)).json();
    expect(one).toMatchObject({ id, externalId: 'Acme', history: [expect.any(Object)] });
    expect((await get('/ops/documents/999999', viewer)).statusCode).toBe(404);
    expect((await get('/ops/documents/x', viewer)).statusCode).toBe(422);
  });

  it('retries one and the rows of a page, with an audit row of who did it', async () => {
    const operator = await aLogin(fresh.ledger, running.web, 'operator');
    const { documents } = (await get('/ops/documents', operator)).json();
    const idOf = (name: string): string =>
      documents.find((row: { externalId: string }) => row.externalId === name).id;
    running.dispatched.length = 0;
    const one = await post(`/ops/documents/${idOf('Acme')}/retry`, operator);
    expect(one.json().results).toEqual([
      { id: idOf('Acme'), retried: true, detail: expect.any(String) },
    ]);
    expect(running.dispatched).toEqual([companyId]);
    const ids = [idOf('Acme'), idOf('Brook'), idOf('Brook'), '999999'];
    const many = (await post('/ops/documents/retry', operator, { ids })).json();
    expect(many.results).toEqual([
      { id: idOf('Acme'), retried: false, detail: expect.stringContaining('queued') },
      { id: idOf('Brook'), retried: true, detail: expect.any(String) },
    ]);
    const audit = await fresh.ledger.sql`
      select actor, subject from audit_log where action = 'documents.retried' order by id`;
    expect(audit).toEqual([
      { actor: operator.email, subject: { ids: [idOf('Acme')] } },
      { actor: operator.email, subject: { ids: [idOf('Acme'), idOf('Brook')] } },
    ]);
    const { history } = (await get(`/ops/documents/${idOf('Acme')}`, operator)).json();
    expect(history.at(-1)).toMatchObject({ what: 'retried', by: operator.email });
    const tooMany = { ids: Array.from({ length: 201 }, (_, index) => String(index)) };
    expect((await post('/ops/documents/retry', operator, tooMany)).statusCode).toBe(422);
  });

  it('refuses a wrong password and an unknown person alike', async () => {
    const { email } = await aLogin(fresh.ledger, running.web, 'viewer');
    const wrong = await login(email, 'wrong');
    const unknown = await login('nobody@example.com', 'wrong');
    expect([wrong.statusCode, unknown.statusCode]).toEqual([401, 401]);
    const told = (answer: typeof wrong) => ({ ...answer.json<object>(), requestId: '' });
    expect(told(wrong)).toEqual(told(unknown));
    expect(wrong.headers['set-cookie']).toBeUndefined();
  });

  it('works about as hard for an unknown person as for a wrong password', async () => {
    const { email } = await aLogin(fresh.ledger, running.web, 'viewer');
    // Processor time, which other processes of a busy machine do not lengthen.
    const worked = async (who: string) => {
      const times: number[] = [];
      for (let count = 0; count < 5; count += 1) {
        const start = process.cpuUsage();
        await login(who, 'wrong');
        const { user, system } = process.cpuUsage(start);
        times.push(user + system);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await worked(email), await worked('nobody@example.com')];
    // A look-up alone is twenty times less work than argon2id.
    expect(unknown).toBeGreaterThan(known / 3);
  });

  it('begins a new session with each login and ends the one before', async () => {
    const { user, password } = await createUser(
      fresh.ledger,
      { email: 'Fixed@Example.com ', role: 'viewer' },
      'test',
    );
    expect(user.email).toBe('fixed@example.com');
    const planted = `__Host-qbo_sync_session=${'a'.repeat(43)}`;
    const first = await login('fixed@example.com', password, planted);
    const cookieOf = (answer: typeof first) =>
      `${answer.cookies[0]?.name}=${answer.cookies[0]?.value}`;
    expect(cookieOf(first)).not.toBe(planted);
    const second = await login('FIXED@example.com', password, cookieOf(first));
    const read = (cookie: string) =>
      running.web.inject({ url: '/ops/session', headers: { cookie } });
    expect((await read(cookieOf(first))).statusCode).toBe(401);
    expect((await read(cookieOf(second))).json()).toEqual(second.json());
    await expect(
      createUser(fresh.ledger, { email: 'fixed@example.com', role: 'admin' }, 'test'),
    ).rejects.toThrow(UserExists);
  });

  it('ends a session at logout, on the server', async () => {
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    const out = await post('/ops/logout', viewer);
    expect(out.statusCode).toBe(204);
    expect(out.cookies[0]).toMatchObject({ value: '' });
    expect((await get('/ops/session', viewer)).statusCode).toBe(401);
  });

  it('ends a session after 30 idle minutes and after 12 hours however busy', async () => {
    const idle = await aLogin(fresh.ledger, running.web, 'viewer');
    pass(29 * MINUTE);
    expect((await get('/ops/session', idle)).statusCode).toBe(200);
    pass(29 * MINUTE);
    expect((await get('/ops/session', idle)).statusCode).toBe(200);
    pass(30 * MINUTE);
    expect((await get('/ops/session', idle)).statusCode).toBe(401);

    const busy = await aLogin(fresh.ledger, running.web, 'viewer');
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      pass(20 * MINUTE);
      expect((await get('/ops/session', busy)).statusCode).toBe(200);
    }
    pass(20 * MINUTE);
    expect((await get('/ops/session', busy)).statusCode).toBe(401);
  });

  it('does not take a page that refreshes itself for a person at work', async () => {
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    const poll = () =>
      running.web.inject({
        url: '/ops/documents',
        headers: { cookie: viewer.cookie, 'x-poll': '1' },
      });
    for (let minutes = 10; minutes < 30; minutes += 10) {
      pass(10 * MINUTE);
      expect((await poll()).statusCode).toBe(200);
    }
    pass(10 * MINUTE);
    expect((await poll()).statusCode).toBe(401);

    // An act is a person's, whatever it says of itself.
    const operator = await aLogin(fresh.ledger, running.web, 'operator');
    pass(29 * MINUTE);
    await running.web.inject({
      method: 'POST',
      url: '/ops/documents/retry',
      headers: { cookie: operator.cookie, 'x-csrf-token': operator.csrfToken, 'x-poll': '1' },
      payload: { ids: ['999999'] },
    });
    pass(29 * MINUTE);
    expect((await get('/ops/session', operator)).statusCode).toBe(200);
  });

  it('ends every session of a person who is disabled', async () => {
    const viewer = await aLogin(fresh.ledger, running.web, 'viewer');
    await fresh.ledger.sql`update users set disabled_at = now() where email = ${viewer.email}`;
    expect((await get('/ops/session', viewer)).statusCode).toBe(401);
  });

  it('bounds tries to log in', async () => {
    const strict = await aWeb(fresh.ledger, { limits: { loginsPerMinute: 3 } });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      const payload = { email: 'nobody@example.com', password: 'x' };
      const answer = await strict.web.inject({ method: 'POST', url: '/ops/login', payload });
      statuses.push(answer.statusCode);
    }
    expect(statuses).toEqual([401, 401, 401, 429]);
    await strict.close();
  });

  it('keeps no key, password, session or token in clear', async () => {
    const admin = await aLogin(fresh.ledger, running.web, 'admin');
    const { key } = await anApp(fresh.ledger);
    await call('GET', '/v1/profiles');
    const sessionId = admin.cookie.split('=')[1] ?? '';
    // The secret may hold underscores itself.
    const secret = key.split('_').slice(2).join('_');
    const tables = await fresh.ledger.sql<{ tablename: string }[]>`
      select tablename from pg_tables where schemaname = 'public'`;
    for (const { tablename } of tables) {
      const rows = await fresh.ledger.sql<{ row: string }[]>`
        select t::text || coalesce(encode(convert_to(t::text, 'UTF8'), 'escape'), '') as row
        from ${fresh.ledger.sql(tablename)} t`;
      const dump = rows.map(({ row }) => row).join('\n');
      const hex = (text: string) => Buffer.from(text).toString('hex');
      for (const canary of [sessionId, secret, 'canary-access', '4620816365000000001']) {
        expect([tablename, dump.includes(canary) || dump.includes(hex(canary))]).toEqual([
          tablename,
          false,
        ]);
      }
    }
  });
});

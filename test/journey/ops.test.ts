import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Inspection } from '../../src/contract/inspection.js';
import type { LiveFigures } from '../../src/contract/live.js';
import { createUser } from '../../src/ledger/people/users.js';
import {
  type Connected,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { waitFor } from '../support/wait-for.js';

// What the dashboard reads and does, over HTTP, while a worker sends to the simulator.
describe('people who run the installation', () => {
  let journey: Journey;
  let connected: Connected;
  let support: Caller;
  let viewer: Caller;
  beforeAll(async () => {
    journey = await startJourney();
    connected = await journey.connect({ settings: { customer: { missing: 'create' } } });
    await refresh(journey, connected.id);
    support = await aCaller('support');
    viewer = await aCaller('viewer');
    await journey.client.state(connected.id, 'invoice', 'sent-1', {
      ...anInvoice({ number: 'S-1' }),
      customer: { name: 'Secret Bakery Ltd', email: 'owner@secret-bakery.example' },
    });
    await waitForStatus(journey, connected.id, 'invoice', 'sent-1', 'synced');
    await journey.client.state(connected.id, 'invoice', 'wrong-1', {
      ...anInvoice({ number: '=cmd()|x' }),
      customer: { name: '=HYPERLINK("http://evil.example")' },
      total: '1.00',
    });
    await waitForStatus(journey, connected.id, 'invoice', 'wrong-1', 'failed');
  });
  afterAll(() => journey.close());

  interface Caller {
    cookie: string;
    get<Answer>(path: string): Promise<Answer>;
    send<Answer>(method: string, path: string, body?: unknown): Promise<[number, Answer]>;
  }

  async function aCaller(role: 'viewer' | 'support' | 'admin'): Promise<Caller> {
    const email = `${role}@example.com`;
    const password =
      role === 'admin'
        ? journey.admin.password
        : (await createUser(journey.house.ledger, { email, role }, 'test')).password;
    const answer = await fetch(`${journey.webUrl}/ops/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    const { csrfToken } = (await answer.json()) as { csrfToken: string };
    const [cookie = ''] = (answer.headers.getSetCookie()[0] ?? '').split(';');
    const send = async (method: string, path: string, body?: unknown) => {
      const answered = await fetch(`${journey.webUrl}${path}`, {
        method,
        headers: {
          cookie,
          'x-csrf-token': csrfToken,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return [answered.status, (await answered.json()) as never] as [number, never];
    };
    return { cookie, send, get: async (path) => (await send('GET', path))[1] };
  }

  const idOf = async (externalId: string): Promise<string> => {
    const [row] = await journey.house.ledger.sql<{ id: number }[]>`
      select id from documents where external_id = ${externalId}`;
    return String(row?.id);
  };

  it('see what was sent for a document without anybody’s name, and next to what QuickBooks holds', async () => {
    const id = await idOf('sent-1');
    const shown = await viewer.get<Inspection>(`/ops/documents/${id}/inspection`);
    const [sending] = shown.sendings;
    expect(sending).toMatchObject({ operation: 'create', outcome: 'synced', documents: 1 });
    expect(sending?.requests[0]).toMatchObject({
      call: 'single',
      state: 'answered',
      sends: 1,
      answerStatus: 200,
      intuitTid: expect.stringMatching(/.+/),
      body: { DocNumber: 'S-1', CustomerRef: { value: expect.any(String) } },
      answer: { Invoice: { Id: expect.any(String), DocNumber: 'S-1' } },
    });
    expect(JSON.stringify(sending)).not.toMatch(/secret-bakery|Secret Bakery/);
    expect(shown.compared).toContainEqual({ field: 'number', wanted: 'S-1', quickbooks: 'S-1' });
    expect(shown.compared).toContainEqual({
      field: 'party',
      wanted: 'Secret Bakery Ltd',
      quickbooks: 'Secret Bakery Ltd',
    });
    expect(shown.isAnswered).toBe(true);
    expect(shown.lines[0]).toMatchObject({
      wanted: { amount: expect.any(String) },
      quickbooks: { item: expect.any(String), amount: expect.any(String) },
    });
    expect(shown.sentWith).toMatchObject({ version: 1, isCurrent: true });
  });

  it('see the whole of it in support alone, which is noted', async () => {
    const id = await idOf('sent-1');
    const { sendings } = await viewer.get<Inspection>(`/ops/documents/${id}/inspection`);
    const path = `/ops/documents/${id}/requests/${sendings[0]?.requests[0]?.id}/reveal`;
    expect((await viewer.send('POST', path))[0]).toBe(403);
    const [status, revealed] = await support.send('POST', path);
    expect(status).toBe(200);
    expect(JSON.stringify(revealed)).toContain('Secret Bakery Ltd');
    const other = await idOf('wrong-1');
    const elsewhere = path.replace(`documents/${id}`, `documents/${other}`);
    expect((await support.send('POST', elsewhere))[0]).toBe(404);
    const admin = await aCaller('admin');
    const { rows } = await admin.get<{ rows: object[] }>('/ops/audit?action=request.revealed');
    expect(rows).toEqual([
      expect.objectContaining({
        actor: 'support@example.com',
        connection: { id: connected.id, name: connected.connection.name },
        subject: { documentId: Number(id), requestId: Number(sendings[0]?.requests[0]?.id) },
      }),
    ]);
  });

  it('see how each connection does, and one with its limits, lists and settings', async () => {
    const page = await viewer.get<{ connections: object[]; counts: object }>('/ops/connections');
    expect(page.counts).toMatchObject({ connected: 1, paused: 0 });
    expect(page.connections).toEqual([
      expect.objectContaining({
        id: connected.id,
        status: 'connected',
        app: { id: journey.appId, name: 'Test app' },
        health: expect.objectContaining({
          failed: 1,
          open: 0,
          lastSuccessAt: expect.any(String),
          oldestOpenSince: null,
          tokenExpiresAt: expect.any(String),
        }),
      }),
    ]);
    const none = await viewer.get<{ connections: object[] }>('/ops/connections?q=nothing-like-it');
    expect(none.connections).toEqual([]);
    const one = await viewer.get<{ lists: { type: string; records: number }[] }>(
      `/ops/connections/${connected.id}`,
    );
    expect(one).toMatchObject({
      traffic: { openPushes: 0, connections: 1 },
      settings: { start: 'automatic' },
      settingsVersion: 1,
    });
    expect(one.lists.find(({ type }) => type === 'account')?.records).toBeGreaterThan(10);
  });

  it('hide a record, and ask what a change of settings would do before they save it', async () => {
    const base = `/ops/connections/${connected.id}`;
    const { records } = await viewer.get<{ records: { recordId: string }[] }>(
      `${base}/records/tax_code?limit=1`,
    );
    const path = `${base}/records/tax_code/${records[0]?.recordId}`;
    expect((await viewer.send('PATCH', path, { hidden: true }))[0]).toBe(403);
    expect(await support.send('PATCH', path, { hidden: true })).toMatchObject([
      200,
      { hidden: true },
    ]);
    const change = { documentWord: 'sale' };
    const [checked, tally] = await support.send('POST', `${base}/settings/check`, change);
    expect([checked, tally]).toMatchObject([200, { documents: { checked: 2 } }]);
    expect((await viewer.send('PATCH', `${base}/settings`, change))[0]).toBe(403);
    expect(await support.send('PATCH', `${base}/settings`, { start: 'x' })).toMatchObject([
      422,
      { errors: [{ field: 'start' }] },
    ]);
    expect(await support.send('PATCH', `${base}/settings`, change)).toMatchObject([
      200,
      { settings: { documentWord: 'sale' }, settingsVersion: 2 },
    ]);
    const schema = await viewer.get<{ properties: object }>('/ops/settings-schema');
    expect(schema.properties).toMatchObject({ start: { description: expect.any(String) } });
  });

  it('see what was pulled, start a run, and start an ended one anew', async () => {
    const first = await viewer.get<{ runs: { id: string }[] }>('/ops/runs?job=refresh_master_data');
    expect(first.runs[0]).toMatchObject({
      status: 'succeeded',
      connection: { id: connected.id, name: connected.connection.name },
      app: 'Test app',
    });
    const start = { job: 'refresh_master_data', types: ['term'] };
    const path = `/ops/connections/${connected.id}/runs`;
    const [started, run] = await support.send<{ id: string }>('POST', path, start);
    expect(started).toBe(202);
    const ended = (id: string) => async () =>
      (await viewer.get<{ runs: { id: string; status: string }[] }>('/ops/runs')).runs.find(
        (row) => row.id === id && row.status === 'succeeded',
      );
    await waitFor(ended(run.id), { what: 'the run to succeed' });
    const [again, next] = await support.send<{ id: string }>('POST', `/ops/runs/${run.id}/retry`);
    expect(again).toBe(202);
    expect(next.id).not.toBe(run.id);
    await waitFor(ended(next.id), { what: 'the retried run to succeed' });
    const of = async (trigger: string) => {
      const { runs } = await viewer.get<{ runs: { id: string; trigger: string }[] }>(
        `/ops/runs?trigger=${trigger}&connection=${connected.id}`,
      );
      expect(new Set(runs.map((row) => row.trigger)).size).toBeLessThanOrEqual(1);
      return runs.map(({ id }) => id);
    };
    expect(await of('person')).toContain(run.id);
    expect(await of('schedule')).not.toContain(run.id);
    const audit = await journey.house.ledger.sql`
      select actor from audit_log where action = 'run.started' order by id desc limit 2`;
    expect(audit.map(({ actor }) => actor)).toEqual(['support@example.com', 'support@example.com']);
  });

  it('take the filtered list home without a cell that runs', async () => {
    const url = `${journey.webUrl}/ops/documents.csv?status=failed`;
    const answer = await fetch(url, { headers: { cookie: viewer.cookie } });
    expect(answer.headers.get('content-type')).toContain('text/csv');
    const [head, row, end] = (await answer.text()).split('\r\n');
    expect(head).toContain('App,Connection,Kind,External id,Number');
    expect(row).toContain(`invoice,wrong-1,'=cmd()|x,"'=HYPERLINK(""http://evil.example"")",1.00`);
    expect(end).toBe('');
    const audit = await journey.house.ledger.sql`
      select actor, subject from audit_log where action = 'documents.exported'`;
    expect(audit).toEqual([
      { actor: 'viewer@example.com', subject: { status: 'failed', kind: null } },
    ]);
  });

  it('watch figures as they change, until they are logged out', async () => {
    const watcher = await aCaller('admin');
    const stop = new AbortController();
    const answer = await fetch(`${journey.webUrl}/ops/live`, {
      headers: { cookie: watcher.cookie },
      signal: stop.signal,
    });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const told = figuresOf(answer);
    const first = (await told.next()).value;
    expect(first?.failed).toEqual([{ reason: 'total_mismatch', documents: 1 }]);
    expect(first?.minutes.at(-1)?.failed).toBeDefined();
    expect(first?.workers).toEqual([
      { version: expect.any(String), jobs: expect.any(Number), startedAt: expect.any(String) },
    ]);
    await journey.client.state(connected.id, 'invoice', 'wrong-2', {
      ...anInvoice({ number: 'W-2' }),
      total: '2.00',
    });
    let failed = 0;
    while (failed < 2) failed = (await told.next()).value?.failed[0]?.documents ?? 0;
    expect(JSON.stringify(first)).not.toMatch(/Secret|secret/);

    await journey.house.ledger.sql`
      delete from sessions s using users u where u.id = s.user_id and u.role = 'admin'`;
    // The stream ends with the session; nothing else would end this loop.
    while (!(await told.next()).done);
    stop.abort();
  });

  async function* figuresOf(answer: Response): AsyncGenerator<LiveFigures, undefined> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages) {
        const [, data] = /^data: (.*)$/m.exec(message) ?? [];
        if (data !== undefined) yield JSON.parse(data) as LiveFigures;
      }
    }
    return undefined;
  }
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../../src/contract/reasons.js';
import { beginKeyed, finishKeyed } from '../../../src/ledger/apps/idempotency.js';
import { readMeter } from '../../../src/ledger/companies/read-meter.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { withRetentionLock } from '../../../src/ledger/database/sweep-lock.js';
import { moveDocuments } from '../../../src/ledger/documents/moves.js';
import { DEFAULT_RETENTION, forgetOld } from '../../../src/ledger/housekeeping/retention.js';
import { storeWebhooks } from '../../../src/ledger/runs/inbound-webhooks.js';
import { startRun } from '../../../src/ledger/runs/runs.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp, CLIENT_ID } from '../../support/tenancy.js';
import { aToldChange } from '../../support/webhooks.js';

const DAY_MS = 86_400_000;
const NEVER = new AbortController().signal;

describe('retention', () => {
  let daysPassed = 0;
  let fresh: FreshLedger;
  let connection: Connection;
  let companyId: string;
  let appId: string;
  /** Ids of documents by what became of them. */
  const ids: Record<'settled' | 'open' | 'doubtful' | 'waiting', number> = {
    settled: 0,
    open: 0,
    doubtful: 0,
    waiting: 0,
  };

  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => new Date(Date.now() + daysPassed * DAY_MS) });
    const { app } = await anApp(fresh.ledger);
    appId = app.id;
    ({ connection, companyId } = await aConnected(fresh.ledger, appId));
    ids.settled = await aSent('settled', { closed: true, status: 'synced' });
    ids.open = await aSent('open', { closed: false, status: 'checking' });
    ids.doubtful = await aSent('doubtful', { closed: true, status: 'failed', inDoubt: true });
    ids.waiting = await stateInvoice(fresh.ledger, connection, 'waiting');
    const keyed = { appId, key: 'K', request: 'PUT /' };
    await beginKeyed(fresh.ledger, keyed);
    await finishKeyed(fresh.ledger, keyed, { status: 202, contentType: 'json', body: '{}' });
    await storeWebhooks(fresh.ledger, CLIENT_ID, [aToldChange()]);
    const { runId } = await startRun(fresh.ledger, connection, {
      job: 'refresh_master_data',
      trigger: 'api',
    });
    await fresh.ledger.sql`update runs set ended_at = now(), status = 'failed' where id = ${runId}`;
    await startRun(fresh.ledger, connection, { job: 'refresh_master_data', trigger: 'api' });
    const look = { job: 'pull_changes', trigger: 'schedule', feature: 'contacts' } as const;
    const { runId: lookId } = await startRun(fresh.ledger, connection, look);
    await fresh.ledger.sql`
      update runs set ended_at = now(), status = 'succeeded' where id = ${lookId}`;
    await readMeter(fresh.ledger).count(companyId, 'contacts', 1);
    const moved = await stateInvoice(fresh.ledger, connection, 'once failed');
    const why = reason('deposited', {});
    const move = (to: 'failed' | 'cancelled') =>
      fresh.ledger.sql.begin((tx) =>
        moveDocuments(
          tx,
          [moved],
          () => ({ to, what: to, ...(to === 'failed' ? { reason: why } : {}) }),
          'test',
        ),
      );
    await move('failed');
    await move('cancelled');
  });
  afterAll(() => fresh?.close());

  /** A document with the push and request it went with. */
  async function aSent(
    externalId: string,
    { closed, status, inDoubt = false }: { closed: boolean; status: string; inDoubt?: boolean },
  ): Promise<number> {
    const { sql } = fresh.ledger;
    const id = await stateInvoice(fresh.ledger, connection, externalId);
    await sql`
      with pushed as (
        insert into pushes (company_id, kind, lane_class, priority, batch, closed_at)
        values (${companyId}, 'invoice', 1, 101, false, ${closed ? new Date() : null}) returning id
      ), item as (
        insert into push_items (push_id, document_id, revision, outcome)
        select id, ${id}, 1, ${closed ? status : null} from pushed
      )
      insert into requests (push_id, company_id, request_id, call, path_cipher, body_cipher,
        answer_cipher, state)
      select id, ${companyId}, ${externalId}, 'single', 'path', 'body', 'answer', 'answered'
      from pushed`;
    await sql`
      update documents set status = ${status}, in_doubt = ${inDoubt}, due_at = null where id = ${id}`;
    return id;
  }

  const forget = () => forgetOld(fresh.ledger, DEFAULT_RETENTION, NEVER);
  const requestsWithBytes = async () =>
    (
      await fresh.ledger.sql<{ requestId: string }[]>`
        select request_id from requests
        where path_cipher is not null and body_cipher is not null and answer_cipher is not null
        order by id`
    ).map(({ requestId }) => requestId);
  const historyOf = async (id: number) =>
    (await fresh.ledger.sql`select 1 from document_history where document_id = ${id}`).count;
  const rowsOf = async (table: string) =>
    (await fresh.ledger.sql`select 1 from ${fresh.ledger.sql(table)}`).count;

  it('keeps everything while it is young', async () => {
    expect(await forget()).toEqual({
      bodies: 0,
      files: 0,
      deliveries: 0,
      history: 0,
      pushes: 0,
      runs: 0,
      looks: 0,
      events: 0,
      keys: 0,
      webhooks: 0,
      reads: 0,
      causes: 0,
      bulkActions: 0,
    });
  });

  it('forgets looks for changes after days', async () => {
    daysPassed = 3;
    expect(await forget()).toMatchObject({ looks: 1, runs: 0, reads: 0 });
  });

  it('forgets bytes after a month, and not what is open or in doubt', async () => {
    daysPassed = 31;
    expect(await forget()).toMatchObject({
      bodies: 1,
      keys: 1,
      webhooks: 1,
      pushes: 0,
      history: 0,
      events: 0,
    });
    expect(await requestsWithBytes()).toEqual(['open', 'doubtful']);
    expect(await rowsOf('requests')).toBe(3);
    expect(await rowsOf('idempotency_keys')).toBe(0);
  });

  it('forgets events after a quarter', async () => {
    daysPassed = 91;
    const events = await rowsOf('events');
    expect(events).toBeGreaterThan(0);
    expect(await forget()).toMatchObject({ events, history: 0 });
    expect(await rowsOf('events')).toBe(0);
  });

  it('forgets what happened after a year and a little, and not what is open or in doubt', async () => {
    daysPassed = 401;
    expect(await forget()).toMatchObject({ pushes: 1, runs: 1, causes: 1, bodies: 0 });
    expect(await historyOf(ids.settled)).toBe(0);
    for (const kept of [ids.open, ids.doubtful, ids.waiting]) {
      expect(await historyOf(kept)).toBeGreaterThan(0);
    }
    expect(await requestsWithBytes()).toEqual(['open', 'doubtful']);
    expect([await rowsOf('pushes'), await rowsOf('push_items')]).toEqual([2, 2]);
    expect(await rowsOf('runs')).toBe(1);
    expect(await rowsOf('causes')).toBe(0);
    expect(await rowsOf('documents')).toBe(5);
  });

  it('goes through any number of rows', async () => {
    await fresh.ledger.sql`
      insert into document_history (document_id, revision, what, status, by)
      select case when n % 3 = 0 then ${ids.waiting}::bigint else ${ids.settled} end, 1, 'many', 'x', 'test'
      from generate_series(1, 1800) n`;
    expect(await forget()).toMatchObject({ history: 1_200 });
    expect(await historyOf(ids.settled)).toBe(0);
    expect(await historyOf(ids.waiting)).toBeGreaterThanOrEqual(600);
  });

  it('is done by one process at a time', async () => {
    await withRetentionLock(fresh.ledger, async () => {
      expect(await forget()).toBeUndefined();
    });
    expect(await forget()).toBeDefined();
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listDocuments } from '../../src/ledger/answers/answers.js';
import { readLive } from '../../src/ledger/answers/live.js';
import { listOpsDocuments } from '../../src/ledger/answers/ops.js';
import { listOpsConnections, readOpsConnection } from '../../src/ledger/answers/ops-connections.js';
import { listOpsRuns } from '../../src/ledger/answers/ops-runs.js';
import { listOpsCauses } from '../../src/ledger/causes/ops-causes.js';
import { connectionHealth } from '../../src/ledger/connections/connection-health.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { countBehindGates, countHeld } from '../../src/ledger/connections/count-let-go.js';
import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { rehearseBulkAction } from '../../src/ledger/documents/bulk-actions.js';
import {
  type DocumentSelection,
  selectionOf,
} from '../../src/ledger/documents/document-selection.js';
import { newestIdOf } from '../../src/ledger/documents/stated-before.js';
import { readFeed } from '../../src/ledger/events/feed.js';
import { readFigures } from '../../src/ledger/housekeeping/figures.js';
import { listAudit } from '../../src/ledger/people/audit-pages.js';
import { fillLedger } from '../support/filled-ledger.js';
import { type FreshLedger, freshLedger, TEST_KEYS } from '../support/ledger.js';
import {
  type Explained,
  explainEverything,
  LARGE,
  readInVain,
  wholeReads,
} from '../support/plans.js';
import { aConnected, anApp } from '../support/tenancy.js';

// As plans.test.ts: the functions themselves run on a filled ledger, and PostgreSQL hands out the
// plans. Here what people look at: none of it may read a large table whole, however it is filtered.

/** Filling and counting much takes a busy machine long. */
const PATIENT = { statementTimeoutMs: 120_000 };
const ROWS = 20_000;

let appId: string;
let connection: Connection;
let otherId: string;

async function fill(ledger: Ledger): Promise<void> {
  const { app } = await anApp(ledger);
  appId = app.id;
  const busy = await aConnected(ledger, appId);
  const other = await aConnected(ledger, appId, '4620816365000000002');
  connection = busy.connection;
  otherId = other.connection.id;
  await ledger.sql`
    insert into audit_log (at, actor, action, app_id, connection_id)
    select now() - (${ROWS} - n) * interval '5 minutes', 'person' || n % 7 || '@example.com',
      case when n < 10 then 'user.disabled' else 'document.skipped' end, ${appId}, ${connection.id}
    from generate_series(1, ${ROWS}::int) n`;
  await ledger.sql`
    insert into runs (connection_id, company_id, job, trigger, types, status, started_at, ended_at)
    select ${connection.id}, ${busy.companyId}, 'pull_changes', 'schedule', '[]',
      case when n % 50 = 0 then 'failed' else 'succeeded' end, now(), now()
    from generate_series(1, ${ROWS}::int) n`;
  const filling = { waiting: ROWS, open: 0, failed: ROWS, synced: ROWS, causes: 500 };
  const { companyId } = busy;
  await fillLedger(ledger, { appId, connectionId: connection.id, companyId }, filling);
}

describe.each(['force_custom_plan', 'force_generic_plan'] as const)('with %s', (planCacheMode) => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let explained: Explained;

  beforeAll(async () => {
    fresh = await freshLedger(PATIENT, { name: 'dashboard_plans', fill });
    explained = await explainEverything(fresh.url, { planCacheMode });
    const { url } = fresh;
    const { onNotice } = explained;
    ledger = await openLedger({ url, keys: TEST_KEYS, poolSize: 4, ...PATIENT, onNotice });
  });
  afterAll(async () => {
    await ledger?.close();
    await fresh?.close();
  });

  async function readWholeBy(work: () => Promise<unknown>): Promise<string[]> {
    explained.plans.length = 0;
    await work();
    expect(explained.plans.length).toBeGreaterThan(0);
    return wholeReads(explained.plans, new Set([...LARGE, 'audit_log', 'runs']));
  }

  it('reads the health of connections, and pages of them, by index', async () => {
    const found = await readWholeBy(async () => {
      await connectionHealth(ledger, [connection.id, otherId]);
      await listOpsConnections(ledger, { limit: 50 });
      await listOpsConnections(ledger, { limit: 50, q: 'bay', status: 'connected' });
      await readOpsConnection(ledger, connection.id);
    });
    expect(found).toEqual([]);
  });

  it('counts figures along indexes alone', async () => {
    const figures = await readFigures(ledger);
    const due = figures.due.reduce((sum, { documents }) => sum + documents, 0);
    expect(due).toBe(ROWS);
    const found = await readWholeBy(async () => {
      await readFigures(ledger);
      await readLive(ledger);
    });
    // All that is due is counted, twice here, and no row of it is read for that.
    const counted = expect.stringMatching(
      /^Index Only Scan on documents by documents_due: select lane_class/,
    );
    expect(found).toEqual([counted, counted]);
  });

  it('shows runs, audit log, causes and the feed by index', async () => {
    const found = await readWholeBy(async () => {
      await listOpsRuns(ledger, { limit: 50 });
      await listOpsRuns(ledger, { limit: 50, status: 'failed', after: '15000' });
      await listOpsRuns(ledger, { limit: 50, connectionId: otherId });
      await listAudit(ledger, { limit: 50 });
      await listAudit(ledger, { limit: 50, actor: 'person3@example.com', after: '15000' });
      await listAudit(ledger, { limit: 50, action: 'user.' });
      await listAudit(ledger, { limit: 50, action: 'user.disabled', connectionId: connection.id });
      await listAudit(ledger, { limit: 50, connectionId: otherId });
      await listOpsCauses(ledger, { limit: 50, connectionId: connection.id });
      await listOpsCauses(ledger, { limit: 50, connectionId: otherId, reason: 'deposited' });
      const page = await readFeed(ledger, { appId, after: undefined, limit: 500 });
      await readFeed(ledger, { appId, after: page.next, limit: 500, connectionId: otherId });
    });
    expect(found).toEqual([]);
  });

  it('shows a day of the audit log that is long over, and one before it began, by index', async () => {
    const now = Date.now();
    const day = (daysAgo: number) => new Date(now - daysAgo * 86_400_000);
    const actor = 'person3@example.com';
    const pages: unknown[] = [];
    const found = await readWholeBy(async () => {
      for (const days of [60, 400]) {
        const times = { from: day(days), to: day(days - 1), limit: 500 };
        for (const filter of [{}, { actor }, { action: 'document.' }, { connectionId: otherId }]) {
          pages.push((await listAudit(ledger, { ...times, ...filter })).rows.length);
        }
      }
    });
    expect(found).toEqual([]);
    expect(pages).toEqual([288, expect.any(Number), 288, 0, 0, 0, 0, 0]);
    // At most the others of the day itself.
    expect(readInVain(explained.plans, 'audit_log')).toBeLessThan(288);
  });

  it('says what an action on many would be done to without reading all that is there', async () => {
    const meant: [DocumentSelection, object][] = [
      [{}, { documents: 10_000, isAtLeast: true, amounts: [] }],
      [{ reasons: ['customer_missing'] }, { documents: 10_000, isAtLeast: true, amounts: [] }],
      [{ causeId: 7 }, { documents: 40, isAtLeast: false }],
      [{ connectionIds: [otherId] }, { documents: 0, isAtLeast: false }],
      [{ words: 'customer 4242' }, { documents: 4, isAtLeast: false }],
      [{ ages: [{ is: '>', seconds: 86_400 }] }, { documents: 0, isAtLeast: false }],
    ];
    const asked = { appId, action: 'retry', filter: '', rate: 20 } as const;
    for (const [selection, answer] of meant) {
      const answers: unknown[] = [];
      const found = await readWholeBy(async () => {
        answers.push(await rehearseBulkAction(ledger, { ...asked, selection }, 'test'));
      });
      expect(found).toEqual([]);
      expect(answers).toEqual([expect.objectContaining(answer)]);
    }
  });

  it('counts what the end of a pause or of a hold lets go without reading all of it', async () => {
    const now = ledger.clock();
    const before = { ...connection, status: 'paused', pausedAt: now } as const;
    const counts: number[] = [];
    const found = await readWholeBy(async () => {
      counts.push(await countBehindGates(ledger, before, { pausedAt: null }, 101));
      counts.push(await countHeld(ledger, connection, null, 101));
    });
    expect(found).toEqual([]);
    expect(counts).toEqual([101, 0]);
  });

  it('shows on one page what lies thousands of rows down, and what a quiet connection has', async () => {
    const selection: DocumentSelection = { amounts: [{ is: '=', amount: '1.51' }] };
    const one = { limit: 50, status: 'failed', selection };
    const { documents } = await listOpsDocuments(ledger, one);
    expect(documents.map(({ externalId }) => externalId)).toEqual(['F51']);
    const found = await readWholeBy(async () => {
      for (const filter of [{ status: 'failed' }, { kind: 'invoice' }, { q: 'inv' }]) {
        await listDocuments(ledger, { id: otherId }, { limit: 50, ...filter });
      }
    });
    expect(found).toEqual([]);
  });

  it('reads no document that has the words and not what an index knows', async () => {
    const words = 'customer 42';
    const amounts: DocumentSelection['amounts'] = [{ is: '>', amount: '0' }];
    const idsOf = async (selection: DocumentSelection, limit: number) =>
      (await listOpsDocuments(ledger, { limit, selection })).documents.map(({ id }) => id);
    for (const selection of [
      { words, statuses: ['failed'] },
      { words, causeId: 201 },
    ]) {
      const all = await idsOf(selection, 1_000);
      expect(all.length).toBeGreaterThan(3);
      explained.plans.length = 0;
      expect(await idsOf({ ...selection, amounts }, 3)).toEqual(all.slice(0, 3));
      expect(readInVain(explained.plans, 'documents')).toBe(0);
    }
  });

  it('finds documents by the name of their connection, and causes by words, by index', async () => {
    const { sql } = fresh.ledger;
    await sql`update connections set name = 'Shop, Leeds' where id = ${connection.id}`;
    const named = await selectionOf(ledger, {}, { words: 'leeds' });
    expect(named.namedByWords).toEqual([connection.id]);
    const asked = { appId, action: 'retry', filter: '', rate: 20, selection: named } as const;
    const pages: number[] = [];
    const found = await readWholeBy(async () => {
      for (const filter of [{}, { status: 'failed' }, { after: '15000' }]) {
        const page = await listOpsDocuments(ledger, { limit: 50, selection: named, ...filter });
        pages.push(page.documents.length);
      }
      pages.push((await rehearseBulkAction(ledger, asked, 'test')).documents);
      for (const q of ['f1234', 'leeds', 'nowhere']) {
        pages.push((await listOpsCauses(ledger, { limit: 50, q })).causes.length);
      }
    });
    expect(found).toEqual([]);
    expect(pages).toEqual([50, 50, 50, 10_000, expect.any(Number), 50, 0]);
  });

  it('finds the newest document that is old enough by a few look-ups', async () => {
    const none = await newestIdOf(ledger.sql, [{ is: '>', seconds: 86_400 }]);
    expect(none).toBe(0);
    await fresh.ledger.sql`
      update documents set created_at = now() - interval '9 days' where id <= 12345`;
    const found = await readWholeBy(async () => {
      expect(await newestIdOf(ledger.sql, [{ is: '>', seconds: 86_400 }])).toBe(12_345);
    });
    expect(found).toEqual([]);
    expect(await newestIdOf(ledger.sql, [{ is: '<', seconds: 86_400 }])).toBeUndefined();
  });
});

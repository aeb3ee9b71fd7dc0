import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reason } from '../../src/contract/reasons.js';
import { listDocuments, readDocument } from '../../src/ledger/answers/answers.js';
import { listOpsDocuments, readOpsDocument } from '../../src/ledger/answers/ops.js';
import { beginKeyed, finishKeyed } from '../../src/ledger/apps/idempotency.js';
import { listCauses, readCause } from '../../src/ledger/causes/cause-answers.js';
import { seeFixes } from '../../src/ledger/causes/cause-fixes.js';
import { listOpsCauses } from '../../src/ledger/causes/ops-causes.js';
import { completeConnect } from '../../src/ledger/connections/connecting.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { judgeBySettings, judgeOn } from '../../src/ledger/connections/judging.js';
import { letGoBy } from '../../src/ledger/connections/let-go.js';
import { markReconnectNeeded, parkLeftPushes } from '../../src/ledger/connections/reconnect.js';
import { type Ledger, openLedger } from '../../src/ledger/database/open.js';
import { startBulkAction } from '../../src/ledger/documents/bulk-actions.js';
import {
  actOnNext,
  claimBulkAction,
  nextShare,
  noteShare,
} from '../../src/ledger/documents/bulk-work.js';
import type { DocumentSelection } from '../../src/ledger/documents/document-selection.js';
import { readyCompanies } from '../../src/ledger/documents/ready.js';
import { retryDocuments, syncDocument } from '../../src/ledger/documents/release.js';
import { releaseStragglers } from '../../src/ledger/documents/stragglers.js';
import { forgetOld } from '../../src/ledger/housekeeping/retention.js';
import { claimPush, type HeldPush } from '../../src/ledger/pushes/claim.js';
import { DEFAULT_ADMISSION, openPushes } from '../../src/ledger/pushes/due.js';
import { loadedItems } from '../../src/ledger/pushes/load.js';
import { renewLease, wakeablePushes } from '../../src/ledger/pushes/pushes.js';
import { requestStore, storeRequest } from '../../src/ledger/pushes/requests.js';
import { postpone, settleItems } from '../../src/ledger/pushes/settle.js';
import { wakeableRuns } from '../../src/ledger/runs/claimed-runs.js';
import { listRuns } from '../../src/ledger/runs/run-answers.js';
import { startRun } from '../../src/ledger/runs/runs.js';
import { withdrawDocument } from '../../src/ledger/statements/submit.js';
import { encryptWanted } from '../../src/ledger/statements/wanted.js';
import { aStatedInvoice, stateInvoice } from '../support/documents.js';
import { fillLedger } from '../support/filled-ledger.js';
import { type FreshLedger, freshLedger, TEST_KEYS } from '../support/ledger.js';
import { type Explained, explainEverything, readInVain, wholeReads } from '../support/plans.js';
import { aConnected, aGrant, anApp } from '../support/tenancy.js';

// The functions themselves run on a filled ledger, and PostgreSQL's auto_explain hands out the plan
// of every statement they make, those of triggers and foreign keys too. Once with plans made for
// the parameters and once with those that prepared statements get after a few executions.

/** Filling and counting much takes a busy machine long. */
const PATIENT = { statementTimeoutMs: 120_000 };
const NEVER = new AbortController().signal;

let appId: string;
let connection: Connection;
let companyId: string;
let otherId: string;

/** One company with much of everything, and another with much on its way. */
async function fill(ledger: Ledger): Promise<void> {
  const { app } = await anApp(ledger);
  appId = app.id;
  ({ connection, companyId } = await aConnected(ledger, appId));
  const place = { appId, connectionId: connection.id, companyId };
  const filling = { waiting: 20_000, open: 0, failed: 20_000, synced: 20_000, causes: 500 };
  await fillLedger(ledger, place, filling);
  const other = await aConnected(ledger, appId, '4620816365000000002');
  otherId = other.connection.id;
  await fillLedger(
    ledger,
    { appId, connectionId: other.connection.id, companyId: other.companyId },
    { waiting: 1_000, open: 2_000, failed: 0, synced: 0, causes: 0 },
  );
}

describe.each(['force_custom_plan', 'force_generic_plan'] as const)('with %s', (planCacheMode) => {
  let fresh: FreshLedger;
  let ledger: Ledger;
  let explained: Explained;

  beforeAll(async () => {
    fresh = await freshLedger(PATIENT, { name: 'plans', fill });
    explained = await explainEverything(fresh.url, { planCacheMode });
    ledger = await openLedger({
      url: fresh.url,
      keys: TEST_KEYS,
      poolSize: 4,
      ...PATIENT,
      onNotice: explained.onNotice,
    });
  });
  afterAll(async () => {
    await ledger?.close();
    await fresh?.close();
  });

  /** Plans of everything `work` made the database do that read a large table from end to end. */
  async function readWholeBy(work: () => Promise<unknown>): Promise<string[]> {
    explained.plans.length = 0;
    await work();
    expect(explained.plans.length).toBeGreaterThan(0);
    return wholeReads(explained.plans);
  }

  it('notices a statement that reads a large table whole', async () => {
    const found = await readWholeBy(
      () => ledger.sql`select count(*) from documents where party = 'x'`,
    );
    expect(found).toEqual([expect.stringMatching(/^Seq Scan on documents: select count/)]);
  });

  it('submits, restates, withdraws, clicks and retries by index', async () => {
    const found = await readWholeBy(async () => {
      const id = await stateInvoice(ledger, connection, 'A');
      await stateInvoice(ledger, connection, 'A', { memo: 'changed' });
      await syncDocument(ledger, connection, { kind: 'invoice', externalId: 'A' }, 'someone');
      await retryDocuments(ledger, {}, [id], 'someone');
      await retryDocuments(
        ledger,
        { connectionId: connection.id },
        { kind: 'invoice', externalId: 'A' },
        'app',
      );
      await readDocument(ledger, connection, 'invoice', 'A');
      await withdrawDocument(
        ledger,
        connection,
        { kind: 'invoice', externalId: 'A', mode: 'void' },
        'app',
      );
    });
    expect(found).toEqual([]);
  });

  const dispatch = () => openPushes(ledger, companyId, DEFAULT_ADMISSION);
  const claim = async (pushId = 0): Promise<HeldPush> => {
    const push = await claimPush(ledger, pushId, 30_000);
    if (push === undefined) throw new Error('There is nothing to claim');
    return push;
  };

  /** What the filling put in for contents cannot be read; documents of open pushes get some. */
  async function holdReadableContents(): Promise<void> {
    const open = await fresh.ledger.sql<{ id: number; externalId: string }[]>`
      select id, external_id from documents
      where id in (select document_id from push_items where outcome is null)`;
    for (const { id, externalId } of open) {
      const key = { connectionId: connection.id, kind: 'invoice', externalId } as const;
      const contents = encryptWanted(fresh.ledger, key, aStatedInvoice());
      await fresh.ledger.sql`update documents set wanted_cipher = ${contents} where id = ${id}`;
    }
  }

  it('opens, claims, sends and settles pushes by index', async () => {
    const found = await readWholeBy(async () => {
      const [batch, single] = await dispatch();
      await holdReadableContents();
      const push = await claim(batch?.id);
      const items = loadedItems(ledger, push.items);
      await renewLease(ledger, push, 30_000);
      const [first] = items;
      const request = await storeRequest(
        ledger,
        push,
        { requestId: `plan-${push.id}`, path: 'batch', body: '{}', call: 'batch' },
        [
          {
            documentId: first?.documentId ?? 0,
            revision: 1,
            operation: 'create',
            batchItemId: 'i1',
            sentAs: null,
            settingsVersion: 1,
          },
        ],
      );
      await requestStore(ledger).markSent(request.id);
      await requestStore(ledger).markEnded(request.id, {
        kind: 'answered',
        status: 200,
        body: '{}',
        intuitTid: 't',
      });
      await settleItems(
        ledger,
        push,
        items.map((item) => ({
          item,
          revision: 1,
          ending: { kind: 'failed', reason: reason('deposited', {}) },
        })),
      );
      const other = await claim(single?.id);
      await postpone(ledger, other, [], 1_000, {
        status: 'waiting',
        reason: reason('rate_limited', {}),
      });
    });
    expect(found).toEqual([]);
  });

  it('shows lists, causes and single documents by index', async () => {
    const lists = [
      {},
      { status: 'failed' },
      { kind: 'item' },
      { status: 'voided', kind: 'customer' },
      { q: 'INV-W777' },
      { q: 'inv' },
      { q: 'no such thing' },
      { q: 'in' },
      { q: 'customer 42', status: 'failed' },
    ];
    const found = await readWholeBy(async () => {
      for (const filter of lists) {
        for (const after of [undefined, '5000']) {
          await listOpsDocuments(ledger, { limit: 50, after, ...filter });
          await listDocuments(ledger, connection, { limit: 50, after, ...filter });
        }
      }
      await listDocuments(ledger, connection, { limit: 50, reason: 'deposited' });
      await listDocuments(ledger, connection, {
        limit: 50,
        reason: 'customer_missing',
        status: 'failed',
      });
      // What fits is older than what was synced since.
      await listDocuments(ledger, connection, { limit: 50, reason: 'customer_missing' });
      await listDocuments(ledger, connection, {
        limit: 50,
        reason: 'customer_missing',
        kind: 'invoice',
      });
      const many = { connectionIds: [connection.id, otherId] };
      const filters: DocumentSelection[] = [
        { reasons: ['customer_missing', 'deposited'] },
        { statuses: ['failed', 'waiting'], kinds: ['invoice'] },
        { ...many, statuses: ['queued'] },
        many,
        { amounts: [{ is: '>', amount: '1000000' }], statuses: ['failed'] },
        { ages: [{ is: '>', seconds: 86_400 }], reasons: ['customer_missing'] },
        { causeId: 7 },
        { words: 'customer 42', amounts: [{ is: '>', amount: '0' }] },
      ];
      for (const selection of filters) {
        for (const after of [undefined, '50000']) {
          await listOpsDocuments(ledger, { limit: 50, after, selection });
          await listDocuments(ledger, connection, { limit: 50, after, selection });
        }
      }
      await readOpsDocument(ledger, 77);
      await listCauses(ledger, { appId }, { limit: 50 });
      await listOpsCauses(ledger, { limit: 50, after: '40-9', reason: 'customer_missing' });
      await listCauses(ledger, {}, { limit: 50, connectionId: connection.id });
      await readCause(ledger, { appId }, '7');
      await listRuns(ledger, connection, 50);
    });
    expect(found).toEqual([]);
  });

  it('does the shares of an action on many documents by index', async () => {
    const owned = { appId, action: 'skip', filter: '', rate: 20 } as const;
    const selections: DocumentSelection[] = [
      { statuses: ['failed'] },
      { connectionIds: [connection.id, otherId], reasons: ['customer_missing'] },
      { causeId: 7, amounts: [{ is: '>', amount: '0' }] },
    ];
    for (const selection of selections) {
      // Counting what is meant reads all of it, once.
      await startBulkAction(ledger, { ...owned, selection }, { by: 'app', actor: 'test' });
      const found = await readWholeBy(async () => {
        const claimed = await claimBulkAction(ledger, { leaseMs: 60_000, everyMs: 60_000 });
        if (claimed === undefined) throw new Error('There is nothing to claim');
        const share = await nextShare(ledger, claimed);
        expect(share?.ids).toHaveLength(20);
        for (const id of share?.ids ?? []) await actOnNext(ledger, claimed, id);
        await noteShare(ledger, claimed, undefined);
      });
      expect(found).toEqual([]);
    }
  });

  it('sweeps by index', async () => {
    await startRun(ledger, connection, { job: 'refresh_master_data', trigger: 'api' });
    const found = await readWholeBy(async () => {
      await wakeablePushes(ledger, 0, 1_000);
      await wakeableRuns(ledger, 0, 1_000);
      await parkLeftPushes(ledger);
      await seeFixes(ledger);
      await releaseStragglers(ledger);
      await readyCompanies(ledger, 1_000);
    });
    expect(found).toEqual([]);
  });

  it('tells and does what a change of settings lets go by index, however many are settled', async () => {
    const { sql } = ledger;
    await sql`update documents set status = 'not_ready', reason = 'waits_for_click', due_at = null
      where connection_id = ${connection.id} and status = 'failed' and id % 100 = 0`;
    const off = { ...connection.settings, start: 'click' as const, closedPeriod: 'fail' as const };
    const on = { ...off, start: 'automatic' as const, closedPeriod: 'hold' as const };
    explained.plans.length = 0;
    const change = [
      { ...connection, settings: off },
      { ...connection, settings: on },
    ] as const;
    expect((await letGoBy(ledger, ...change)).checked).toBeGreaterThan(0);
    await sql.begin((tx) => judgeBySettings(ledger, tx, { ...connection, settings: on }, off));
    await judgeOn(ledger);
    expect(wholeReads(explained.plans)).toEqual([]);
    expect(readInVain(explained.plans, 'documents')).toBeLessThan(500);
  });

  it('loses a connection, and finds what waited for it, by index', async () => {
    await ledger.sql`update documents set due_at = null where id > 500 and due_at is not null`;
    const found = await readWholeBy(async () => {
      await markReconnectNeeded(ledger, companyId, 1);
      await parkLeftPushes(ledger);
      await releaseStragglers(ledger);
      await completeConnect(ledger, aGrant(connection.id), 'someone');
      await releaseStragglers(ledger);
    });
    expect(found).toEqual([]);
  });

  it('forgets what is old by index, and finds at once that nothing is', async () => {
    const { sql } = fresh.ledger;
    const old = { bodies: 1_000, history: 1_000, events: 1_000 };
    await sql`update pushes set closed_at = now() - interval '9 years' where id <= 700 and closed_at is not null`;
    await sql`update requests set created_at = now() - interval '9 years' where id <= 700`;
    await sql`update document_history set at = now() - interval '9 years' where id <= 700`;
    await sql`update events set at = now() - interval '9 years' where number <= 700`;
    const found = await readWholeBy(async () => {
      await forgetOld(ledger, old, NEVER);
      await forgetOld(ledger, old, NEVER);
    });
    expect(found).toEqual([]);
  });

  it('begins and ends requests with an Idempotency-Key by index', async () => {
    const keyed = { appId, key: 'plan', request: 'PUT /' };
    const found = await readWholeBy(async () => {
      await beginKeyed(ledger, keyed);
      await finishKeyed(ledger, keyed, {
        status: 200,
        contentType: 'application/json',
        body: '{}',
      });
    });
    expect(found).toEqual([]);
  });
});

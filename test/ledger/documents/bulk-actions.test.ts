import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { reason } from '../../../src/contract/reasons.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import {
  type AskedBulkAction,
  startBulkAction,
} from '../../../src/ledger/documents/bulk-actions.js';
import {
  actOnNext,
  BulkActionLost,
  claimBulkAction,
  nextShare,
  noteShare,
} from '../../../src/ledger/documents/bulk-work.js';
import { moveDocuments } from '../../../src/ledger/documents/moves.js';
import { DEFAULT_RETENTION, forgetOld } from '../../../src/ledger/housekeeping/retention.js';
import { stateDocument } from '../../../src/ledger/statements/submit.js';
import { stateInvoice } from '../../support/documents.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

let fresh: FreshLedger;
let connection: Connection;
let appId: string;
beforeAll(async () => {
  fresh = await freshLedger();
  const { app } = await anApp(fresh.ledger);
  appId = app.id;
  ({ connection } = await aConnected(fresh.ledger, appId));
});
afterAll(() => fresh?.close());

const who = { by: 'app', actor: 'test' };
const TIMES = { leaseMs: 60_000, everyMs: 0 };
const start = (o: Partial<AskedBulkAction> = {}) =>
  startBulkAction(
    fresh.ledger,
    {
      appId,
      action: 'retry',
      filter: 'status:failed',
      selection: { connectionIds: [connection.id] },
      rate: 2,
      ...o,
    },
    who,
  );
const fail = (ids: number[]) =>
  fresh.ledger.sql.begin((tx) =>
    moveDocuments(
      tx,
      ids,
      () => ({ to: 'failed', what: 'failed', reason: reason('deposited', {}) }),
      'worker',
    ),
  );
const claim = async () => {
  const claimed = await claimBulkAction(fresh.ledger, TIMES);
  if (claimed === undefined) throw new Error('There is nothing to claim');
  return claimed;
};
/** All that is left of it, document by document. */
async function workThrough(): Promise<number[]> {
  const acted: number[] = [];
  for (;;) {
    const claimed = await claim();
    const share = await nextShare(fresh.ledger, claimed);
    for (const id of share?.ids ?? []) {
      if ((await actOnNext(fresh.ledger, claimed, id)) !== undefined) acted.push(id);
    }
    await noteShare(fresh.ledger, claimed, share);
    if (share === undefined) return acted;
  }
}

it('does what is needed before what needs it, though it was stated later', async () => {
  const invoice = await stateInvoice(fresh.ledger, connection, 'O-1');
  const { documentId: customer } = await stateDocument(
    fresh.ledger,
    connection,
    {
      kind: 'customer',
      externalId: 'O-2',
      document: { displayName: 'Acme', attributes: {}, priority: 'live' },
    },
    'app',
  );
  await fail([invoice, customer]);
  await start();
  expect(await workThrough()).toEqual([customer, invoice]);
});

it('is gone on with after a worker died in the middle of a share, each document once', async () => {
  const ids: number[] = [];
  for (const name of ['K-1', 'K-2', 'K-3'])
    ids.push(await stateInvoice(fresh.ledger, connection, name));
  await fail(ids);
  const { id } = await start({ action: 'skip' });
  const dead = await claim();
  const share = await nextShare(fresh.ledger, dead);
  expect(share?.ids).toEqual(ids.slice(0, 2));
  await actOnNext(fresh.ledger, dead, share?.ids[0] ?? 0);
  expect(await claimBulkAction(fresh.ledger, TIMES)).toBeUndefined();
  await fresh.ledger.sql`update bulk_actions set lease_until = now() where id = ${Number(id)}`;
  expect(await workThrough()).toEqual(ids.slice(1));
  // It wakes up again, and is too late.
  await expect(noteShare(fresh.ledger, dead, share)).rejects.toThrow(BulkActionLost);
  const items = await fresh.ledger.sql`
    select document_id from bulk_action_items where bulk_action_id = ${Number(id)} order by 1`;
  expect(items.map(({ documentId }) => documentId)).toEqual(ids);
});

it('leaves alone what is not as it was when somebody asked', async () => {
  const ids = [
    await stateInvoice(fresh.ledger, connection, 'C-1'),
    await stateInvoice(fresh.ledger, connection, 'C-2'),
  ];
  await fail(ids);
  expect(await start()).toMatchObject({ documents: 2 });
  // Retried and failed anew meanwhile: that is another failure than the one that was meant.
  await stateInvoice(fresh.ledger, connection, 'C-1', { memo: 'corrected' });
  await fail(ids.slice(0, 1));
  await fail([await stateInvoice(fresh.ledger, connection, 'C-3')]);
  expect(await workThrough()).toEqual(ids.slice(1));
});

it('does not go on with a document of an action that was stopped in this moment', async () => {
  const id = await stateInvoice(fresh.ledger, connection, 'A-1');
  await fail([id]);
  await start({ action: 'mark_handled' });
  const claimed = await claim();
  await fresh.ledger.sql`
    update bulk_actions set status = 'aborted', ended_at = now() where id = ${claimed.id}`;
  await expect(actOnNext(fresh.ledger, claimed, id)).rejects.toThrow(BulkActionLost);
  const [row] = await fresh.ledger.sql`select status from documents where id = ${id}`;
  expect(row).toEqual({ status: 'failed' });
});

it('is forgotten with its results long after it ended, and not before', async () => {
  const forget = () => forgetOld(fresh.ledger, DEFAULT_RETENTION, new AbortController().signal);
  expect(await forget()).toMatchObject({ bulkActions: 0 });
  const ended = await fresh.ledger.sql`
    update bulk_actions set ended_at = now() - interval '401 days' where ended_at is not null
    returning 1`;
  const results = await fresh.ledger.sql`select 1 from bulk_action_items`;
  expect(results.count).toBeGreaterThan(0);
  expect(await forget()).toMatchObject({ bulkActions: ended.count + results.count });
  expect((await fresh.ledger.sql`select 1 from bulk_action_items`).count).toBe(0);
});

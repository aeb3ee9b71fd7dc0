import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { followMerge } from '../../../src/ledger/changes/merges.js';
import { type MirroredRecord, mirrorRecords } from '../../../src/ledger/companies/records.js';
import type { Connection } from '../../../src/ledger/connections/connections.js';
import { type NewLink, saveLinks } from '../../../src/ledger/documents/links.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { waitingForLocks } from '../../support/row-lock.js';
import { aConnected, anApp } from '../../support/tenancy.js';
import { waitFor } from '../../support/wait-for.js';

let fresh: FreshLedger;
let connection: Connection;
let companyId: string;

beforeAll(async () => {
  fresh = await freshLedger();
  const { app } = await anApp(fresh.ledger);
  ({ connection, companyId } = await aConnected(fresh.ledger, app.id));
});
afterAll(() => fresh?.close());
beforeEach(async () => {
  await fresh.ledger.sql`delete from links`;
  await fresh.ledger.sql`delete from records`;
  await mirrorRecords(fresh.ledger.sql, companyId, [aCustomer('21'), aCustomer('22')]);
});

const aCustomer = (quickbooksId: string): MirroredRecord => ({
  type: 'customer',
  quickbooksId,
  name: `Customer ${quickbooksId}`,
  nameKey: `Customer ${quickbooksId}`,
  foldedKey: `customer ${quickbooksId}`,
  number: null,
  email: null,
  active: true,
  syncToken: '4',
  updatedAt: '2026-11-22T08:00:00Z',
  facts: {},
});
/** Our own write of a customer, as QuickBooks answered it. */
const anAnswer = (quickbooksId: string): NewLink => ({
  connectionId: connection.id,
  companyId,
  kind: 'customer',
  externalId: 'contact-1',
  exclusive: false,
  quickbooksId,
  syncToken: '4',
  number: null,
  totalMinor: null,
  balanceMinor: null,
  currency: null,
  changedAt: '2026-11-22T08:00:00Z',
  origin: 'pushed',
});
const settle = (quickbooksId: string) =>
  fresh.ledger.sql.begin(async (tx) => {
    await saveLinks(tx, [anAnswer(quickbooksId)]);
    await mirrorRecords(tx, companyId, [aCustomer(quickbooksId)]);
  });
const merge = (from: string, into = '22') =>
  fresh.ledger.sql.begin((tx) =>
    followMerge(tx, { id: companyId, connections: new Map() }, { type: 'customer', from, into }),
  );
const link = async () => {
  const [row] = await fresh.ledger.sql`select quickbooks_id, sync_token from links`;
  return row;
};
const active = async () => {
  const rows = await fresh.ledger.sql<{ id: string }[]>`
    select quickbooks_id as id from records where active order by 1`;
  return rows.map(({ id }) => id);
};

it('an answer about a customer that was merged away meanwhile is about the one that stays', async () => {
  await settle('21');
  await merge('21');
  await settle('21');
  expect(await link()).toEqual({ quickbooksId: '22', syncToken: null });
  expect(await active()).toEqual(['22']);
});

it('so is the answer to its making, which nobody knew of when the merge was told', async () => {
  await merge('31');
  await settle('31');
  expect(await link()).toEqual({ quickbooksId: '22', syncToken: null });
  expect(await active()).toEqual(['21', '22']);
});

it('also where nobody has read the one that stays', async () => {
  await merge('31', '32');
  await settle('31');
  expect(await link()).toEqual({ quickbooksId: '32', syncToken: null });
  expect(await active()).toEqual(['21', '22']);
});

it('also where that one was merged into yet another that nobody has read', async () => {
  await merge('32', '33');
  await merge('31', '32');
  await settle('31');
  expect(await link()).toEqual({ quickbooksId: '33', syncToken: null });
});

it('a merge that is told while an answer is settled sees what that writes', async () => {
  let merging: Promise<void> | undefined;
  await fresh.ledger.sql.begin(async (tx) => {
    await saveLinks(tx, [anAnswer('21')]);
    merging = merge('21');
    await waitFor(async () => (await waitingForLocks(fresh.ledger, 'merged_into')) > 0, {
      what: 'the merge to wait',
    });
  });
  await merging;
  expect(await link()).toEqual({ quickbooksId: '22', syncToken: null });
});

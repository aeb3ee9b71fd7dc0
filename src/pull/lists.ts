import type { PartyKind } from '../contract/documents/index.js';
import { applyContacts } from '../ledger/changes/changed-contacts.js';
import { applyParties } from '../ledger/changes/changed-parties.js';
import type { FOLLOWED_LISTS } from '../ledger/changes/changes-scope.js';
import { activeRecords, deactivateRecords, witnessesOf } from '../ledger/changes/gone-records.js';
import { followMerge } from '../ledger/changes/merges.js';
import { noteListsRead } from '../ledger/companies/lists-read.js';
import { mirrorRecords } from '../ledger/companies/records.js';
import { writtenBody } from '../qbo/batch.js';
import type { ChangeBatch } from '../qbo/changes.js';
import { isObject, type JsonObject } from '../qbo/fault.js';
import { changedCustomer, type FormEntity } from '../qbo/mapping/changed.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { recordOf } from '../qbo/mapping/records.js';
import type { Changing } from './changing.js';
import { judgePartiesOf } from './drift.js';
import { lookAt, readOne, standing } from './gone.js';

export type ListEntity = (typeof FOLLOWED_LISTS)[number];

const TYPES = {
  Account: 'account',
  Class: 'class',
  Department: 'department',
  Item: 'item',
  PaymentMethod: 'payment_method',
  Term: 'term',
  Vendor: 'vendor',
  Customer: 'customer',
} as const satisfies Record<ListEntity, string>;

/**
 * New and changed records join their list; those that are gone, as one that was merged into another,
 * are offered no more. What a deletion page by page does not show comes with the next whole refresh.
 */
export async function applyList(
  changing: Changing,
  batch: ChangeBatch & { entity: ListEntity },
): Promise<Date[]> {
  const { ledger, scope, reads, signal } = changing;
  const { entity } = batch;
  const type = TYPES[entity];
  const ids = await activeRecords(ledger, scope.id, type, batch.deletedIds);
  const looked = await lookAt(reads, scope.id, { entity, ids }, { signal });
  const rows = standing(batch.changed, looked);
  const deferred = await ledger.sql.begin(async (tx) => {
    await mirrorRecords(
      tx,
      scope.id,
      rows.map((row) => mirrored(recordOf(type, row))),
    );
    await deactivateRecords(tx, scope.id, type, looked.gone);
    if (type === 'account') await noteListsRead(tx, scope.id, [type]);
    if (entity !== 'Customer') return [];
    const customers = rows.map(changedCustomer);
    const again = new Set(await applyContacts(ledger, tx, scope, customers));
    return customers.flatMap(({ quickbooksId, changedAt }) =>
      again.has(quickbooksId) && changedAt !== null ? [new Date(changedAt)] : [],
    );
  });
  if (type === 'customer' || type === 'vendor') {
    await noteChangedParties(changing, type, rows);
    for (const id of looked.gone) await findSurvivor(changing, type, id);
  }
  return deferred;
}

async function noteChangedParties(
  { ledger, scope }: Changing,
  kind: PartyKind,
  rows: readonly JsonObject[],
): Promise<void> {
  const now = rows.map(({ Id, SyncToken }) => ({
    quickbooksId: String(Id),
    syncToken: String(SyncToken),
    isVoided: false as const,
  }));
  if (now.length === 0) return;
  const judge = judgePartiesOf(ledger, kind, new Map(rows.map((row) => [String(row['Id']), row])));
  await ledger.sql.begin((tx) => applyParties(ledger, tx, scope, { kind, now }, judge));
}

/** Forms that name a party, by what they are stored as. */
const WITNESSES = {
  customer: { invoice: 'Invoice', sales_receipt: 'SalesReceipt' },
  vendor: { bill: 'Bill', vendor_credit: 'VendorCredit', purchase_order: 'PurchaseOrder' },
} as const satisfies Record<string, Readonly<Record<string, FormEntity>>>;

/**
 * Who a customer or supplier was merged into change data does not say: a form that was sent for them
 * does, because it names the other one now. One read, and only where such a form is known.
 */
async function findSurvivor(
  changing: Changing,
  type: 'customer' | 'vendor',
  from: string,
): Promise<void> {
  const { ledger, scope, reads, signal } = changing;
  const entities = new Map<string, FormEntity>(Object.entries(WITNESSES[type]));
  const asked = { type, id: from, kinds: [...entities.keys()] };
  for (const { kind, quickbooksId, last } of await witnessesOf(ledger, scope.id, asked)) {
    const entity = entities.get(kind);
    if (entity === undefined) continue;
    const sent = writtenBody(last, { bId: last.batchItemId ?? '', entity });
    if (partyOf(type, sent) !== from) continue;
    const stored = await readOne(reads, scope.id, entity, quickbooksId, { signal });
    const into = partyOf(type, stored);
    if (into === undefined || into === from) continue;
    await ledger.sql.begin((tx) => followMerge(tx, scope, { type, from, into }));
    return;
  }
}

function partyOf(type: 'customer' | 'vendor', form: JsonObject | undefined): string | undefined {
  const ref = form?.[type === 'customer' ? 'CustomerRef' : 'VendorRef'];
  return isObject(ref) && typeof ref['value'] === 'string' ? ref['value'] : undefined;
}

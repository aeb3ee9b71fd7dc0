import { applyContacts } from '../ledger/changed-contacts.js';
import { activeRecords, deactivateRecords, witnessesOf } from '../ledger/gone-records.js';
import { followMerge } from '../ledger/merges.js';
import { mirrorRecords } from '../ledger/records.js';
import { writtenBody } from '../qbo/batch.js';
import type { ChangeBatch } from '../qbo/changes.js';
import { isObject, type JsonObject } from '../qbo/fault.js';
import { changedCustomer } from '../qbo/mapping/changed.js';
import { mirrored } from '../qbo/mapping/mirrored.js';
import { recordOf } from '../qbo/mapping/records.js';
import type { Changing } from './changing.js';
import { lookAt, readOne } from './gone.js';

/** Lists change data covers; tax codes and rates it does not. */
export const LIST_ENTITIES = [
  'Account',
  'Class',
  'Department',
  'Item',
  'PaymentMethod',
  'Term',
  'Customer',
] as const;
export type ListEntity = (typeof LIST_ENTITIES)[number];

const TYPES = {
  Account: 'account',
  Class: 'class',
  Department: 'department',
  Item: 'item',
  PaymentMethod: 'payment_method',
  Term: 'term',
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
  const rows = [...batch.changed, ...looked.present];
  const deferred = await ledger.sql.begin(async (tx) => {
    await mirrorRecords(
      tx,
      scope.id,
      rows.map((row) => mirrored(recordOf(type, row))),
    );
    await deactivateRecords(tx, scope.id, type, looked.gone);
    if (entity !== 'Customer') return [];
    const customers = rows.map(changedCustomer);
    const again = new Set(await applyContacts(ledger, tx, scope, customers));
    return customers.flatMap(({ quickbooksId, changedAt }) =>
      again.has(quickbooksId) && changedAt !== null ? [new Date(changedAt)] : [],
    );
  });
  if (entity === 'Customer') for (const id of looked.gone) await findSurvivor(changing, id);
  return deferred;
}

const ENTITY_BY_KIND: Readonly<Record<string, 'Invoice' | 'SalesReceipt'>> = {
  invoice: 'Invoice',
  sales_receipt: 'SalesReceipt',
};

/**
 * Who a customer was merged into change data does not say: a form that was sent for it does, because
 * its customer is the other one now. One read, and only where such a form is known.
 */
async function findSurvivor(changing: Changing, customerId: string): Promise<void> {
  const { ledger, scope, reads, signal } = changing;
  for (const { kind, quickbooksId, last } of await witnessesOf(ledger, scope.id, customerId)) {
    const entity = ENTITY_BY_KIND[kind];
    if (entity === undefined) continue;
    const sent = writtenBody(last, { bId: last.batchItemId ?? '', entity });
    if (customerOf(sent) !== customerId) continue;
    const stored = await readOne(reads, scope.id, entity, quickbooksId, { signal });
    const into = customerOf(stored);
    if (into === undefined || into === customerId) continue;
    await ledger.sql.begin((tx) =>
      followMerge(tx, scope, { type: 'customer', from: customerId, into }),
    );
    return;
  }
}

function customerOf(form: JsonObject | undefined): string | undefined {
  const ref = form?.['CustomerRef'];
  return isObject(ref) && typeof ref['value'] === 'string' ? ref['value'] : undefined;
}

import type { DocumentKind } from '../contract/documents/index.js';
import { applyDeletions, applyTransactions } from '../ledger/changes/changed-documents.js';
import { linkedTransactions, mergedRecords } from '../ledger/changes/gone-records.js';
import { knownOpen } from '../ledger/changes/known-open.js';
import { applyReviewRequests, type PaidInvoice } from '../ledger/changes/review-requests.js';
import type { ChangeBatch } from '../qbo/changes.js';
import { type ChangedTransaction, changedForm, type FormEntity } from '../qbo/mapping/changed.js';
import type { Changing } from './changing.js';
import { judgeOf } from './drift.js';
import { type Looked, lookAt, missingAmong, standing } from './gone.js';

const KINDS = {
  Invoice: ['invoice'],
  SalesReceipt: ['sales_receipt'],
  CreditMemo: ['credit_memo'],
  PurchaseOrder: ['purchase_order'],
  Bill: ['bill'],
  VendorCredit: ['vendor_credit'],
} as const satisfies Record<FormEntity, readonly DocumentKind[]>;

const PARTY = {
  Invoice: 'customer',
  SalesReceipt: 'customer',
  CreditMemo: 'customer',
  PurchaseOrder: 'vendor',
  Bill: 'vendor',
  VendorCredit: 'vendor',
} as const satisfies Record<FormEntity, string>;

/** Forms: balances, edits, voids and deletions of those that were sent; reviews of all invoices. */
export async function applyForms(
  changing: Changing,
  batch: ChangeBatch & { entity: FormEntity },
): Promise<Date[]> {
  const { ledger, scope } = changing;
  const { entity } = batch;
  const kinds = KINDS[entity];
  const known = (ids?: readonly string[]) => linkedTransactions(ledger, scope.id, kinds, ids);
  const looked = await lookForDeleted(changing, batch, known);
  const rows = standing(batch.changed, looked);
  const now = rows.map((row) => changedForm(entity, row, scope.homeCurrency));
  const jsonById = new Map(rows.map((row) => [String(row['Id']), row]));
  const merged = await mergedRecords(ledger, scope.id, PARTY[entity]);
  const paid = entity === 'Invoice' ? paidAmong(changing, now) : [];
  await ledger.sql.begin(async (tx) => {
    const judge = judgeOf(entity, jsonById, merged);
    const paidIds = paid.map(({ quickbooksId }) => quickbooksId);
    const open = await knownOpen(tx, scope, paidIds);
    await applyTransactions(ledger, tx, scope, { kinds, now }, judge);
    await applyDeletions(tx, scope, { kinds, ids: looked.gone });
    await applyReviewRequests(
      tx,
      scope,
      paid.map((one) => ({ ...one, settledAfter: laterOf(one, open) })),
    );
  });
  return [];
}

/** Whatever settled it, an invoice that is known to have been open was settled after that. */
function laterOf({ quickbooksId, settledAfter }: PaidInvoice, open: ReadonlyMap<string, Date>) {
  const known = open.get(quickbooksId);
  return known !== undefined && known > settledAfter ? known : settledAfter;
}

/** Only what is known here is looked for: of the rest nothing would follow. */
export async function lookForDeleted(
  { scope, reads, signal }: Changing,
  { entity, changed, deletedIds, deletionsUnseen }: ChangeBatch,
  known: (ids?: readonly string[]) => Promise<string[]>,
): Promise<Looked> {
  const ids = deletedIds.length === 0 ? [] : await known(deletedIds);
  if (deletionsUnseen) {
    const there = new Set(changed.map((row) => row['Id']));
    const all = (await known()).filter((id) => !there.has(id));
    ids.push(...(await missingAmong(reads, scope.id, { entity, ids: all }, { signal })));
  }
  return lookAt(reads, scope.id, { entity, ids: [...new Set(ids)] }, { signal });
}

/** Notes those that are paid in full; one that is younger than a connection was paid since then. */
function paidAmong({ settled }: Changing, now: readonly ChangedTransaction[]): PaidInvoice[] {
  return now.flatMap(
    ({ quickbooksId, partyId: customerId, createdAt, totalMinor, balanceMinor }) => {
      if (totalMinor <= 0 || balanceMinor !== 0) {
        settled.delete(quickbooksId);
        return [];
      }
      settled.set(quickbooksId, { customerId });
      return createdAt === null
        ? []
        : [{ quickbooksId, customerId, settledAfter: new Date(createdAt) }];
    },
  );
}

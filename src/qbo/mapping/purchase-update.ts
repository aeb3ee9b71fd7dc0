import type { PurchaseFormEntity } from './purchase-document.js';
import { expenseDetailOf } from './purchase-lines.js';
import {
  type QuickBooksExpenseDetail,
  type QuickBooksPurchaseForm,
  type QuickBooksPurchaseLine,
  readEntity,
  type StoredPurchaseForm,
} from './quickbooks-types.js';

/** An object as QuickBooks answered it, with members nobody here knows. */
export type StoredObject = Readonly<Record<string, unknown>>;

/** What QuickBooks computes or answers by itself, and what is written anew as a whole. */
const NOT_WRITTEN: readonly string[] = [
  'domain',
  'sparse',
  'MetaData',
  'TotalAmt',
  'HomeTotalAmt',
  'Balance',
  'HomeBalance',
  'TxnTaxDetail',
  'LinkedTxn',
  'Line',
];
/** What speaks of the supplier the form had before. */
const OF_VENDOR: readonly string[] = ['VendorAddr', 'RemitToAddr', 'ExchangeRate'];

/**
 * A whole update: what QuickBooks holds, with what the document says laid over it. Lines keep their
 * ids, so that what QuickBooks ties to a line stays tied; links people made stay unless the document
 * names another purchase order.
 */
export function wholeUpdate(
  own: QuickBooksPurchaseForm,
  stored: StoredObject,
  entity: PurchaseFormEntity,
): QuickBooksPurchaseForm {
  const known = readEntity(entity, stored);
  const isMoved = known.VendorRef.value !== own.VendorRef.value;
  const left = [...NOT_WRITTEN, ...(isMoved ? OF_VENDOR : [])];
  const kept = Object.fromEntries(Object.entries(stored).filter(([name]) => !left.includes(name)));
  const links = own.LinkedTxn ?? linksTo('PurchaseOrder', known);
  const LinkedTxn = [...links, ...linksTo('ReimburseCharge', known)];
  return {
    ...kept,
    ...own,
    Id: known.Id,
    SyncToken: known.SyncToken,
    ...(LinkedTxn.length === 0 ? {} : { LinkedTxn }),
    Line: keptLines(own, known, own.LinkedTxn === undefined),
  };
}

function linksTo(type: string, { LinkedTxn }: StoredPurchaseForm) {
  const links = LinkedTxn?.filter(({ TxnType }) => TxnType === type) ?? [];
  return links.map(({ TxnId, TxnType }) => ({ TxnId, TxnType }));
}

function keptLines(
  own: QuickBooksPurchaseForm,
  known: StoredPurchaseForm,
  keepsLinks: boolean,
): QuickBooksPurchaseLine[] {
  const before = known.Line.filter((line) => expenseDetailOf(line) !== undefined);
  return own.Line.map((line, index) => {
    const was = before[index];
    if (was?.Id === undefined || was.DetailType !== line.DetailType) return line;
    const links = was.LinkedTxn ?? [];
    const isLinked = keepsLinks && links.length > 0;
    return {
      Id: was.Id,
      ...line,
      ...(isLinked ? { LinkedTxn: links } : {}),
      ...detailKept(line, expenseDetailOf(was)),
    };
  });
}

/** A cost that people pass on to the customer, or passed on already, stays so. */
function detailKept(
  line: QuickBooksPurchaseLine,
  was: QuickBooksExpenseDetail | undefined,
): Partial<QuickBooksPurchaseLine> {
  const is = expenseDetailOf(line);
  const isSame = is?.CustomerRef !== undefined && is.CustomerRef.value === was?.CustomerRef?.value;
  const BillableStatus = isSame ? was?.BillableStatus : undefined;
  if (BillableStatus === undefined) return {};
  const detail = { ...is, BillableStatus };
  return line.ItemBasedExpenseLineDetail === undefined
    ? { AccountBasedExpenseLineDetail: detail }
    : { ItemBasedExpenseLineDetail: detail };
}

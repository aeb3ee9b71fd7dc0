import { pairedLines } from './paired-lines.js';
import type { PurchaseFormEntity } from './purchase-document.js';
import { expenseDetailOf } from './purchase-lines.js';
import {
  type QuickBooksExpenseDetail,
  type QuickBooksPurchaseForm,
  type QuickBooksPurchaseLine,
  type QuickBooksTxnLink,
  readEntity,
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
 * A whole update: what QuickBooks holds, with what the document says laid over it. A line that is
 * stated again keeps its id, so that what QuickBooks ties to it stays tied. Links to orders are what
 * the document says, and those people made.
 *
 * @param ownOrders ids of the purchase orders that the document names or named: their links are ours
 */
export function wholeUpdate(
  own: QuickBooksPurchaseForm,
  stored: StoredObject,
  entity: PurchaseFormEntity,
  ownOrders: readonly string[],
): QuickBooksPurchaseForm {
  const known = readEntity(entity, stored);
  const isMoved = known.VendorRef.value !== own.VendorRef.value;
  const left = [...NOT_WRITTEN, ...(isMoved ? OF_VENDOR : [])];
  const kept = Object.fromEntries(Object.entries(stored).filter(([name]) => !left.includes(name)));
  const isOurs = ({ TxnId, TxnType }: QuickBooksTxnLink) =>
    TxnType === ORDER && ownOrders.includes(TxnId);
  const others = (known.LinkedTxn ?? []).filter((link) => KEPT_LINKS.has(link.TxnType));
  const LinkedTxn = [
    ...(own.LinkedTxn ?? []),
    ...others.filter((link) => !isOurs(link)).map(({ TxnId, TxnType }) => ({ TxnId, TxnType })),
  ];
  const before = known.Line.filter((line) => expenseDetailOf(line) !== undefined);
  const pairs = pairedLines(own.Line, before);
  return {
    ...kept,
    ...own,
    Id: known.Id,
    SyncToken: known.SyncToken,
    ...(LinkedTxn.length === 0 ? {} : { LinkedTxn }),
    Line: own.Line.map((line, index) => {
      const was = pairs[index];
      if (was === undefined) return line;
      const theirs = (was.LinkedTxn ?? []).filter((link) => !isOurs(link));
      const isLinked = line.LinkedTxn === undefined && theirs.length > 0;
      return {
        Id: was.Id,
        ...line,
        ...(isLinked ? { LinkedTxn: theirs } : {}),
        ...detailKept(line, expenseDetailOf(was)),
      };
    }),
  };
}

const ORDER = 'PurchaseOrder';
/** Links that people make; payments are tied from their own side. */
const KEPT_LINKS: ReadonlySet<string> = new Set([ORDER, 'ReimburseCharge']);

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

/**
 * Texts of QuickBooks' objects that name nobody: ids, numbers, dates, codes and kinds (Intuit's API
 * reference). Every other text may be somebody's.
 */
const SHOWN: ReadonlySet<string> = new Set([
  'Id',
  'SyncToken',
  'value',
  'DocNumber',
  'TxnDate',
  'DueDate',
  'ShipDate',
  'DetailType',
  'TxnId',
  'TxnType',
  'TxnLineId',
  'LinkedTxnId',
  'domain',
  'type',
  'code',
  'element',
  'Message',
  'bId',
  'operation',
  'optionsData',
  'time',
  'CreateTime',
  'LastUpdatedTime',
  'GlobalTaxCalculation',
  'PrintStatus',
  'EmailStatus',
  'BillableStatus',
  'ApplyTaxAfterDiscount',
  'status',
]);

/** Deeper than any answer of QuickBooks; what lies below is left out. */
const DEPTH_MAX = 12;

/**
 * The shape of a body with its ids, amounts, dates and flags; every text that may be somebody's is
 * told by its length alone: `‹12 characters›`.
 */
export function redacted(value: unknown, name = '', depth = 0): unknown {
  if (typeof value === 'string') return SHOWN.has(name) ? value : `‹${value.length} characters›`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === DEPTH_MAX) return '‹more›';
  if (Array.isArray(value)) return value.map((member) => redacted(member, name, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, redacted(member, key, depth + 1)]),
  );
}

import type { DocumentKind } from '../../contract/documents/index.js';

/** QuickBooks' word for each kind of document, as a heading. */
export const KIND_LABELS: Record<DocumentKind, string> = {
  invoice: 'Invoice',
  sales_receipt: 'Sales receipt',
  credit_memo: 'Credit memo',
  payment: 'Payment',
  applied_credit: 'Applied credit',
  purchase_order: 'Purchase order',
  bill: 'Bill',
  vendor_credit: 'Vendor credit',
  customer: 'Customer',
  vendor: 'Supplier',
  item: 'Product',
  attachment: 'Attachment',
};

/** `1 invoice`, `3 products`. */
export function countedKind(kind: DocumentKind, count: number): string {
  return `${count} ${KIND_LABELS[kind].toLowerCase()}${count === 1 ? '' : 's'}`;
}

/** What a company's people find in their lists, by the word in the address. */

export interface Kind {
  entity: string;
  /** Of the list. */
  title: string;
  /** Who it is of; null: it is a name itself. */
  party: 'CustomerRef' | 'VendorRef' | null;
  /** QuickBooks knows a void of it. */
  isVoidable: boolean;
  /** The word of QuickBooks' own address of one, `/app/invoice?txnId=145`; null: we know of none. */
  page: string | null;
}

const OF_CUSTOMER = { party: 'CustomerRef', isVoidable: false } as const;
const OF_SUPPLIER = { party: 'VendorRef', isVoidable: false } as const;
const NAME = { party: null, isVoidable: false, page: null } as const;

export const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [
    'invoice',
    { ...OF_CUSTOMER, entity: 'Invoice', title: 'Invoices', isVoidable: true, page: 'invoice' },
  ],
  [
    'payment',
    { ...OF_CUSTOMER, entity: 'Payment', title: 'Payments', isVoidable: true, page: 'recvpayment' },
  ],
  [
    'sales-receipt',
    { ...OF_CUSTOMER, entity: 'SalesReceipt', title: 'Sales receipts', page: 'salesreceipt' },
  ],
  [
    'credit-memo',
    { ...OF_CUSTOMER, entity: 'CreditMemo', title: 'Credit memos', page: 'creditmemo' },
  ],
  [
    'purchase-order',
    { ...OF_SUPPLIER, entity: 'PurchaseOrder', title: 'Purchase orders', page: 'purchaseorder' },
  ],
  ['bill', { ...OF_SUPPLIER, entity: 'Bill', title: 'Bills', page: 'bill' }],
  [
    'vendor-credit',
    { ...OF_SUPPLIER, entity: 'VendorCredit', title: 'Vendor credits', page: 'vendorcredit' },
  ],
  ['customer', { ...NAME, entity: 'Customer', title: 'Customers' }],
  ['vendor', { ...NAME, entity: 'Vendor', title: 'Suppliers' }],
]);

/** Where `page` of QuickBooks' own addresses leads here. */
export function kindOfPage(page: string): [word: string, kind: Kind] | undefined {
  return [...KINDS].find(([, kind]) => kind.page === page);
}

/** What a company's people find in their lists, by the word in the address. */

export interface Kind {
  entity: string;
  /** Of the list. */
  title: string;
  /** Who it is of; null: it is a name itself. */
  party: 'CustomerRef' | 'VendorRef' | null;
  /** QuickBooks knows a void of it. */
  isVoidable: boolean;
}

export const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['invoice', { entity: 'Invoice', title: 'Invoices', party: 'CustomerRef', isVoidable: true }],
  ['payment', { entity: 'Payment', title: 'Payments', party: 'CustomerRef', isVoidable: true }],
  ['bill', { entity: 'Bill', title: 'Bills', party: 'VendorRef', isVoidable: false }],
  ['customer', { entity: 'Customer', title: 'Customers', party: null, isVoidable: false }],
  ['vendor', { entity: 'Vendor', title: 'Suppliers', party: null, isVoidable: false }],
]);

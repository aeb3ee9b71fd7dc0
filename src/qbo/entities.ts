/** Record types of the Accounting API this product reads or writes, as QuickBooks spells them. */
export const ENTITIES = [
  'Account',
  'Attachable',
  'Bill',
  'BillPayment',
  'Class',
  'CompanyInfo',
  'CreditMemo',
  'Customer',
  'Department',
  'Estimate',
  'Invoice',
  'Item',
  'Payment',
  'PaymentMethod',
  'Preferences',
  'PurchaseOrder',
  'RefundReceipt',
  'SalesReceipt',
  'TaxCode',
  'TaxRate',
  'Term',
  'Vendor',
  'VendorCredit',
] as const;

export type EntityName = (typeof ENTITIES)[number];

/** What a write does to its object. */
export type WriteOperation = 'create' | 'update' | 'delete' | 'void';

/** How QuickBooks wants to be told to void. Entities that are not listed cannot be voided. */
const VOID: { [Name in EntityName]?: 'operation' | 'include' } = {
  Invoice: 'operation',
  Payment: 'include',
  SalesReceipt: 'include',
  BillPayment: 'include',
  RefundReceipt: 'include',
};

/**
 * Whether a void is an operation of its own or an update that includes it (reference pages of
 * Invoice, Payment, SalesReceipt, BillPayment).
 * @throws RangeError where QuickBooks has no void for the entity
 */
export function voidStyle(entity: EntityName): 'operation' | 'include' {
  const style = VOID[entity];
  if (style === undefined) throw new RangeError(`QuickBooks cannot void ${entity}`);
  return style;
}

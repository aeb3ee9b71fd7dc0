import type { AppliedCredit } from './applied-credit.js';
import { appliedCredit } from './applied-credit.js';
import type { Attachment } from './attachment.js';
import { attachment } from './attachment.js';
import type { Bill, BillInput } from './bill.js';
import { bill } from './bill.js';
import type { CreditMemo, CreditMemoInput } from './credit-memo.js';
import { creditMemo } from './credit-memo.js';
import type { Customer, CustomerInput } from './customer.js';
import { customer } from './customer.js';
import type { Invoice, InvoiceInput } from './invoice.js';
import { invoice } from './invoice.js';
import type { Item } from './item.js';
import { item } from './item.js';
import type { DocumentKind, PurchaseFormKind, SalesFormKind } from './kinds.js';
import { KINDS } from './kinds.js';
import type { Payment, PaymentInput } from './payment.js';
import { payment } from './payment.js';
import type { PurchaseForm } from './purchase-form.js';
import type { PurchaseOrder, PurchaseOrderInput } from './purchase-order.js';
import { purchaseOrder } from './purchase-order.js';
import type { SalesForm } from './sales-form.js';
import type { SalesReceipt, SalesReceiptInput } from './sales-receipt.js';
import { salesReceipt } from './sales-receipt.js';
import { creditOf, paymentsOf, type StatedPart } from './stated-parts.js';
import type { Vendor, VendorInput } from './vendor.js';
import { vendor } from './vendor.js';
import type { VendorCredit, VendorCreditInput } from './vendor-credit.js';
import { vendorCredit } from './vendor-credit.js';

/** The schema of each kind of document there is. */
export const DOCUMENT_SCHEMAS = {
  invoice,
  sales_receipt: salesReceipt,
  credit_memo: creditMemo,
  payment,
  applied_credit: appliedCredit,
  purchase_order: purchaseOrder,
  bill,
  vendor_credit: vendorCredit,
  customer,
  vendor,
  item,
  attachment,
} as const;

/** A document of any kind after validation. */
export interface DocumentByKind {
  invoice: Invoice;
  sales_receipt: SalesReceipt;
  credit_memo: CreditMemo;
  payment: Payment;
  applied_credit: AppliedCredit;
  purchase_order: PurchaseOrder;
  bill: Bill;
  vendor_credit: VendorCredit;
  customer: Customer;
  vendor: Vendor;
  item: Item;
  attachment: Attachment;
}
export type AnyDocument = DocumentByKind[DocumentKind];

/** What an app may send for a kind. */
export interface StatedDocumentByKind {
  invoice: InvoiceInput;
  sales_receipt: SalesReceiptInput;
  credit_memo: CreditMemoInput;
  payment: PaymentInput;
  purchase_order: PurchaseOrderInput;
  bill: BillInput;
  vendor_credit: VendorCreditInput;
  customer: CustomerInput;
  vendor: VendorInput;
}

/** The document as a form of its side; undefined where its kind is none. */
export function asForm(
  kind: DocumentKind,
  document: AnyDocument,
): DocumentByKind[SalesFormKind | PurchaseFormKind] | undefined {
  return KINDS[kind].form === null
    ? undefined
    : (document as DocumentByKind[SalesFormKind | PurchaseFormKind]);
}

/** Documents that are stated inside this one, in their order. */
export function statedPartsOf(
  kind: DocumentKind,
  externalId: string,
  document: AnyDocument,
): StatedPart[] {
  if (kind === 'invoice') return paymentsOf(externalId, document as Invoice);
  return kind === 'credit_memo' ? creditOf(externalId, document as CreditMemo) : [];
}

/** The plain date a transaction is booked under; undefined for names. */
export function dateOf(document: AnyDocument): string | undefined {
  if ('issueDate' in document) return document.issueDate;
  return 'date' in document ? document.date : undefined;
}

export {
  ATTACHABLE_KINDS,
  ATTACHMENT_BYTES_MAX,
  ATTACHMENT_TYPE,
  ATTACHMENTS_MAX,
  type AttachableKind,
  attachmentName,
  fileNameOf,
} from './attachment.js';
export { belowZeroRule, formSums } from './form.js';
export {
  DOCUMENT_KINDS,
  type DocumentKind,
  isParty,
  KINDS,
  kindWord,
  PARTY_KINDS,
  type PartyKind,
  type PurchaseFormKind,
  type SalesFormKind,
  STATED_KINDS,
  type StatedKind,
  traitsOf,
} from './kinds.js';
export type {
  AppliedCredit,
  Attachment,
  Bill,
  BillInput,
  CreditMemo,
  CreditMemoInput,
  Customer,
  CustomerInput,
  Invoice,
  InvoiceInput,
  Item,
  Payment,
  PaymentInput,
  PurchaseForm,
  PurchaseOrder,
  PurchaseOrderInput,
  SalesForm,
  SalesReceipt,
  SalesReceiptInput,
  StatedPart,
  Vendor,
  VendorCredit,
  VendorCreditInput,
  VendorInput,
};

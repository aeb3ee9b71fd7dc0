import type { AppliedCredit } from './applied-credit.js';
import { appliedCredit } from './applied-credit.js';
import type { Attachment } from './attachment.js';
import { attachment } from './attachment.js';
import type { CreditMemo, CreditMemoInput } from './credit-memo.js';
import { creditMemo } from './credit-memo.js';
import type { Customer, CustomerInput } from './customer.js';
import { customer } from './customer.js';
import type { Invoice, InvoiceInput } from './invoice.js';
import { invoice } from './invoice.js';
import type { Item } from './item.js';
import { item } from './item.js';
import type { DocumentKind, SalesFormKind } from './kinds.js';
import { KINDS } from './kinds.js';
import type { Payment, PaymentInput } from './payment.js';
import { payment } from './payment.js';
import type { SalesForm } from './sales-form.js';
import type { SalesReceipt, SalesReceiptInput } from './sales-receipt.js';
import { salesReceipt } from './sales-receipt.js';
import { creditOf, paymentsOf, type StatedPart } from './stated-parts.js';

/** The schema of each kind of document there is. */
export const DOCUMENT_SCHEMAS = {
  invoice,
  sales_receipt: salesReceipt,
  credit_memo: creditMemo,
  payment,
  applied_credit: appliedCredit,
  customer,
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
  customer: Customer;
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
  customer: CustomerInput;
}

/** The document as a sales form; undefined where its kind is none. */
export function asSalesForm(
  kind: DocumentKind,
  document: AnyDocument,
): DocumentByKind[SalesFormKind] | undefined {
  return KINDS[kind].isSalesForm ? (document as DocumentByKind[SalesFormKind]) : undefined;
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
export {
  DOCUMENT_KINDS,
  type DocumentKind,
  KINDS,
  kindWord,
  type SalesFormKind,
  STATED_KINDS,
  type StatedKind,
  traitsOf,
} from './kinds.js';
export { salesFormSums } from './sales-form.js';
export type {
  AppliedCredit,
  Attachment,
  CreditMemo,
  CreditMemoInput,
  Customer,
  CustomerInput,
  Invoice,
  InvoiceInput,
  Item,
  Payment,
  PaymentInput,
  SalesForm,
  SalesReceipt,
  SalesReceiptInput,
  StatedPart,
};

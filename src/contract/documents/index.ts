import type { Customer, CustomerInput } from './customer.js';
import { customer } from './customer.js';
import type { Invoice, InvoiceInput } from './invoice.js';
import { invoice } from './invoice.js';
import type { Item } from './item.js';
import { item } from './item.js';

/** The schema of each kind of document there is. A new kind starts here. */
export const DOCUMENT_SCHEMAS = { invoice, customer, item } as const;

export type DocumentKind = keyof typeof DOCUMENT_SCHEMAS;
export const DOCUMENT_KINDS = Object.keys(DOCUMENT_SCHEMAS) as [DocumentKind, ...DocumentKind[]];

/** Kinds an app may state; items are made by the worker alone. */
export const STATED_KINDS = ['invoice', 'customer'] as const;
export type StatedKind = (typeof STATED_KINDS)[number];

/** Kinds QuickBooks keeps as transactions: they carry a date, a number and a total. */
export const TRANSACTION_KINDS: ReadonlySet<DocumentKind> = new Set(['invoice']);

/** A document of any kind after validation. */
export interface DocumentByKind {
  invoice: Invoice;
  customer: Customer;
  item: Item;
}
export type AnyDocument = DocumentByKind[DocumentKind];

/** What an app may send for a kind. */
export interface StatedDocumentByKind {
  invoice: InvoiceInput;
  customer: CustomerInput;
}

export { invoiceSums } from './invoice.js';
export type { Customer, CustomerInput, Invoice, InvoiceInput, Item };

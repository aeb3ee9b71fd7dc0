import { boolean, date, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { at, bytes, minorUnits } from './columns.js';
import { companies, connections } from './tenancy.js';

/** What is remembered of the way back, so that nothing is told twice. */

/** What payments of QuickBooks take from invoices that were sent there: a row per payment and invoice. */
export const receivedPayments = pgTable(
  'received_payments',
  {
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    paymentId: text('payment_id').notNull(),
    invoiceId: text('invoice_id').notNull(),
    amountMinor: minorUnits('amount_minor').notNull(),
    paidOn: date('paid_on'),
    /** We made it. */
    ours: boolean('ours').notNull(),
    /** The connection it was made for, whose app knows of it; null where that is not known. */
    madeBy: uuid('made_by'),
    /** QuickBooks' LastUpdatedTime of the copy this is from. */
    changedAt: at('changed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.companyId, table.paymentId, table.invoiceId] }),
    index('received_payments_invoice').on(table.companyId, table.invoiceId),
  ],
);

/** Customers of QuickBooks an app was told of, or has told us of. */
export const contacts = pgTable(
  'contacts',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    quickbooksId: text('quickbooks_id').notNull(),
    /** Keyed hash of what an app can take over; balances move the object without it. */
    contentHash: bytes('content_hash').notNull(),
    changedAt: at('changed_at'),
    toldAt: at('told_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.companyId, table.quickbooksId] })],
);

/** Contacts a review was asked of: once in a contact's life. */
export const reviewRequests = pgTable(
  'review_requests',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    customerId: text('customer_id').notNull(),
    /** The invoice that was paid in full. */
    invoiceId: text('invoice_id').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.companyId, table.customerId] })],
);

/** Old invoices of QuickBooks as they were when an app was told of them; never written again. */
export const importedInvoices = pgTable(
  'imported_invoices',
  {
    connectionId: uuid('connection_id')
      .notNull()
      .references(() => connections.id),
    companyId: uuid('company_id')
      .notNull()
      .references(() => companies.id),
    quickbooksId: text('quickbooks_id').notNull(),
    number: text('number'),
    issuedOn: date('issued_on').notNull(),
    dueOn: date('due_on'),
    customerId: text('customer_id').notNull(),
    customerName: text('customer_name'),
    currency: text('currency').notNull(),
    totalMinor: minorUnits('total_minor').notNull(),
    balanceMinor: minorUnits('balance_minor').notNull(),
    importedAt: at('imported_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.connectionId, table.quickbooksId] }),
    index('imported_invoices_list').on(table.connectionId, table.issuedOn, table.quickbooksId),
    index('imported_invoices_number').on(table.connectionId, table.number),
  ],
);

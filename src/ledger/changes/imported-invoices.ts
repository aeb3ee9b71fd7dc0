import {
  type ImportedInvoiceAnswer,
  type ImportedInvoicePage,
  importedExternalId,
} from '../../contract/imported-invoice.js';
import { toDecimalString } from '../../contract/money.js';
import { connectionById } from '../connections/connections.js';
import { escapedForLike } from '../database/like.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { appendEvents } from '../events/events.js';
import { type Unsettled, unsettledInvoices } from '../pushes/in-flight.js';
import type { ClaimedRun } from '../runs/claimed-runs.js';
import type { importedInvoices } from '../schema.js';

/** Old invoices of QuickBooks: brought once, and frozen from there on. */

/** An invoice as QuickBooks has it now. Amounts are minor units of its currency. */
export interface InvoiceNow {
  quickbooksId: string;
  syncToken: string;
  changedAt: string | null;
  number: string | null;
  issuedOn: string;
  dueOn: string | null;
  customerId: string;
  customerName: string | null;
  currency: string;
  totalMinor: number;
  balanceMinor: number;
  createdAt: string | null;
  isVoided: boolean;
  /** It carries a mark of ours. */
  isMarked: boolean;
}

/** Notes, before the first is brought, that documents of the connection may be about such invoices. */
export async function noteInvoicesImported(
  { sql, clock }: Ledger,
  { connectionId }: Pick<ClaimedRun, 'connectionId'>,
): Promise<void> {
  await sql`
    update connections set invoices_imported_at = ${clock()}
    where id = ${connectionId} and invoices_imported_at is null`;
}

/**
 * Keeps invoices as they are now and tells the app of each, once. Left out: what was sent from here,
 * what may have been, and what is void.
 */
export async function importInvoices(
  tx: Transaction,
  { companyId, connectionId }: Pick<ClaimedRun, 'companyId' | 'connectionId'>,
  invoices: readonly InvoiceNow[],
): Promise<void> {
  const connection = await connectionById(tx, connectionId);
  if (connection?.companyId !== companyId) return;
  const ids = invoices.map(({ quickbooksId }) => quickbooksId);
  const sent = await sentAmong(tx, companyId, ids);
  const unsettled = await unsettledInvoices(tx, companyId);
  const theirs = invoices.filter(
    (invoice) =>
      !invoice.isVoided &&
      !invoice.isMarked &&
      !sent.has(invoice.quickbooksId) &&
      !unsettled.some((one) => mayBe(invoice, one)),
  );
  const brought = await keep(tx, { companyId, connectionId }, theirs);
  await linkImported(tx, { companyId, connectionId }, brought, theirs);
  await appendEvents(
    tx,
    brought.map((recordId) => ({
      connectionId,
      appId: connection.appId,
      type: 'invoice.imported',
      record: { type: 'invoice', recordId },
    })),
  );
}

/** Their clock and ours differ by less. */
const CLOCKS_MS = 600_000;

function mayBe({ totalMinor, createdAt }: InvoiceNow, { statedAt, ...sent }: Unsettled): boolean {
  if (totalMinor !== sent.totalMinor) return false;
  return createdAt === null || Date.parse(createdAt) >= statedAt.getTime() - CLOCKS_MS;
}

/** Those that belong to a document, of whichever connection of the company. */
async function sentAmong(
  tx: Transaction,
  companyId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ quickbooksId: string }[]>`
    select quickbooks_id from links
    where company_id = ${companyId} and coalesce(stored_as, kind) = 'invoice' and exclusive
      and origin <> 'imported' and quickbooks_id = any(${ids as string[]}::text[])`;
  return new Set(rows.map(({ quickbooksId }) => quickbooksId));
}

type Whose = Pick<ClaimedRun, 'companyId' | 'connectionId'>;

/** @returns ids of those that were not kept before, in the order given */
async function keep(
  tx: Transaction,
  whose: Whose,
  invoices: readonly InvoiceNow[],
): Promise<string[]> {
  if (invoices.length === 0) return [];
  const kept = await tx<{ quickbooksId: string }[]>`
    insert into imported_invoices (connection_id, company_id, quickbooks_id, number, issued_on, due_on,
      customer_id, customer_name, currency, total_minor, balance_minor)
    select ${whose.connectionId}, ${whose.companyId}, i.* from jsonb_to_recordset(${tx.json(invoices as never)})
      as i("quickbooksId" text, number text, "issuedOn" date, "dueOn" date, "customerId" text,
      "customerName" text, currency text, "totalMinor" bigint, "balanceMinor" bigint)
    on conflict do nothing returning quickbooks_id`;
  return kept.map(({ quickbooksId }) => quickbooksId);
}

/** Another connection of the company may have brought it before: the object is taken all the same. */
async function linkImported(
  tx: Transaction,
  whose: Whose,
  ids: readonly string[],
  invoices: readonly InvoiceNow[],
): Promise<void> {
  const brought = new Set(ids);
  const rows = invoices
    .filter(({ quickbooksId }) => brought.has(quickbooksId))
    .map(({ quickbooksId, ...invoice }) => ({
      ...whose,
      externalId: importedExternalId(quickbooksId),
      quickbooksId,
      syncToken: invoice.syncToken,
      number: invoice.number,
      totalMinor: invoice.totalMinor,
      balanceMinor: invoice.balanceMinor,
      currency: invoice.currency,
      changedAt: invoice.changedAt,
    }));
  if (rows.length === 0) return;
  await tx`
    insert into links (connection_id, company_id, kind, external_id, quickbooks_id, origin, exclusive,
      sync_token, number, total_minor, balance_minor, currency, changed_at)
    select "connectionId", "companyId", 'invoice', "externalId", "quickbooksId", 'imported', true,
      "syncToken", number, "totalMinor", "balanceMinor", currency, "changedAt"
    from jsonb_to_recordset(${tx.json(rows as never)}) as l("connectionId" uuid, "companyId" uuid,
      "externalId" text, "quickbooksId" text, "syncToken" text, number text, "totalMinor" bigint,
      "balanceMinor" bigint, currency text, "changedAt" timestamptz)
    order by "externalId" on conflict do nothing`;
}

type ImportedRow = typeof importedInvoices.$inferSelect;

/** One page of what was brought, the newest first. */
export async function listImportedInvoices(
  { sql }: Ledger,
  connectionId: string,
  { q, after, limit }: { q?: string; after?: string; limit: number },
): Promise<ImportedInvoicePage> {
  const behind = after === undefined ? undefined : placeOf(after);
  const rows = await sql<ImportedRow[]>`
    select * from imported_invoices where connection_id = ${connectionId}
      ${q === undefined ? sql`` : found(sql, q)}
      ${behind === undefined ? sql`` : sql`and (issued_on, quickbooks_id) < (${behind.issuedOn}::date, ${behind.id})`}
    order by issued_on desc, quickbooks_id desc limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    records: page.map(answerOf),
    after:
      rows.length > limit && last !== undefined ? `${last.issuedOn}.${last.quickbooksId}` : null,
  };
}

function found(sql: AnySql, q: string) {
  const part = `%${escapedForLike(q.trim().toLowerCase())}%`;
  return sql`and (lower(number) like ${part} or lower(customer_name) like ${part})`;
}

/** A cursor nobody of us made starts from the beginning. */
function placeOf(cursor: string): { issuedOn: string; id: string } | undefined {
  const [, issuedOn, id] = /^(\d{4}-\d{2}-\d{2})\.(.+)$/.exec(cursor) ?? [];
  const isPlace = issuedOn !== undefined && id !== undefined && !Number.isNaN(Date.parse(issuedOn));
  return isPlace ? { issuedOn, id } : undefined;
}

function answerOf(row: ImportedRow): ImportedInvoiceAnswer {
  const { quickbooksId, number, issuedOn, dueOn, customerId, customerName, currency } = row;
  return {
    type: 'invoice',
    recordId: quickbooksId,
    number,
    date: issuedOn,
    dueDate: dueOn,
    customer: { recordId: customerId, name: customerName },
    total: toDecimalString(row.totalMinor, currency),
    balance: toDecimalString(row.balanceMinor, currency),
    currency,
    importedAt: row.importedAt.toISOString(),
  };
}

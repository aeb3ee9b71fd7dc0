import type { Ledger, Transaction } from '../database/open.js';
import { appendEvents, type NewEvent } from '../events/events.js';
import { type Sent, sentNow } from '../pushes/in-flight.js';
import type { ChangesScope } from './changes-scope.js';

/** A payment as QuickBooks holds it now. Amounts are minor units of its currency. */
export interface PaymentNow {
  quickbooksId: string;
  changedAt: string | null;
  paidOn: string | null;
  totalMinor: number;
  /** It carries a mark of ours. */
  isMarked: boolean;
  applied: readonly { type: string; quickbooksId: string; minor: number }[];
}

export interface ChangedPayments {
  now: readonly PaymentNow[];
  /** Ids of payments that a look in QuickBooks did not find any more. */
  gone: readonly string[];
  /** Those of them that were ours, and that the app did not take back itself. */
  removedByThem: readonly string[];
}

interface Row {
  paymentId: string;
  invoiceId: string;
  amountMinor: number;
  paidOn: string | null;
  ours: boolean;
  madeBy: string | null;
  changedAt: string | null;
}

/**
 * Keeps what payments take from invoices that were sent there, and tells the apps of money that came
 * or went, once. Money that a connection sent itself is not told back to it, but to another whose invoice
 * it pays.
 *
 * @returns ids that cannot be told from payments of ours whose answers are not in, or of which nobody
 * knows yet for whom they were sent, or that may be for an invoice of ours whose answer is not in: they
 * come again
 */
export async function applyPayments(
  tx: Transaction,
  scope: Pick<ChangesScope, 'id' | 'connections'>,
  { now, gone, removedByThem }: ChangedPayments,
): Promise<string[]> {
  const ids = [...now.map(({ quickbooksId }) => quickbooksId), ...gone];
  const invoices = await ownersOf(tx, scope, now, ids);
  const before = await rowsOf(tx, scope.id, ids);
  const ours = await oursAmong(tx, scope.id, ids);
  const sent = await sentNow(tx, scope.id, ['payment', 'applied_credit']);
  const sentInvoices = await sentNow(tx, scope.id, ['invoice']);
  const known = new Set(before.map(({ paymentId }) => paymentId));
  const isShared = scope.connections.size > 1;
  const deferred = now.filter(
    (one) =>
      !ours.has(one.quickbooksId) &&
      !known.has(one.quickbooksId) &&
      // Whose a marked one is matters where another connection may wait for it.
      (one.isMarked
        ? isShared && sent.some((other) => mayBe(one, other))
        : sent.some((other) => mayBe(one, other)) || maySettle(one, invoices, sentInvoices)),
  );
  const left = new Set(deferred.map(({ quickbooksId }) => quickbooksId));
  const judged = now.filter(({ quickbooksId }) => !left.has(quickbooksId));
  const after = judged.flatMap((payment) => {
    const madeBy = ours.get(payment.quickbooksId) ?? null;
    return rowsAfter(payment, { ours: payment.isMarked || madeBy !== null, madeBy }, invoices);
  });
  const older = new Set(
    judged.flatMap(({ quickbooksId, changedAt }) =>
      before.some((row) => row.paymentId === quickbooksId && isLater(row.changedAt, changedAt))
        ? [quickbooksId]
        : [],
    ),
  );
  const changes = changesOf(
    before.filter(({ paymentId }) => !left.has(paymentId) && !older.has(paymentId)),
    after.filter(({ paymentId }) => !older.has(paymentId)),
  );
  await saveRows(tx, scope.id, changes);
  const knows = ({ ours, madeBy, paymentId }: Row, connectionId: string) =>
    ours && (madeBy ?? connectionId) === connectionId && !removedByThem.includes(paymentId);
  await appendEvents(tx, eventsOf(scope, changes, invoices, knows));
  return [...left];
}

/** Whether it pays what nobody here knows, and that may be an invoice on its way. */
function maySettle(
  { applied }: PaymentNow,
  invoices: ReadonlyMap<string, unknown>,
  sent: readonly Sent[],
): boolean {
  return applied.some(
    ({ type, quickbooksId, minor }) =>
      type === 'Invoice' &&
      !invoices.has(quickbooksId) &&
      sent.some(({ totalMinor }) => totalMinor === null || totalMinor >= minor),
  );
}

/** Who has sent an invoice: the app is told under its own id of it. */
interface Owner {
  connectionId: string;
  externalId: string;
  revision: number;
}

async function ownersOf(
  tx: Transaction,
  { id }: Pick<ChangesScope, 'id'>,
  now: readonly PaymentNow[],
  paymentIds: readonly string[],
): Promise<Map<string, Owner[]>> {
  const named = now.flatMap(({ applied }) =>
    applied.flatMap(({ type, quickbooksId }) => (type === 'Invoice' ? [quickbooksId] : [])),
  );
  const rows = await tx<(Owner & { quickbooksId: string })[]>`
    select l.quickbooks_id, l.connection_id, l.external_id, d.revision
    from links l join documents d on d.connection_id = l.connection_id and d.kind = l.kind
      and d.external_id = l.external_id
    where l.company_id = ${id} and l.kind = 'invoice' and l.origin <> 'imported'
      and l.quickbooks_id = any(array(
        select unnest(${named}::text[]) union
        select invoice_id from received_payments
        where company_id = ${id} and payment_id = any(${paymentIds as string[]}::text[])))`;
  const owners = new Map<string, Owner[]>();
  for (const { quickbooksId, ...owner } of rows) {
    owners.set(quickbooksId, [...(owners.get(quickbooksId) ?? []), owner]);
  }
  return owners;
}

function rowsOf(tx: Transaction, companyId: string, ids: readonly string[]): Promise<Row[]> {
  return tx<Row[]>`
    select payment_id, invoice_id, amount_minor, paid_on, ours, made_by,
      to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as changed_at
    from received_payments
    where company_id = ${companyId} and payment_id = any(${ids as string[]}::text[])
    order by payment_id, invoice_id for update`;
}

/** Which connection made them, of those that are ours. */
async function oursAmong(
  tx: Transaction,
  companyId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx<{ quickbooksId: string; connectionId: string }[]>`
    select quickbooks_id, connection_id from links where company_id = ${companyId}
      and kind in ('payment', 'applied_credit') and quickbooks_id = any(${ids as string[]}::text[])`;
  return new Map(rows.map(({ quickbooksId, connectionId }) => [quickbooksId, connectionId]));
}

/** A payment without a mark of the amount of one that is being sent. */
function mayBe({ totalMinor }: PaymentNow, { kind, totalMinor: sent }: Sent): boolean {
  return kind === 'applied_credit' ? totalMinor === 0 : totalMinor === sent;
}

function rowsAfter(
  { quickbooksId, applied, paidOn, changedAt }: PaymentNow,
  made: Pick<Row, 'ours' | 'madeBy'>,
  invoices: ReadonlyMap<string, unknown>,
): Row[] {
  const byInvoice = new Map<string, number>();
  for (const { type, quickbooksId: invoiceId, minor } of applied) {
    if (type !== 'Invoice' || !invoices.has(invoiceId)) continue;
    byInvoice.set(invoiceId, (byInvoice.get(invoiceId) ?? 0) + minor);
  }
  return [...byInvoice].map(([invoiceId, amountMinor]) => ({
    paymentId: quickbooksId,
    invoiceId,
    amountMinor,
    paidOn,
    ...made,
    changedAt,
  }));
}

const isLater = (known: string | null, now: string | null) =>
  known !== null && now !== null && known > now;

interface RowChanges {
  /** Rows to write; those of another amount than before, or new, are told. */
  written: (Row & { isNews: boolean })[];
  removed: Row[];
}

const keyOf = ({ paymentId, invoiceId }: Pick<Row, 'paymentId' | 'invoiceId'>) =>
  `${paymentId} ${invoiceId}`;

function changesOf(before: readonly Row[], after: readonly Row[]): RowChanges {
  const had = new Map(before.map((row) => [keyOf(row), row]));
  const has = new Set(after.map(keyOf));
  return {
    written: after.map((row) => ({
      ...row,
      isNews: had.get(keyOf(row))?.amountMinor !== row.amountMinor,
    })),
    removed: before.filter((row) => !has.has(keyOf(row))),
  };
}

async function saveRows(
  tx: Transaction,
  companyId: string,
  { written, removed }: RowChanges,
): Promise<void> {
  const keys = removed.map(({ paymentId, invoiceId }) => ({
    payment_id: paymentId,
    invoice_id: invoiceId,
  }));
  if (keys.length > 0) {
    await tx`
      delete from received_payments p using jsonb_to_recordset(${tx.json(keys)})
        as k(payment_id text, invoice_id text)
      where p.company_id = ${companyId} and p.payment_id = k.payment_id
        and p.invoice_id = k.invoice_id`;
  }
  if (written.length === 0) return;
  const rows = written.map(({ isNews: _, ...row }) => ({ ...row, companyId }));
  await tx`
    insert into received_payments ${tx(rows)}
    on conflict (company_id, payment_id, invoice_id) do update set
      amount_minor = excluded.amount_minor, paid_on = excluded.paid_on, ours = excluded.ours,
      made_by = excluded.made_by, changed_at = excluded.changed_at`;
}

function eventsOf(
  { connections }: Pick<ChangesScope, 'connections'>,
  { written, removed }: RowChanges,
  invoices: ReadonlyMap<string, readonly Owner[]>,
  knows: (row: Row, connectionId: string) => boolean,
): NewEvent[] {
  const told = (row: Row, type: NewEvent['type']): NewEvent[] =>
    (invoices.get(row.invoiceId) ?? []).flatMap(({ connectionId, externalId, revision }) => {
      const connection = connections.get(connectionId);
      if (connection === undefined || !connection.settings.payments) return [];
      if (knows(row, connectionId)) return [];
      return [
        {
          connectionId,
          appId: connection.appId,
          type,
          kind: 'invoice',
          externalId,
          revision,
          record: { type: 'payment', recordId: row.paymentId },
        },
      ];
    });
  return [
    ...removed.flatMap((row) => told(row, 'payment.removed')),
    ...written.filter(({ isNews }) => isNews).flatMap((row) => told(row, 'payment.recorded')),
  ];
}

/** Ids of payments that are known to take something from an invoice; all of them, or of these. */
export async function knownPayments(
  { sql }: Ledger,
  companyId: string,
  ids?: readonly string[],
): Promise<string[]> {
  const rows = await sql<{ paymentId: string }[]>`
    select distinct payment_id from received_payments where company_id = ${companyId}
      ${ids === undefined ? sql`` : sql`and payment_id = any(${ids as string[]}::text[])`}`;
  return rows.map(({ paymentId }) => paymentId);
}

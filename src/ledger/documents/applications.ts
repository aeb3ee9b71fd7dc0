import type { AnyDocument, DocumentByKind, DocumentKind } from '../../contract/documents/index.js';
import { toMinorUnits } from '../../contract/money.js';
import type { AnySql, Transaction } from '../database/open.js';

/** Kinds that use up others: payments in QuickBooks, and bills, which are made of purchase orders. */
export const APPLYING: ReadonlySet<DocumentKind> = new Set(['payment', 'applied_credit', 'bill']);

/** Kinds a payment can be applied to, and the one a bill is made of. */
export type AppliedKind = 'invoice' | 'credit_memo' | 'purchase_order';
export const APPLIED_KINDS: ReadonlySet<DocumentKind> = new Set<AppliedKind>([
  'invoice',
  'credit_memo',
  'purchase_order',
]);

/** What a document applies, and to what. One of the two ids is stated at least. */
export interface Application {
  kind: AppliedKind;
  externalId: string;
  recordId: string;
  amountMinor: number;
}

/** What a statement applies: nothing, for kinds that use up no others. */
export function applicationsOf(kind: DocumentKind, document: AnyDocument): Application[] {
  switch (kind) {
    case 'payment':
      return ofPayment(document as DocumentByKind['payment']);
    case 'applied_credit':
      return ofCredit(document as DocumentByKind['applied_credit']);
    case 'bill':
      return ofBill(document as DocumentByKind['bill']);
    default:
      return [];
  }
}

/** All of a bill is for its purchase order. */
function ofBill({ purchaseOrder, total, currency }: DocumentByKind['bill']): Application[] {
  if (purchaseOrder === undefined) return [];
  const amountMinor = toMinorUnits(total, currency);
  return [{ kind: 'purchase_order', externalId: purchaseOrder, recordId: '', amountMinor }];
}

/** An invoice that is named twice takes both amounts. */
function ofPayment({ applies, currency }: DocumentByKind['payment']): Application[] {
  const byInvoice = new Map<string, Application>();
  for (const { invoice, amount } of applies) {
    const { externalId = '', recordId = '' } = invoice;
    const key = `${recordId} ${externalId}`;
    const before = byInvoice.get(key)?.amountMinor ?? 0;
    const amountMinor = before + toMinorUnits(amount, currency);
    byInvoice.set(key, { kind: 'invoice', externalId, recordId, amountMinor });
  }
  return [...byInvoice.values()];
}

function ofCredit(document: DocumentByKind['applied_credit']): Application[] {
  const { invoice, creditMemo, amount, currency } = document;
  const { externalId = '', recordId = '' } = invoice;
  const amountMinor = toMinorUnits(amount, currency);
  return [
    { kind: 'invoice', externalId, recordId, amountMinor },
    { kind: 'credit_memo', externalId: creditMemo, recordId: '', amountMinor },
  ];
}

/** Less is applied to an invoice than was stated before. */
export interface GivenBack {
  externalId: string;
  minor: number;
}

/**
 * Notes what a document applies now; `[]` once it is taken back. What QuickBooks has applied stays
 * noted until its answer says otherwise.
 *
 * @returns by how much it applies less to an invoice of the app than before.
 */
export async function recordApplications(
  tx: Transaction,
  document: { id: number; connectionId: string },
  wanted: readonly Application[],
): Promise<GivenBack[]> {
  const before = await tx<Application[]>`
    select kind, external_id, record_id, amount_minor from applications
    where document_id = ${document.id} for update`;
  if (before.length === 0 && wanted.length === 0) return [];
  const key = ({ kind, externalId, recordId }: Application) =>
    [kind, externalId, recordId].join(' ');
  const now = new Map(wanted.map((one) => [key(one), one]));
  const gone = before.filter((one) => !now.has(key(one)));
  const rows = [...now.values(), ...gone.map((one) => ({ ...one, amountMinor: 0 }))].map((one) => ({
    ...one,
    documentId: document.id,
    connectionId: document.connectionId,
  }));
  await tx`
    insert into applications ${tx(rows, 'documentId', 'connectionId', 'kind', 'externalId', 'recordId', 'amountMinor')}
    on conflict (document_id, kind, external_id, record_id)
      do update set amount_minor = excluded.amount_minor`;
  await tx`
    delete from applications
    where document_id = ${document.id} and amount_minor = 0 and applied_minor = 0`;
  return before.flatMap((one) => {
    const minor = one.amountMinor - (now.get(key(one))?.amountMinor ?? 0);
    return one.kind === 'invoice' && one.externalId !== '' && minor > 0
      ? [{ externalId: one.externalId, minor }]
      : [];
  });
}

/** A payment that keeps what it is applied to from being taken back. */
export interface Holder {
  /** The document that is to be taken back. */
  heldId: number;
  id: number;
  kind: DocumentKind;
  externalId: string;
}

/**
 * Which of our own documents QuickBooks has applied to these, or may be applying in this moment: they
 * have to be taken back first.
 */
export async function holdersOf(
  sql: AnySql,
  held: readonly {
    id: number;
    connectionId: string;
    kind: string;
    externalId: string;
    quickbooksId: string;
  }[],
): Promise<Holder[]> {
  if (held.length === 0) return [];
  const rows = held.map(({ id, connectionId, kind, externalId, quickbooksId }) => ({
    id,
    connection_id: connectionId,
    kind,
    external_id: externalId,
    record_id: quickbooksId,
  }));
  return sql<Holder[]>`
    select h.id as held_id, d.id, d.kind, d.external_id
    from jsonb_to_recordset(${sql.json(rows)})
        as h(id bigint, connection_id uuid, kind text, external_id text, record_id text)
      join applications a on a.connection_id = h.connection_id and a.kind = h.kind
        and (a.external_id = h.external_id or (a.external_id = '' and a.record_id = h.record_id))
      join documents d on d.id = a.document_id
    where d.status <> 'deleted_in_quickbooks'
      and (a.applied_minor <> 0 or (a.amount_minor <> 0 and d.status in ('syncing', 'checking')))
    order by h.id, d.id`;
}

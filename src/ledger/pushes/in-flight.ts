import type { DocumentKind } from '../../contract/documents/index.js';
import type { AnySql, Transaction } from '../database/open.js';

/** A document whose creation was sent and is not settled: QuickBooks may have it already. */
export interface Sent {
  kind: DocumentKind;
  connectionId: string;
  totalMinor: number | null;
  /** The names it may have been created under. */
  names: readonly string[];
}

/**
 * Documents `d` whose last sending ended in doubt, as by a fault of QuickBooks' own server, and that go on
 * by themselves: those that a person has to decide on may stay so for ever.
 */
export const waitsInDoubt = (sql: AnySql) => sql`(d.in_doubt and d.due_at is not null)`;

/**
 * Creations on their way to a company, or waiting in doubt. What QuickBooks shows of them has no link
 * yet, and would be taken for somebody else's.
 */
export async function sentNow(
  tx: Transaction,
  companyId: string,
  kinds: readonly DocumentKind[],
): Promise<Sent[]> {
  const rows = await tx<
    {
      kind: DocumentKind;
      connectionId: string;
      totalMinor: number | null;
      party: string | null;
      givenName: string | null;
    }[]
  >`
    select d.kind, d.connection_id, d.total_minor, d.party, d.given_name
    from pushes p join push_items i on i.push_id = p.id and i.outcome is null
      and i.operation = 'create'
    join documents d on d.id = i.document_id
    where p.company_id = ${companyId} and p.closed_at is null
      and p.kind = any(${kinds as string[]}::text[])
      and exists (select 1 from requests r where r.push_id = p.id and r.sent_at is not null)
    union all
    select d.kind, d.connection_id, d.total_minor, d.party, d.given_name from documents d
    where ${waitsInDoubt(tx)} and d.company_id = ${companyId}
      and d.kind = any(${kinds as string[]}::text[])
      and not exists (select 1 from links l where l.connection_id = d.connection_id
        and l.company_id = d.company_id and l.kind = d.kind and l.external_id = d.external_id)`;
  return rows.map(({ party, givenName, ...row }) => ({
    ...row,
    names: [party, givenName].flatMap((name) => name ?? []),
  }));
}

/** Names, in small letters, under which customers of a connection may have been made a moment ago. */
export async function namesBeingMade(
  tx: Transaction,
  companyId: string,
  connectionId: string,
): Promise<ReadonlySet<string>> {
  const sent = await sentNow(tx, companyId, ['customer']);
  return new Set(
    sent
      .filter((one) => one.connectionId === connectionId)
      .flatMap(({ names }) => names.map((name) => name.trim().toLowerCase())),
  );
}

/** An invoice that may be in QuickBooks without our knowing: it is being sent, or in doubt since. */
export interface Unsettled {
  totalMinor: number | null;
  /** When the app stated it first: what QuickBooks had before is not it. */
  statedAt: Date;
}

/** Invoices of a company of which QuickBooks may have made what is not linked yet. */
export function unsettledInvoices(tx: Transaction, companyId: string): Promise<Unsettled[]> {
  return tx<Unsettled[]>`
    select d.total_minor, d.created_at as stated_at from documents d
    where d.in_doubt and d.kind = 'invoice' and d.company_id = ${companyId}
    union all
    select d.total_minor, d.created_at from pushes p
      join push_items i on i.push_id = p.id and i.outcome is null and i.operation = 'create'
      join documents d on d.id = i.document_id
    where p.company_id = ${companyId} and p.closed_at is null and p.kind = 'invoice'`;
}

import type { DocumentKind } from '../contract/documents/index.js';
import type { Transaction } from './open.js';

/** A document whose creation was sent and is not settled: QuickBooks may have it already. */
export interface Sent {
  kind: DocumentKind;
  connectionId: string;
  totalMinor: number | null;
  /** The names it may have been created under. */
  names: readonly string[];
}

/**
 * Creations on their way to a company. What QuickBooks shows of them has no link yet, and would be
 * taken for somebody else's.
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
      and exists (select 1 from requests r where r.push_id = p.id and r.sent_at is not null)`;
  return rows.map(({ party, givenName, ...row }) => ({
    ...row,
    names: [party, givenName].flatMap((name) => name ?? []),
  }));
}

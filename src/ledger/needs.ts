import type { DocumentStatus } from '../contract/status.js';
import type { AppliedKind } from './applications.js';
import type { Ledger } from './open.js';

/** A document that another one needs in QuickBooks, as that one names it. */
export interface NeededKey {
  /** The document that needs it. */
  documentId: number;
  connectionId: string;
  kind: AppliedKind;
  externalId: string;
}

/** How it stands. */
export interface Needed extends NeededKey {
  /** Null where the app has not stated it. */
  neededId: number | null;
  status: DocumentStatus | null;
  /** It is to be taken back, and waits for what is applied to it. */
  isTakenBack: boolean;
  /** QuickBooks' object; null where it has none. */
  quickbooksId: string | null;
  totalMinor: number | null;
  balanceMinor: number | null;
  currency: string | null;
  /** What the asking document has applied to it in QuickBooks. */
  appliedMinor: number;
  /** Whether its own statement contains the asking document. */
  statesIt: boolean;
  /** What it says was paid in all. */
  paidMinor: number | null;
  /** What other payments of its statement, stated earlier, are still going to apply to it. */
  comingMinor: number;
}

/** How documents that others need stand, in one statement. */
export async function readNeeded(
  { sql }: Ledger,
  companyId: string,
  wanted: readonly NeededKey[],
): Promise<Needed[]> {
  if (wanted.length === 0) return [];
  const rows = wanted.map(({ documentId, connectionId, kind, externalId }) => ({
    document_id: documentId,
    connection_id: connectionId,
    kind,
    external_id: externalId,
  }));
  return sql<Needed[]>`
    select w.document_id, w.connection_id, w.kind, w.external_id, n.id as needed_id, n.status,
      coalesce(n.params ->> 'until' = 'gone', false) as is_taken_back,
      l.quickbooks_id, l.total_minor, l.balance_minor, l.currency,
      coalesce(a.applied_minor, 0) as applied_minor,
      coalesce(d.stated_in = n.id, false) as states_it, n.paid_minor,
      case when n.paid_minor is null then 0 else coalesce((
        select sum(o.amount_minor - o.applied_minor) from documents p
          join applications o on o.document_id = p.id and o.kind = w.kind
            and o.external_id = w.external_id
        where p.stated_in = n.id and p.id < w.document_id
          and p.status in ('queued', 'syncing', 'checking', 'waiting')
          and o.amount_minor > o.applied_minor), 0) end::bigint as coming_minor
    from jsonb_to_recordset(${sql.json(rows)})
        as w(document_id bigint, connection_id uuid, kind text, external_id text)
      join documents d on d.id = w.document_id
      left join documents n on n.connection_id = w.connection_id and n.kind = w.kind
        and n.external_id = w.external_id
      left join links l on l.connection_id = w.connection_id and l.company_id = ${companyId}
        and l.kind = w.kind and l.external_id = w.external_id
      left join applications a on a.document_id = w.document_id and a.kind = w.kind
        and a.external_id = w.external_id`;
}

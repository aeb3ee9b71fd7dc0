import type { DocumentKind, StatedKind } from '../../contract/documents/index.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Ledger } from '../database/open.js';
import { statedMinorOf } from '../statements/stated-money.js';
import { type DocumentKey, decryptWanted } from '../statements/wanted.js';

/** A document that another one needs in QuickBooks, as that one names it. */
export interface NeededKey {
  /** The document that needs it. */
  documentId: number;
  connectionId: string;
  kind: StatedKind;
  externalId: string;
}

/** How it stands. */
export interface Needed extends NeededKey {
  /** Null where the app has not stated it. */
  neededId: number | null;
  status: DocumentStatus | null;
  /** Word of why it is not synced; null where it is, or was never stated. */
  reason: string | null;
  /** It is to be taken back, and waits for what is applied to it. */
  isTakenBack: boolean;
  /** QuickBooks' object; null where it has none. */
  quickbooksId: string | null;
  /** The kind it is there, where that is another one. */
  storedAs: DocumentKind | null;
  totalMinor: number | null;
  balanceMinor: number | null;
  currency: string | null;
  /** What the asking document has applied to it in QuickBooks. */
  appliedMinor: number;
  /** Whether its own statement contains the asking document. */
  statesIt: boolean;
  /** What it says was paid in all. */
  paidMinor: number | null;
  /** What of ours is applied to it in QuickBooks: payments, and credits. */
  oursMinor: number;
  /** What of that are credits: no money that was received. */
  creditsMinor: number;
  /** What payments of its statement that are in QuickBooks are going to apply to it beyond that. */
  growingMinor: number;
  /** Payments of its statement that are not in QuickBooks, the asking one among them; oldest first. */
  unsent: readonly UnsentPart[];
}

/** A payment that QuickBooks does not have, and what the app says it applies. */
export interface UnsentPart {
  documentId: number;
  minor: number;
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
  const homeCurrency = sql`h.home_currency`;
  const amount = { minor: sql`o.amount_minor`, currency: sql`p.currency`, homeCurrency };
  const paid = { minor: sql`n.paid_minor`, currency: sql`n.currency`, homeCurrency };
  return sql<Needed[]>`
    select w.document_id, w.connection_id, w.kind, w.external_id, n.id as needed_id, n.status,
      n.reason,
      coalesce(n.params ->> 'until' = 'gone', false) as is_taken_back,
      l.quickbooks_id, l.stored_as, l.total_minor, l.balance_minor, l.currency,
      coalesce(a.applied_minor, 0) as applied_minor,
      coalesce(d.stated_in = n.id, false) as states_it, ${statedMinorOf(sql, paid)} as paid_minor,
      coalesce(m.ours_minor, 0)::bigint as ours_minor,
      coalesce(m.credits_minor, 0)::bigint as credits_minor,
      coalesce(m.growing_minor, 0)::bigint as growing_minor,
      coalesce(m.unsent, '[]'::jsonb) as unsent
    from jsonb_to_recordset(${sql.json(rows)})
        as w(document_id bigint, connection_id uuid, kind text, external_id text)
      join documents d on d.id = w.document_id join companies h on h.id = ${companyId}
      left join documents n on n.connection_id = w.connection_id and n.kind = w.kind
        and n.external_id = w.external_id
      left join links l on l.connection_id = w.connection_id and l.company_id = ${companyId}
        and l.kind = w.kind and l.external_id = w.external_id
      left join applications a on a.document_id = w.document_id and a.kind = w.kind
        and a.external_id = w.external_id
      left join lateral (
        select sum(o.applied_minor) as ours_minor,
          sum(o.applied_minor) filter (where p.kind = 'applied_credit') as credits_minor,
          sum(${statedMinorOf(sql, amount)} - o.applied_minor) filter (where p.stated_in = n.id
            and s.quickbooks_id is not null and ${statedMinorOf(sql, amount)} > o.applied_minor
            and p.status in ('queued', 'syncing', 'checking', 'waiting')) as growing_minor,
          jsonb_agg(jsonb_build_object('documentId', p.id,
            'minor', ${statedMinorOf(sql, amount)}) order by p.id)
            filter (where p.stated_in = n.id and p.kind = 'payment' and s.quickbooks_id is null
              and o.amount_minor > 0) as unsent
        from applications o join documents p on p.id = o.document_id
          left join links s on s.connection_id = p.connection_id and s.company_id = ${companyId}
            and s.kind = p.kind and s.external_id = p.external_id
        where o.connection_id = w.connection_id and o.kind = w.kind
          and (o.external_id = w.external_id
            or (o.external_id = '' and o.record_id = l.quickbooks_id))
      ) m on n.paid_minor is not null and d.stated_in = n.id`;
}

/** Ids of those that the app closed before the settings let them be sent: they stay here for good. */
export async function closedUnsent(
  ledger: Ledger,
  needed: readonly Needed[],
): Promise<Set<number>> {
  const kept = needed.filter(({ status }) => status === 'not_ready');
  const ids = kept.flatMap(({ neededId }) => neededId ?? []);
  if (ids.length === 0) return new Set();
  const rows = await ledger.sql<(DocumentKey & { id: number; wantedCipher: Buffer })[]>`
    select id, connection_id, kind, external_id, wanted_cipher from documents
    where id = any(${ids}::bigint[]) and kind = 'purchase_order' and status = 'not_ready'
      and reason = 'not_released'`;
  return new Set(
    rows.flatMap(({ id, wantedCipher, ...key }) => {
      const document = decryptWanted(ledger, key, wantedCipher);
      return 'status' in document && document.status === 'closed' ? [id] : [];
    }),
  );
}

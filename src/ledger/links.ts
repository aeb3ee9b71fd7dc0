import type { DocumentKind } from '../contract/documents/index.js';
import type { Transaction } from './open.js';

/** What QuickBooks holds for a document, as of its last answer. */
export interface LinkState {
  quickbooksId: string;
  syncToken: string | null;
  number: string | null;
  totalMinor: number | null;
  balanceMinor: number | null;
  currency: string | null;
}

/** A link to write: the document's own, or one an app's reference asked for. */
export interface NewLink extends LinkState {
  connectionId: string;
  companyId: string;
  kind: DocumentKind;
  externalId: string;
  origin: 'pushed' | 'imported' | 'matched';
  /** One QuickBooks object, one document: transactions always, names never. */
  exclusive: boolean;
}

/** Writes links; one that is there takes the newer state and keeps its origin. */
export async function saveLinks(tx: Transaction, links: readonly NewLink[]): Promise<void> {
  if (links.length === 0) return;
  // One statement may not write a row twice; the later word wins.
  const byKey = new Map(
    links.map((link) => [[link.connectionId, link.kind, link.externalId].join(' '), link]),
  );
  await tx`
    insert into links ${tx(
      [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link),
      'connectionId',
      'companyId',
      'kind',
      'externalId',
      'quickbooksId',
      'origin',
      'exclusive',
      'syncToken',
      'number',
      'totalMinor',
      'balanceMinor',
      'currency',
    )}
    on conflict (connection_id, company_id, kind, external_id) do update set
      quickbooks_id = excluded.quickbooks_id,
      sync_token = coalesce(excluded.sync_token, links.sync_token),
      number = coalesce(excluded.number, links.number),
      total_minor = coalesce(excluded.total_minor, links.total_minor),
      balance_minor = coalesce(excluded.balance_minor, links.balance_minor),
      currency = coalesce(excluded.currency, links.currency), synced_at = now()`;
}

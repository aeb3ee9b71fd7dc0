import type { AnyDocument, DocumentKind } from '../contract/documents/index.js';
import type { Connection } from './connections.js';
import type { LinkState } from './links.js';
import type { LoadedItem } from './load.js';
import type { Ledger } from './open.js';
import type { DocumentRow } from './rows.js';
import { decryptWanted } from './wanted.js';

/** A document to be previewed: as it is stored, or as the app might state it. */
export interface Rehearsed {
  kind: DocumentKind;
  externalId: string;
  /** Default: what is stored. */
  document?: AnyDocument;
}

/**
 * The document as a push would load it, released by a click. Nothing is locked and nothing is written.
 * Undefined where neither a document is given nor one is stored.
 */
export async function rehearsedItem(
  ledger: Ledger,
  connection: Connection & { companyId: string },
  { kind, externalId, document: given }: Rehearsed,
): Promise<LoadedItem | undefined> {
  const key = { connectionId: connection.id, kind, externalId };
  const [row] = await ledger.sql<DocumentRow[]>`
    select * from documents where connection_id = ${connection.id} and kind = ${kind}
      and external_id = ${externalId}`;
  const [link] = await ledger.sql<(LinkState & { storedAs: DocumentKind | null })[]>`
    select stored_as, quickbooks_id, sync_token, number, total_minor, balance_minor, currency, origin
    from links where connection_id = ${connection.id} and company_id = ${connection.companyId}
      and kind = ${kind} and external_id = ${externalId}`;
  const document =
    given ?? (row === undefined ? undefined : decryptWanted(ledger, key, row.wantedCipher));
  if (document === undefined) return undefined;
  const syncedRevision = row?.syncedRevision ?? 0;
  const revision = Math.max(row?.revision ?? 0, syncedRevision) + 1;
  return {
    documentId: row?.id ?? 0,
    companyId: connection.companyId,
    kind,
    storedAs: link?.storedAs ?? null,
    externalId,
    document,
    withdrawal:
      given === undefined ? ((row?.withdrawal ?? null) as LoadedItem['withdrawal']) : null,
    revision,
    releasedRevision: revision,
    syncedRevision,
    itemRevision: revision,
    operation: null,
    batchItemId: null,
    attempts: 0,
    currency: document.currency ?? null,
    totalMinor: row?.totalMinor ?? null,
    isDependency: false,
    isPart: row !== undefined && row.statedIn !== null,
    paidMinor: row?.paidMinor ?? null,
    statedAt: row?.createdAt ?? ledger.clock(),
    overrides: row?.overrides ?? [],
    givenName: row?.givenName ?? null,
    wasReread: false,
    inDoubt: false,
    connection,
    link: link ?? null,
  };
}

import {
  type AnyDocument,
  DOCUMENT_KINDS,
  type DocumentKind,
  traitsOf,
} from '../../contract/documents/index.js';
import { storedReason } from '../../contract/reasons.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../../contract/status.js';
import type { Connection } from '../connections/connections.js';
import { UnreadableCiphertext } from '../database/cipher.js';
import type { Ledger } from '../database/open.js';
import type { ItemConnection, LoadedItem } from '../pushes/load.js';
import type { DocumentRow } from '../rows.js';
import { decryptWanted } from '../statements/wanted.js';
import type { Dependency } from './dependency-names.js';
import { frozenReason } from './frozen.js';
import type { LinkState } from './links.js';
import { isWithdrawn } from './standing.js';

/** A document to be previewed: as it is stored, or as the app might state it. */
export interface Rehearsed {
  kind: DocumentKind;
  externalId: string;
  /** Default: what is stored. */
  document?: AnyDocument;
}

/** A connection whose documents are rehearsed, and the company behind it. */
export type RehearsedConnection = ItemConnection & { companyId: string };

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
    ...unsent(connection, { kind, externalId, document, statedAt: ledger.clock() }),
    ...(row === undefined ? {} : factsOf(row)),
    withdrawal:
      given === undefined ? ((row?.withdrawal ?? null) as LoadedItem['withdrawal']) : null,
    revision,
    releasedRevision: revision,
    syncedRevision,
    itemRevision: revision,
    givenName: row?.givenName ?? null,
    imported: await frozenReason(ledger.sql, connection, {
      kind,
      externalId,
      document,
      wasSynced: syncedRevision > 0,
    }),
    storedAs: link?.storedAs ?? null,
    link: link ?? null,
  };
}

/** A document as the list of the newest has it. */
export interface NewestDocument {
  id: number;
  /** Bytes of its ciphertext, of which the size in memory is a multiple. */
  bytes: number;
}

/** Taken back, by the app or in QuickBooks: nobody codes these any more. */
const GONE: ReadonlySet<DocumentStatus> = new Set(['voided', 'deleted', 'cancelled']);

/**
 * The newest transactions an app stated of some kinds and did not take back, whatever their status,
 * newest first: in the order in which they were first stated, which has an index.
 */
export function newestTransactions(
  { sql }: Ledger,
  connectionId: string,
  kinds: ReadonlySet<DocumentKind>,
  limit: number,
): Promise<NewestDocument[]> {
  const wanted = DOCUMENT_KINDS.filter((kind) => {
    const { isTransaction, isStated } = traitsOf(kind);
    return kinds.has(kind) && isTransaction && isStated;
  });
  const statuses = DOCUMENT_STATUSES.filter((status) => !GONE.has(status));
  const most = sql.unsafe(String(Math.trunc(limit)));
  // Each pair is one stretch of an index in the order of ids.
  return sql<NewestDocument[]>`
    select newest.* from unnest(${wanted}::text[]) kind, unnest(${statuses}::text[]) status,
      lateral (
        select d.id, octet_length(d.wanted_cipher) as bytes from documents d
        where d.connection_id = ${connectionId} and d.kind = kind.kind
          and d.status = status.status and d.withdrawal is null
        order by d.id desc limit ${most}) newest
    order by newest.id desc limit ${most}`;
}

/**
 * Stored documents as if they had never been sent, newest first; but what was sent once stays of the
 * kind it was sent as. One that is stated as void is left
 * out; one that no configured key reads stands as null.
 */
export async function unsentItems(
  ledger: Ledger,
  connection: RehearsedConnection,
  ids: readonly number[],
): Promise<(LoadedItem | null)[]> {
  const rows = await ledger.sql<(DocumentRow & SentAs)[]>`
    select d.*, case when l.quickbooks_id is not null then coalesce(l.stored_as, d.kind)
        when d.in_doubt then coalesce((
          select p.sent_as from push_items p
          where p.document_id = d.id and p.outcome is not null and p.operation is not null
          order by p.push_id desc limit 1), d.kind) end as stored_as
    from documents d left join links l on l.connection_id = d.connection_id
      and l.company_id = ${connection.companyId} and l.kind = d.kind
      and l.external_id = d.external_id
    where d.connection_id = ${connection.id} and d.id = any(${ids.map(String)}::bigint[])
    order by d.id desc`;
  return rows.flatMap((row) => {
    const item = unsentItem(ledger, connection, row);
    return item !== null && isWithdrawn(item) ? [] : [item];
  });
}

/** What a document is, or may be, in QuickBooks; null where it was never sent. */
type SentAs = Pick<LoadedItem, 'storedAs'>;

function unsentItem(ledger: Ledger, connection: RehearsedConnection, row: DocumentRow & SentAs) {
  const kind = row.kind as DocumentKind;
  const { externalId, createdAt: statedAt, storedAs } = row;
  try {
    const key = { connectionId: connection.id, kind, externalId };
    const document: AnyDocument = decryptWanted(ledger, key, row.wantedCipher);
    const item = unsent(connection, { kind, externalId, document, statedAt });
    return { ...item, ...factsOf(row), storedAs };
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return null;
    throw error;
  }
}

/** A name that would be created first, as its own push would load it. */
export function unsentName(connection: RehearsedConnection, dependency: Dependency): LoadedItem {
  const { kind, externalId, document } = dependency;
  const statedAt = new Date(0);
  return { ...unsent(connection, { kind, externalId, document, statedAt }), isDependency: true };
}

function factsOf(row: DocumentRow) {
  return {
    documentId: row.id,
    totalMinor: row.totalMinor,
    isPart: row.statedIn !== null,
    paidMinor: row.paidMinor,
    statedAt: row.createdAt,
    overrides: row.overrides,
    imported: row.reason === 'imported' ? storedReason(row.reason, row.params) : undefined,
  };
}

/** A document that was stated once, released, and never sent. */
function unsent(
  connection: RehearsedConnection,
  {
    kind,
    externalId,
    document,
    statedAt,
  }: Pick<LoadedItem, 'kind' | 'externalId' | 'document' | 'statedAt'>,
): LoadedItem {
  return {
    documentId: 0,
    companyId: connection.companyId,
    kind,
    storedAs: null,
    externalId,
    document,
    withdrawal: null,
    revision: 1,
    releasedRevision: 1,
    syncedRevision: 0,
    itemRevision: 1,
    operation: null,
    batchItemId: null,
    attempts: 0,
    currency: document.currency ?? null,
    totalMinor: null,
    isDependency: false,
    isNeeded: false,
    isPart: false,
    paidMinor: null,
    statedAt,
    overrides: [],
    givenName: null,
    imported: undefined,
    wasReread: false,
    ownOrderIds: [],
    inDoubt: false,
    connection,
    link: null,
  };
}

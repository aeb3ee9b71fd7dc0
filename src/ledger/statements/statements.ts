import type { AnyDocument, DocumentKind } from '../../contract/documents/index.js';
import type { Connection } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { type DocumentRow, LANE_CLASS } from '../rows.js';
import { correctionAfter } from './corrected.js';
import { encryptWanted, listedFacts } from './wanted.js';

/** Statements as rows: what is stored of one before anything is decided about it. */

/** Which document of a connection. */
export interface Addressed {
  kind: DocumentKind;
  externalId: string;
}

/** A document that states this one inside itself. */
export interface Owner extends Addressed {
  id: number;
  /** It is on its way: what it states waits until it is there. */
  goesFirst: boolean;
}

export interface Statement extends Addressed {
  document: AnyDocument;
  withdrawal: 'void' | 'delete' | null;
  /** The document whose statement contains it; null: stated by itself. */
  within: Owner | null;
  /** The person who corrects what the app stated; undefined: the app states it. */
  correctedBy?: string;
}

/** Documents before the counters they share, as settling does: one order, no deadlock. */
export async function lockDocuments(
  tx: Transaction,
  connectionId: string,
  addressed: readonly Addressed[],
): Promise<void> {
  const keys = addressed.map(({ kind, externalId }) => ({ kind, external_id: externalId }));
  await tx`
    select 1 from documents d
    join jsonb_to_recordset(${tx.json(keys)}) as k(kind text, external_id text)
      on k.kind = d.kind and k.external_id = d.external_id
    where d.connection_id = ${connectionId} order by d.id for update of d`;
}

export function isOlder({ document }: Statement, row: DocumentRow): boolean {
  const { sourceVersion } = document;
  return (
    sourceVersion !== undefined && row.sourceVersion !== null && sourceVersion < row.sourceVersion
  );
}

/** A newer version may have the same content; what is older than it is still old. */
export async function noteVersion(tx: Transaction, { document }: Statement, row: DocumentRow) {
  const { sourceVersion } = document;
  if (sourceVersion === undefined || sourceVersion === row.sourceVersion) return;
  await tx`update documents set source_version = ${sourceVersion} where id = ${row.id}`;
}

/** The same words, by itself now or inside another document. */
export async function noteOwner(tx: Transaction, { within }: Statement, row: DocumentRow) {
  const statedIn = within?.id ?? null;
  if (statedIn === row.statedIn) return;
  await tx`update documents set stated_in = ${statedIn} where id = ${row.id}`;
}

export async function insertDocument(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  { kind, externalId, document, withdrawal, within }: Statement,
  hash: Buffer,
): Promise<DocumentRow | undefined> {
  const key = { connectionId: connection.id, kind, externalId };
  const [row] = await tx<DocumentRow[]>`
    insert into documents ${tx({
      ...key,
      companyId: connection.companyId,
      wantedCipher: encryptWanted(ledger, key, document),
      wantedHash: hash,
      withdrawal,
      statedIn: within?.id ?? null,
      sourceVersion: document.sourceVersion ?? null,
      laneClass: document.priority === 'backfill' ? LANE_CLASS.backfill : LANE_CLASS.live,
      traceparent: ledger.traceparent(),
      createdAt: ledger.clock(),
      ...listedFacts(kind, document),
    })}
    on conflict (connection_id, kind, external_id) do nothing returning *`;
  return row;
}

export async function lockDocument(
  tx: Transaction,
  connectionId: string,
  { kind, externalId }: Addressed,
): Promise<DocumentRow | undefined> {
  const [row] = await tx<DocumentRow[]>`
    select * from documents
    where connection_id = ${connectionId} and kind = ${kind} and external_id = ${externalId}
    for update`;
  return row;
}

export async function storeRevision(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  statement: Statement,
  row: DocumentRow,
  hash: Buffer,
): Promise<void> {
  const { kind, externalId, document, withdrawal, within } = statement;
  const key = { connectionId: connection.id, kind, externalId };
  await tx`
    update documents set ${tx({
      companyId: row.companyId ?? connection.companyId,
      revision: row.revision + 1,
      // Another name may be wanted now, and the one that was taken may be free.
      givenName: null,
      wantedCipher: encryptWanted(ledger, key, document),
      wantedHash: hash,
      ...correctionAfter(ledger, row, statement, hash),
      withdrawal,
      statedIn: within?.id ?? null,
      laneClass: document.priority === 'backfill' ? LANE_CLASS.backfill : LANE_CLASS.live,
      traceparent: ledger.traceparent(),
      ...listedFacts(kind, document),
    })} where id = ${row.id}`;
}

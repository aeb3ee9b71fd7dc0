import type { StatementResult } from '../contract/answers.js';
import type { AnyDocument, DocumentKind } from '../contract/documents/index.js';
import { storedReason } from '../contract/reasons.js';
import type { DocumentStatus } from '../contract/status.js';
import type { Warning } from '../contract/warnings.js';
import type { Connection } from './connections.js';
import { isLinked } from './links.js';
import { type LockedDocument, type Move, moveDocuments } from './moves.js';
import type { Ledger, Transaction } from './open.js';
import { type DocumentRow, LANE_CLASS } from './rows.js';
import { isGone, isWithdrawn, type Standing, standingOf } from './standing.js';
import { decryptWanted, encryptWanted, hashWanted, listedFacts } from './wanted.js';

/** Which document of a connection. */
export interface Addressed {
  kind: DocumentKind;
  externalId: string;
}

export interface Submitted {
  result: StatementResult;
  documentId: number;
  companyId: string | null;
}

/**
 * Takes what an app wants: the whole state of a document. Commits it and where it stands; nothing is
 * sent here. The same content again changes nothing, unless the document had failed: then it is
 * tried again.
 */
export async function stateDocument(
  ledger: Ledger,
  connection: Connection,
  stated: Addressed & { document: AnyDocument },
  by: string,
): Promise<Submitted> {
  return ledger.sql.begin((tx) =>
    submit(ledger, tx, connection, { ...stated, withdrawal: null }, by),
  );
}

/** States many documents in one transaction, in order; each has its own result. */
export async function stateDocuments(
  ledger: Ledger,
  connection: Connection,
  stated: readonly (Addressed & { document: AnyDocument })[],
  by: string,
): Promise<Submitted[]> {
  return ledger.sql.begin(async (tx) => {
    await lockDocuments(tx, connection.id, stated);
    const results: Submitted[] = [];
    for (const one of stated) {
      results.push(await submit(ledger, tx, connection, { ...one, withdrawal: null }, by));
    }
    return results;
  });
}

/** Documents before the counters they share, as settling does: one order, no deadlock. */
async function lockDocuments(
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

/**
 * Takes a document back. Never sent: cancelled, without a call. Sent: voided or deleted in
 * QuickBooks. Undefined where there is no such document.
 */
export async function withdrawDocument(
  ledger: Ledger,
  connection: Connection,
  withdrawn: Addressed & { mode: 'void' | 'delete' },
  by: string,
): Promise<Submitted | undefined> {
  const { kind, externalId, mode } = withdrawn;
  return ledger.sql.begin(async (tx) => {
    const row = await lockDocument(tx, connection.id, withdrawn);
    if (row === undefined) return undefined;
    const key = { connectionId: connection.id, kind, externalId };
    const document = decryptWanted(ledger, key, row.wantedCipher);
    return submit(ledger, tx, connection, { kind, externalId, document, withdrawal: mode }, by);
  });
}

interface Statement extends Addressed {
  document: AnyDocument;
  withdrawal: 'void' | 'delete' | null;
}

async function submit(
  ledger: Ledger,
  tx: Transaction,
  asked: Connection,
  statement: Statement,
  by: string,
): Promise<Submitted> {
  const connection = await asItIsNow(tx, asked);
  const hash = hashWanted(ledger, statement.document, statement.withdrawal);
  const inserted = await insertDocument(ledger, tx, connection, statement, hash);
  const row = inserted ?? (await lockDocument(tx, connection.id, statement));
  if (row === undefined) throw new Error('A document vanished while it was stated');
  const answer = { documentId: row.id, companyId: connection.companyId };
  const isNew = inserted !== undefined;
  if (!isNew && isOlder(statement, row)) return { ...answer, result: 'ignored_older' };
  if (!isNew) await noteVersion(tx, statement, row);
  const sameContent = !isNew && row.wantedHash.equals(hash);
  // What failed because nobody knows how it ended is a person's to try again, not a repeat's.
  const retriable = row.status === 'failed' && row.reason !== 'outcome_unknown';
  if (sameContent && !retriable) return { ...answer, result: 'unchanged' };
  if (!isNew && !sameContent) await storeRevision(ledger, tx, connection, statement, row, hash);
  const revision = isNew || sameContent ? row.revision : row.revision + 1;
  const standing = standingOf({
    ...statement,
    settings: connection.settings,
    connectionStatus: connection.status,
    wasSynced: row.syncedRevision > 0,
    isInQuickBooks: isWithdrawn(statement) && (await isLinked(tx, row)),
    isGone: isGone(row.status, statement.withdrawal),
    // A click asks for the document, not for one wording of it: it stays asked for until it is sent.
    clicked: row.releasedRevision > row.syncedRevision,
  });
  await stand(tx, row, { standing, revision, statement, isNew }, by);
  return { ...answer, result: sameContent ? 'unchanged' : 'stored' };
}

/**
 * The connection was read before the body arrived. Someone may have connected it meanwhile, or be
 * doing so: then this waits, and the document does not wait for a connect that has happened.
 */
async function asItIsNow(tx: Transaction, connection: Connection): Promise<Connection> {
  const [row] = await tx<Pick<Connection, 'status' | 'companyId'>[]>`
    select status, company_id from connections where id = ${connection.id} for share`;
  return row === undefined ? connection : { ...connection, ...row };
}

function isOlder({ document }: Statement, row: DocumentRow): boolean {
  const { sourceVersion } = document;
  return (
    sourceVersion !== undefined && row.sourceVersion !== null && sourceVersion < row.sourceVersion
  );
}

/** A newer version may have the same content; what is older than it is still old. */
async function noteVersion(tx: Transaction, { document }: Statement, row: DocumentRow) {
  const { sourceVersion } = document;
  if (sourceVersion === undefined || sourceVersion === row.sourceVersion) return;
  await tx`update documents set source_version = ${sourceVersion} where id = ${row.id}`;
}

async function insertDocument(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  { kind, externalId, document, withdrawal }: Statement,
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
      sourceVersion: document.sourceVersion ?? null,
      laneClass: document.priority === 'backfill' ? LANE_CLASS.backfill : LANE_CLASS.live,
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

async function storeRevision(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  { kind, externalId, document, withdrawal }: Statement,
  row: DocumentRow,
  hash: Buffer,
): Promise<void> {
  const key = { connectionId: connection.id, kind, externalId };
  await tx`
    update documents set ${tx({
      companyId: row.companyId ?? connection.companyId,
      revision: row.revision + 1,
      wantedCipher: encryptWanted(ledger, key, document),
      wantedHash: hash,
      withdrawal,
      laneClass: document.priority === 'backfill' ? LANE_CLASS.backfill : LANE_CLASS.live,
      ...listedFacts(kind, document),
    })} where id = ${row.id}`;
}

interface Placement {
  standing: Standing;
  revision: number;
  statement: Statement;
  isNew: boolean;
}

async function stand(
  tx: Transaction,
  row: DocumentRow,
  { standing, revision, isNew, statement }: Placement,
  by: string,
): Promise<void> {
  const what = statement.withdrawal === null ? 'stated' : 'withdrawn';
  await moveDocuments(
    tx,
    [row.id],
    (document) => {
      const released = standing.released ? { releasedRevision: revision } : {};
      // While a revision is on its way its ending decides what comes next; this one is only noted.
      if (document.status === 'syncing' || document.status === 'checking') {
        const { reason: name, params } = document;
        return { ...released, to: document.status, what, reason: storedReason(name, params) };
      }
      const move = moveFor(standing, document.warnings, document.status);
      if (move === undefined) return undefined;
      return {
        attempts: 0,
        // What it counted for while it failed; this revision may be worth something else.
        counted: row,
        ...released,
        ...unreleased(standing, document.syncedRevision),
        ...tryingAgain(document),
        ...move,
        what: isNew ? 'stated' : what,
      };
    },
    by,
  );
}

/** A document that is no longer sendable is no longer released either. */
function unreleased(standing: Standing, syncedRevision: number): Partial<Move> {
  return standing.status === 'not_ready' ||
    standing.status === 'failed' ||
    standing.status === 'cancelled'
    ? { releasedRevision: syncedRevision }
    : {};
}

/** Stating what had failed is a retry: names it needs that had failed are tried again as well. */
function tryingAgain({ status, laneClass }: LockedDocument): Partial<Move> {
  return status === 'failed' && laneClass === LANE_CLASS.live
    ? { laneClass: LANE_CLASS.retry }
    : {};
}

/** The move a standing asks for; also used by the click and by a retry. */
export function moveFor(
  standing: Standing,
  warnings: readonly Warning[],
  current: DocumentStatus,
): Omit<Move, 'what'> | undefined {
  switch (standing.status) {
    case 'queued':
      return { to: 'queued', dueInMs: 0, warnings: [] };
    case 'waiting':
      return { to: 'waiting', reason: standing.reason, warnings: [] };
    case 'not_ready':
    case 'failed':
      return { to: standing.status, reason: standing.reason };
    case 'cancelled':
      return { to: 'cancelled' };
    case 'changed_after_export':
      return {
        to: 'synced',
        warnings: [
          ...warnings.filter(({ name }) => name !== 'changed_after_export'),
          { name: 'changed_after_export' },
        ],
      };
    case 'unchanged':
      return { to: current };
  }
}

import type { StatementResult } from '../../contract/answers.js';
import type { AnyDocument, DocumentKind } from '../../contract/documents/index.js';
import type { DocumentStatus } from '../../contract/status.js';
import { type Connection, connectionById } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { APPLYING } from '../documents/applications.js';
import { frozenReason } from '../documents/frozen.js';
import { isLinked } from '../documents/links.js';
import { ON_ITS_WAY } from '../documents/moves.js';
import {
  asksForLink,
  factsOfRow,
  isGone,
  type Standing,
  setAsideBy,
  standingOf,
} from '../documents/standing.js';
import { recordAudit } from '../people/audit.js';
import type { DocumentRow } from '../rows.js';
import { isAsSent, wantedBefore } from './as-sent.js';
import { noteAttached } from './attached.js';
import { bringsRight } from './brought-right.js';
import {
  asCorrected,
  endCorrection,
  isCorrected,
  uncorrectable,
  withRightsOf,
} from './corrected.js';
import { keepPaid, noteApplied, paidBefore } from './paid-totals.js';
import { stand } from './stated-moves.js';
import {
  apart,
  partsOf,
  releaseUnstated,
  type StatedElsewhere,
  type SubmitPart,
  stateParts,
} from './stated-parts.js';
import {
  type Addressed,
  insertDocument,
  isOlder,
  lockDocument,
  lockDocuments,
  noteOwner,
  noteVersion,
  type Statement,
  storeRevision,
} from './statements.js';
import { decryptWanted, hashWanted } from './wanted.js';

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
  return ledger.sql.begin((tx) => submit(ledger, tx, connection, { ...stated, ...ALONE }, by));
}

/** States many documents in one transaction, in order; each has its own result. */
export async function stateDocuments(
  ledger: Ledger,
  connection: Connection,
  stated: readonly (Addressed & { document: AnyDocument })[],
  by: string,
): Promise<(Submitted | StatedElsewhere)[]> {
  return ledger.sql.begin(async (tx) => {
    // The connection before its documents, as whoever opens a gate does: one order, no deadlock.
    await asItIsNow(tx, connection);
    await lockDocuments(tx, connection.id, stated);
    const results: (Submitted | StatedElsewhere)[] = [];
    for (const one of stated) {
      const statement = { ...one, ...ALONE };
      results.push(
        await apart(tx, statement, (part) => submit(ledger, part, connection, statement, by)),
      );
    }
    return results;
  });
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
    await asItIsNow(tx, connection);
    const row = await lockDocument(tx, connection.id, withdrawn);
    if (row === undefined) return undefined;
    const key = { connectionId: connection.id, kind, externalId };
    const document = decryptWanted(ledger, key, row.wantedCipher);
    const statement = { kind, externalId, document, withdrawal: mode, within: null };
    return submit(ledger, tx, connection, statement, by);
  });
}

/** What a person wants of a document in the place of what the app stated. */
export interface Correction {
  documentId: number;
  document: AnyDocument;
  /** The revision they have seen. */
  revision: number;
}

/**
 * Takes a person's correction as if the app had stated it, and keeps what the app did state. Undefined
 * where there is no such document; a sentence where it cannot be corrected.
 *
 * @param by the person's e-mail address
 */
export async function correctDocument(
  ledger: Ledger,
  connection: Connection,
  { documentId, document, revision }: Correction,
  by: string,
): Promise<Submitted | { refused: string } | undefined> {
  return ledger.sql.begin(async (tx) => {
    await asItIsNow(tx, connection);
    const [row] = await tx<DocumentRow[]>`
      select * from documents where id = ${documentId} and connection_id = ${connection.id}
      for update`;
    if (row === undefined) return undefined;
    const kind = row.kind as DocumentKind;
    const address = { kind, externalId: row.externalId };
    const before = wantedBefore(ledger, row, address);
    const refused = uncorrectable(row) ?? (before === undefined ? UNREADABLE : undefined);
    if (before === undefined || refused !== undefined) return { refused: refused ?? UNREADABLE };
    if (row.revision !== revision)
      return { refused: 'It has changed since it was opened. Open it again.' };
    const corrected = withRightsOf(before, document);
    if (hashWanted(ledger, corrected, null).equals(row.wantedHash)) {
      return { refused: 'Nothing of it was changed.' };
    }
    const statement = { ...address, ...ALONE, document: corrected, correctedBy: by };
    const submitted = await submit(ledger, tx, connection, statement, by);
    const { appId, id: connectionId } = connection;
    const subject = { documentId, ...address, revision: revision + 1 };
    const action = 'document.corrected';
    await recordAudit(tx, { actor: by, action, appId, connectionId, subject });
    return submitted;
  });
}

const UNREADABLE = 'What the app stated cannot be read with the keys that are configured.';

const ALONE = { withdrawal: null, within: null } as const;

async function submit(
  ledger: Ledger,
  tx: Transaction,
  asked: Connection,
  stated: Statement,
  by: string,
): Promise<Submitted> {
  const connection = await asItIsNow(tx, asked);
  const { kind, within } = stated;
  const statedHash = hashWanted(ledger, stated.document, stated.withdrawal);
  const inserted = await insertDocument(ledger, tx, connection, stated, statedHash);
  const row = inserted ?? (await lockDocument(tx, connection.id, stated));
  if (row === undefined) throw new Error('A document vanished while it was stated');
  const answer = { documentId: row.id, companyId: connection.companyId };
  const isNew = inserted !== undefined;
  if (!isNew && isOlder(stated, row)) return { ...answer, result: 'ignored_older' };
  if (!isNew) await noteVersion(tx, stated, row);
  const { statement, hash, isRepeat } = asCorrected(ledger, row, stated, statedHash);
  const sameContent = !isNew && row.wantedHash.equals(hash) && !bringsRight(ledger, row, statement);
  if (!isNew && !sameContent) await storeRevision(ledger, tx, connection, statement, row, hash);
  else if (!isNew) await noteOwner(tx, statement, row);
  const endsCorrection = !isNew && isCorrected(row) && !isRepeat;
  if (endsCorrection && sameContent) await endCorrection(tx, row);
  const parts = partsOf(ledger, statement, isNew ? undefined : row);
  const paidMinor = paidBefore(row, parts);
  const revision = isNew || sameContent ? row.revision : row.revision + 1;
  const facts = { ...statement, ...factsOfRow(row) };
  const standing = standingOf({
    ...facts,
    connection,
    now: ledger.clock(),
    isPart: within !== null,
    paidMinor,
    isInQuickBooks: asksForLink(statement, connection.settings) && (await isLinked(tx, row)),
    isGone: isGone(row.status, statement.withdrawal),
    imported: await frozenReason(tx, connection, facts),
    setAside: isNew ? undefined : setAsideBy(row),
  });
  const changes = !sameContent || changesBySaying(row, standing);
  const asSent =
    !isNew && !sameContent && standing.status === 'queued' && isAsSent(ledger, row, statement);
  if (changes) {
    await stand(tx, row, { standing, revision, statement, isNew, asSent, endsCorrection }, by);
    await keepPaid(tx, row, { statement, standing, paidMinor });
    if (APPLYING.has(kind)) await noteApplied(tx, row, statement);
    if (kind === 'attachment') await noteAttached(tx, row, statement);
    if (isNew) await releaseUnstated(tx, connection.id, statement);
  }
  const owner = {
    ...statement,
    id: row.id,
    goesFirst: !asSent && goesFirst(row, standing, changes),
  };
  const submitPart: SubmitPart = (part) => submit(ledger, tx, connection, { ...part }, by);
  await stateParts(ledger, tx, { connectionId: connection.id, owner, parts }, submitPart);
  return { ...answer, result: sameContent ? 'unchanged' : 'stored' };
}

/** Whether the document is on its way after its statement. */
export function goesFirst(row: DocumentRow, standing: Standing, changes: boolean): boolean {
  if (row.status === 'syncing' || row.status === 'checking') return true;
  if (!changes) return ON_ITS_WAY.has(row.status as DocumentStatus);
  return standing.status === 'queued' || standing.status === 'waiting';
}

/** Kept back, or given up with what it belongs to, as a file is. */
const MAY_GO_ON: ReadonlySet<string> = new Set(['skipped', 'not_ready', 'cancelled']);

/**
 * Whether the same content again is a wish: what failed is tried again, and what a gate kept back
 * goes on where the gate has opened since. What failed because nobody knows how it ended is a
 * person's to try again, not a repeat's.
 */
function changesBySaying({ status, reason }: DocumentRow, standing: Standing): boolean {
  if (status === 'failed') return reason !== 'outcome_unknown';
  return MAY_GO_ON.has(status) && standing.status !== status;
}

/**
 * The connection was read before the body arrived. Someone may have connected it meanwhile, or changed
 * its settings, or be doing so: then this waits, and the document does not wait for what has happened.
 */
async function asItIsNow(tx: Transaction, connection: Connection): Promise<Connection> {
  const [row] = await tx<
    Pick<
      Connection,
      | 'status'
      | 'companyId'
      | 'connectedAt'
      | 'setupMissing'
      | 'invoicesImportedAt'
      | 'settingsVersion'
      | 'holdFrom'
      | 'holdTo'
    >[]
  >`
    select status, company_id, connected_at, setup_missing, invoices_imported_at, settings_version,
      hold_from, hold_to
    from connections where id = ${connection.id} for share`;
  if (row === undefined || row.settingsVersion === connection.settingsVersion) {
    return { ...connection, ...row };
  }
  return (await connectionById(tx, connection.id)) ?? connection;
}

import type { Outcome } from '../../contract/details.js';
import { type DocumentKind, traitsOf } from '../../contract/documents/index.js';
import { type Reason, type ReasonName, reason } from '../../contract/reasons.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Warning } from '../../contract/warnings.js';
import { type Connection, connectionById } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { type DocumentRow, LANE_CLASS } from '../rows.js';
import { moveFor } from '../statements/stated-moves.js';
import { type Addressed, lockDocument } from '../statements/statements.js';
import { decryptWanted } from '../statements/wanted.js';
import { frozenReason } from './frozen.js';
import { isLinked } from './links.js';
import { moveDocuments } from './moves.js';
import { asksForLink, clickGate, factsOfRow, standingOf } from './standing.js';

/** What a click came to. */
export type ClickOutcome =
  | { outcome: 'released' | 'already_due'; companyId: string | null }
  | { outcome: 'refused'; reason: Reason; companyId: string | null };

/**
 * The click: releases the latest revision. Two clicks in one second are one: the second finds the
 * document on its way. Undefined where there is no such document.
 */
export async function syncDocument(
  ledger: Ledger,
  connection: Connection,
  address: Addressed,
  by: string,
): Promise<ClickOutcome | undefined> {
  return ledger.sql.begin(async (tx) => {
    const row = await lockDocument(tx, connection.id, address);
    if (row === undefined) return undefined;
    const { companyId } = connection;
    const refusal = onceOnlyRefusal(connection, row) ?? gateRefusal(connection);
    if (refusal !== undefined) return { outcome: 'refused', reason: refusal, companyId };
    if (isOnItsWay(row) || isSettled(row)) return { outcome: 'already_due', companyId };
    const placed = await place(ledger, tx, connection, row, { what: 'clicked', by });
    return placed === undefined
      ? { outcome: 'released', companyId }
      : { outcome: 'refused', reason: placed, companyId };
  });
}

/** What a retry came to, a row each. */
export interface Retried {
  id: number;
  companyId: string | null;
  retried: boolean;
  detail: string;
}

/** Makes failed documents due again, and waiting ones due now. Nothing is ever sent twice by it. */
export async function retryDocuments(
  ledger: Ledger,
  scope: { connectionId?: string },
  which: readonly number[] | Addressed,
  by: string,
): Promise<Retried[]> {
  const { sql } = ledger;
  const inScope =
    scope.connectionId === undefined ? sql`` : sql`and connection_id = ${scope.connectionId}`;
  const rows = await sql<{ id: number; connectionId: string }[]>`
    select id, connection_id from documents
    where ${isIds(which) ? sql`id = any(${which as number[]}::bigint[])` : sql`kind = ${which.kind} and external_id = ${which.externalId}`}
    ${inScope} order by id`;
  const results: Retried[] = [];
  for (const { id, connectionId } of rows) {
    results.push(await ledger.sql.begin((tx) => retryOne(ledger, tx, id, connectionId, by)));
  }
  return results;
}

const isIds = (which: readonly number[] | Addressed): which is readonly number[] =>
  Array.isArray(which);

/** The same for one document, in the transaction of what else is done with it. */
export async function retryOne(
  ledger: Ledger,
  tx: Transaction,
  id: number,
  connectionId: string,
  by: string,
): Promise<Retried> {
  const connection = await connectionById(tx, connectionId);
  const [row] = await tx<DocumentRow[]>`select * from documents where id = ${id} for update`;
  const answer = { id, companyId: row?.companyId ?? null };
  if (connection === undefined || row === undefined) {
    return { ...answer, retried: false, detail: 'The document does not exist any more.' };
  }
  if (connection.status === 'locked') {
    return { ...answer, retried: false, detail: 'The account has no access to QuickBooks yet.' };
  }
  if (row.status === 'waiting' && row.blockedBy === null && !HELD.has(row.reason)) {
    await moveDocuments(tx, [id], () => ({ to: 'queued', what: 'retried', dueInMs: 0 }), by);
    // Under a new epoch: the wake-up of this one waits in the queue for its time.
    await tx`update pushes p set not_before = null, epoch = epoch + 1 from push_items i
      where i.document_id = ${id} and i.outcome is null and p.id = i.push_id and p.closed_at is null`;
    return { ...answer, retried: true, detail: 'It is tried again now.' };
  }
  if (row.status !== 'failed' && row.status !== 'skipped') {
    return { ...answer, retried: false, detail: `It has not failed: it is ${row.status}.` };
  }
  // It is in QuickBooks as it is wanted: what failed is what it states inside itself.
  if (row.status === 'failed' && row.syncedRevision === row.revision) {
    await moveDocuments(tx, [id], () => ({ to: 'synced', what: 'retried' }), by);
    await retryParts(ledger, tx, row, by);
    return { ...answer, retried: true, detail: 'It is tried again now.' };
  }
  const refused = await place(ledger, tx, connection, row, { what: 'retried', by });
  await retryParts(ledger, tx, row, by);
  return refused === undefined
    ? { ...answer, retried: true, detail: 'It is tried again now.' }
    : { ...answer, retried: false, detail: 'It cannot be sent as it stands; its Details say why.' };
}

/** What it states inside itself and failed as well. */
async function retryParts(
  ledger: Ledger,
  tx: Transaction,
  { id, connectionId }: DocumentRow,
  by: string,
): Promise<void> {
  const parts = await tx<{ id: number }[]>`
    select id from documents where stated_in = ${id} and status = 'failed' order by id`;
  for (const part of parts) await retryOne(ledger, tx, part.id, connectionId, by);
}

/** What a person asks of one document that a click did not bring about. */
type PersonalAct = 'linked' | 'looked_again' | 'recreated';

/** Whoever asks for one of these asks for the document to be sent. */
const IS_CLICK: ReadonlySet<string> = new Set(['clicked', 'linked', 'recreated']);

/** Computes where the document stands now and moves it there; a reason where it is not released. */
export async function place(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  row: DocumentRow,
  act: { what: 'clicked' | 'retried' | 'gate_opened' | PersonalAct; by: string; inDoubt?: boolean },
): Promise<Reason | undefined> {
  const kind = row.kind as DocumentKind;
  const key = { connectionId: connection.id, kind, externalId: row.externalId };
  const document = decryptWanted(ledger, key, row.wantedCipher);
  const stated = { ...key, document, withdrawal: row.withdrawal, ...factsOfRow(row) };
  const standing = standingOf({
    ...stated,
    connection,
    now: ledger.clock(),
    isInQuickBooks: asksForLink(stated, connection.settings) && (await isLinked(tx, row)),
    isGone: false,
    imported: await frozenReason(tx, connection, stated),
    clicked: IS_CLICK.has(act.what) || stated.clicked,
  });
  const move = moveFor(standing, row.warnings as Warning[], row.status as DocumentStatus);
  const isRetry = act.what === 'retried' || row.status === 'failed';
  const laneClass = isRetry ? LANE_CLASS.retry : LANE_CLASS.live;
  await moveDocuments(
    tx,
    [row.id],
    ({ revision, releasedRevision }) =>
      move === undefined
        ? undefined
        : {
            ...move,
            what: act.what,
            attempts: 0,
            laneClass,
            inDoubt: act.inDoubt,
            releasedRevision: standing.released ? revision : releasedRevision,
          },
    act.by,
  );
  return 'reason' in standing && !standing.released ? standing.reason : undefined;
}

function isOnItsWay({ status, blockedBy }: DocumentRow): boolean {
  return (
    status === 'queued' ||
    status === 'syncing' ||
    status === 'checking' ||
    (status === 'waiting' && blockedBy !== null)
  );
}

function isSettled({ status, revision, syncedRevision }: DocumentRow): boolean {
  return (status === 'synced' || status === 'voided') && revision === syncedRevision;
}

/** What cannot be clicked yet; a setup that is incomplete takes the click, and then waits. */
function gateRefusal({ status, settings }: Connection): Reason | undefined {
  return status === 'locked' || settings.start === 'click' ? clickGate(status) : undefined;
}

/** Reasons for which a document waits until its connection goes on; no retry helps. */
const HELD: ReadonlySet<string | null> = new Set<ReasonName>([
  'reconnect_needed',
  'not_finalized',
  'setup_incomplete',
  'locked',
  'paused',
  'held',
]);

function onceOnlyRefusal(connection: Connection, row: DocumentRow): Reason | undefined {
  if (
    !connection.settings.onceOnly ||
    !traitsOf(row.kind as DocumentKind).isTransaction ||
    row.syncedRevision === 0
  )
    return undefined;
  const outcome = row.outcome as Outcome | null;
  return reason('already_exported', {
    number: outcome?.number ?? row.number ?? row.externalId,
    date: outcome?.on ?? row.statusSince.toISOString().slice(0, 10),
  });
}

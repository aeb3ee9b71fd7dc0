import { isDeepStrictEqual } from 'node:util';
import { DOCUMENT_KINDS, type DocumentKind } from '../../contract/documents/index.js';
import type { ReasonName } from '../../contract/reasons.js';
import type { Settings } from '../../contract/settings.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Warning } from '../../contract/warnings.js';
import { UnreadableCiphertext } from '../database/cipher.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { frozenReason } from '../documents/frozen.js';
import { type Move, moveDocuments } from '../documents/moves.js';
import { factsOfRow, type Standing, standingOf } from '../documents/standing.js';
import { behindUnsentOrders } from '../documents/unsent-orders.js';
import { type DocumentRow, LANE_CLASS } from '../rows.js';
import { moveFor } from '../statements/stated-moves.js';
import { decryptWanted } from '../statements/wanted.js';
import { lockedConnection } from './connection-changes.js';
import type { Connection } from './connections.js';

/** What becomes of documents that settings kept back, once the settings are others. */

/** Documents judged in one transaction; the sweep judges those beyond. */
const STEP = 500;
/** Steps of one sweep; the next one goes on. */
const STEPS_MAX = 40;

/** Why documents are kept back that the settings may let go; what waits for a gate has its own way. */
const GIVEN_BY_SETTINGS: readonly ReasonName[] = [
  'not_released',
  'kind_off',
  'before_cut_off',
  'waits_for_click',
  'waits_for_use',
  // A click that is not to be waited for any more.
  'locked',
  'not_finalized',
];

/** What settings keep back stands as one of these. */
const KEPT_AS: readonly DocumentStatus[] = ['not_ready', 'skipped'];

/** What of the settings decides whether a document may be sent at all. */
const deciding = ({ direction, modules, sendWhen, cutOff, start, customer }: Settings) => ({
  direction,
  modules,
  sendWhen,
  cutOff,
  start,
  used: customer.sendWhen,
});

/**
 * Judges anew what the settings before kept back: to be called in the transaction of the change, with
 * the connection as it is by then and its lock held.
 */
export async function judgeBySettings(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  before: Settings,
): Promise<void> {
  await letGo(tx, connection, before);
  if (!judgesOtherwise(before, connection.settings)) return;
  await judgeStep(ledger, tx, { ...connection, judgedUpTo: 0 });
}

/** Whether these settings judge otherwise than those before what may be sent at all. */
export function judgesOtherwise(before: Settings, after: Settings): boolean {
  return !isDeepStrictEqual(deciding(before), deciding(after));
}

/** What waits by the settings before, and not by these: it is planned anew when its turn comes. */
async function letGo(tx: Transaction, { id, settings }: Connection, before: Settings) {
  const closed =
    before.closedPeriod === settings.closedPeriod
      ? []
      : await tx<{ id: number }[]>`
          select id from documents where connection_id = ${id} and reason = 'period_closed'
            and status = 'waiting' limit ${STEP}`;
  const ids = [...closed.map((row) => row.id), ...(await behindUnsentOrders(tx, STEP, id))];
  await moveDocuments(
    tx,
    ids,
    ({ status }) =>
      status === 'waiting'
        ? { to: 'queued', what: CHANGED, dueInMs: 0, laneClass: LANE_CLASS.backfill }
        : undefined,
    'worker',
  );
}

/**
 * Goes on judging where a change of settings left off: there may be any number of documents.
 *
 * @returns how many were judged.
 */
export async function judgeOn(ledger: Ledger): Promise<number> {
  let judged = 0;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const [next] = await ledger.sql<{ id: string }[]>`
      select id from connections where judged_up_to is not null order by id limit 1`;
    if (next === undefined) break;
    judged += await ledger.sql.begin(async (tx) =>
      judgeStep(ledger, tx, await lockedConnection(tx, next.id)),
    );
  }
  return judged;
}

const CHANGED = 'settings_changed';

/** A document that settings kept back. */
export type KeptRow = DocumentRow & { isLinked: boolean };

async function judgeStep(ledger: Ledger, tx: Transaction, connection: Connection): Promise<number> {
  const { id, judgedUpTo } = connection;
  if (judgedUpTo === null) return 0;
  const ids = await keptBack(tx, id, { after: judgedUpTo, limit: STEP });
  const rows = await keptRows(tx, ids, tx`for no key update of d`);
  const moves = new Map<number, Move>();
  for (const row of rows) {
    const move = await moveBySettings(ledger, tx, connection, row);
    if (move !== undefined) moves.set(row.id, move);
  }
  await moveDocuments(tx, [...moves.keys()], (document) => moves.get(document.id), 'worker');
  const last = ids.length < STEP ? null : (ids.at(-1) ?? null);
  await tx`update connections set judged_up_to = ${last} where id = ${id}`;
  return rows.length;
}

/**
 * Ids of the documents that settings keep back, in their order, from the one after `after` on. Each
 * reason, kind and status is one stretch of an index, however many other documents there are.
 */
export async function keptBack(
  sql: AnySql,
  connectionId: string,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const most = sql.unsafe(String(Math.trunc(limit)));
  const rows = await sql<{ id: number }[]>`
    select kept.id from unnest(${[...GIVEN_BY_SETTINGS]}::text[]) reason,
      unnest(${[...DOCUMENT_KINDS]}::text[]) kind, unnest(${[...KEPT_AS]}::text[]) status,
      lateral (
        select d.id from documents d
        where d.connection_id = ${connectionId} and d.reason = reason.reason and d.kind = kind.kind
          and d.status = status.status and d.id > ${after}
        order by d.id limit ${most}) kept
    order by kept.id limit ${most}`;
  return rows.map(({ id }) => id);
}

/** Those of them that are still kept back. `lock` is the clause that locks them, where they are to be. */
export function keptRows(sql: AnySql, ids: readonly number[], lock = sql``): Promise<KeptRow[]> {
  return sql<KeptRow[]>`
    select d.*, exists (
      select 1 from links l where l.connection_id = d.connection_id and l.company_id = d.company_id
        and l.kind = d.kind and l.external_id = d.external_id) as is_linked
    from documents d
    where d.id = any(${ids.map(String)}::bigint[]) and d.status = any(${[...KEPT_AS]}::text[])
      and d.reason = any(${[...GIVEN_BY_SETTINGS]}::text[])
    order by d.id ${lock}`;
}

/** Undefined where it stays as it is. */
async function moveBySettings(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  row: KeptRow,
): Promise<Move | undefined> {
  const standing = await standsBy(ledger, tx, connection, row);
  if (standing === undefined || isAsBefore(standing, row)) return undefined;
  const { status, revision } = row;
  const move = moveFor(standing, row.warnings as Warning[], status as DocumentStatus);
  if (move === undefined) return undefined;
  return {
    ...move,
    what: CHANGED,
    attempts: 0,
    // They may be many: what is stated meanwhile goes before them.
    laneClass: LANE_CLASS.backfill,
    ...(standing.released ? { releasedRevision: revision } : {}),
  };
}

/**
 * Where a document that was kept back stands by the settings of `connection`. Undefined where it cannot
 * be read: a key of the ledger is missing, which is told elsewhere.
 */
export async function standsBy(
  ledger: Ledger,
  sql: AnySql,
  connection: Connection,
  row: KeptRow,
): Promise<Standing | undefined> {
  const { externalId, withdrawal } = row;
  const key = { connectionId: connection.id, kind: row.kind as DocumentKind, externalId };
  try {
    const document = decryptWanted(ledger, key, row.wantedCipher);
    const stated = { ...key, document, withdrawal, ...factsOfRow(row) };
    return standingOf({
      ...stated,
      connection,
      now: ledger.clock(),
      isInQuickBooks: row.isLinked,
      isGone: false,
      imported: await frozenReason(sql, connection, stated),
    });
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return undefined;
    throw error;
  }
}

function isAsBefore(standing: Standing, { status, reason, params }: KeptRow): boolean {
  if (standing.status !== status || !('reason' in standing)) return false;
  return standing.reason.name === reason && isDeepStrictEqual(standing.reason.params, params);
}

import { isDeepStrictEqual } from 'node:util';
import type { DocumentKind } from '../contract/documents/index.js';
import type { ReasonName } from '../contract/reasons.js';
import type { Settings } from '../contract/settings.js';
import type { DocumentStatus } from '../contract/status.js';
import type { Warning } from '../contract/warnings.js';
import { UnreadableCiphertext } from './cipher.js';
import { lockedConnection } from './connection-changes.js';
import type { Connection } from './connections.js';
import { frozenReason } from './frozen.js';
import { type Move, moveDocuments } from './moves.js';
import type { Ledger, Transaction } from './open.js';
import { type DocumentRow, LANE_CLASS } from './rows.js';
import { type Standing, standingOf } from './standing.js';
import { moveFor } from './stated-moves.js';
import { behindUnsentOrders } from './unsent-orders.js';
import { decryptWanted } from './wanted.js';

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
  if (isDeepStrictEqual(deciding(before), deciding(connection.settings))) return;
  await judgeStep(ledger, tx, { ...connection, judgedUpTo: 0 });
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
      status === 'waiting' ? { to: 'queued', what: CHANGED, dueInMs: 0 } : undefined,
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

type HeldRow = DocumentRow & { isLinked: boolean };

async function judgeStep(ledger: Ledger, tx: Transaction, connection: Connection): Promise<number> {
  const { id, judgedUpTo } = connection;
  if (judgedUpTo === null) return 0;
  const rows = await tx<HeldRow[]>`
    select d.*, exists (
      select 1 from links l where l.connection_id = d.connection_id and l.company_id = d.company_id
        and l.kind = d.kind and l.external_id = d.external_id) as is_linked
    from documents d
    where d.connection_id = ${id} and d.id > ${judgedUpTo} and d.status in ('not_ready', 'skipped')
      and d.reason = any(${[...GIVEN_BY_SETTINGS]}::text[])
    order by d.id limit ${STEP} for no key update of d`;
  const moves = new Map<number, Move>();
  for (const row of rows) {
    const move = await moveBySettings(ledger, tx, connection, row);
    if (move !== undefined) moves.set(row.id, move);
  }
  await moveDocuments(tx, [...moves.keys()], (document) => moves.get(document.id), 'worker');
  const last = rows.length < STEP ? null : (rows.at(-1)?.id ?? null);
  await tx`update connections set judged_up_to = ${last} where id = ${id}`;
  return rows.length;
}

/** Undefined where it stays as it is. */
async function moveBySettings(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  row: HeldRow,
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

/** Undefined where it cannot be read: a key of the ledger is missing, which is told elsewhere. */
async function standsBy(
  ledger: Ledger,
  tx: Transaction,
  connection: Connection,
  row: HeldRow,
): Promise<Standing | undefined> {
  const { externalId, withdrawal } = row;
  const key = { connectionId: connection.id, kind: row.kind as DocumentKind, externalId };
  try {
    const document = decryptWanted(ledger, key, row.wantedCipher);
    const stated = { ...key, document, withdrawal, wasSynced: row.syncedRevision > 0 };
    return standingOf({
      ...stated,
      connection,
      now: ledger.clock(),
      statedAt: row.createdAt,
      overrides: row.overrides,
      isDependency: row.dependencyKey !== null,
      isNeeded: false,
      isPart: row.statedIn !== null,
      paidMinor: row.paidMinor,
      isInQuickBooks: row.isLinked,
      inDoubt: row.inDoubt,
      isGone: false,
      imported: await frozenReason(tx, connection, stated),
      clicked: row.releasedRevision > row.syncedRevision,
    });
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return undefined;
    throw error;
  }
}

function isAsBefore(standing: Standing, { status, reason, params }: HeldRow): boolean {
  if (standing.status !== status || !('reason' in standing)) return false;
  return standing.reason.name === reason && isDeepStrictEqual(standing.reason.params, params);
}

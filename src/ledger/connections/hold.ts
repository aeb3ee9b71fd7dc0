import type { ConnectionStatus } from '../../contract/connection.js';
import type { HoldAnswer } from '../../contract/hold.js';
import { toDecimalString } from '../../contract/money.js';
import type { SetupPart } from '../../contract/setup.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import { holdReason, waitReason } from '../documents/standing.js';
import { recordAudit } from '../people/audit.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import type { Connection } from './connections.js';

/**
 * The hold window: nothing of a connection is sent between two moments of business time, as while its
 * books are closed. It begins and ends by itself.
 */

/** Documents released in one transaction; the sweep releases those beyond. */
const RELEASED_AT_ONCE = 500;

/** Asks for a hold, in the place of the one before. */
export async function holdConnection(
  ledger: Ledger,
  connectionId: string,
  { from, to }: { from: Date; to: Date },
  by: string,
): Promise<HoldAnswer> {
  await ledger.sql.begin(async (tx) => {
    const before = await lockedConnection(tx, connectionId);
    await tx`
      update connections set hold_from = ${from}, hold_to = ${to} where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.held',
      appId: before.appId,
      connectionId,
      subject: { from: from.toISOString(), to: to.toISOString() },
    });
    // It may begin later than the one before it.
    await releaseHeld(tx, ledger.clock(), connectionId);
    await announceConnection(tx, connectionId, before.status);
  });
  return readHold(ledger, connectionId);
}

/** Ends a hold before its time: what waited for it goes on. Without one nothing changes. */
export async function endHold(
  ledger: Ledger,
  connectionId: string,
  by: string,
): Promise<HoldAnswer> {
  await ledger.sql.begin(async (tx) => {
    const before = await lockedConnection(tx, connectionId);
    if (before.holdTo === null) return;
    await tx`update connections set hold_from = null, hold_to = null where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.hold_ended',
      appId: before.appId,
      connectionId,
    });
    await releaseHeld(tx, ledger.clock(), connectionId);
    await announceConnection(tx, connectionId, before.status);
  });
  return readHold(ledger, connectionId);
}

/** The hold with what it keeps back: as many documents, and as much money, as its end would let go. */
export async function readHold(ledger: Ledger, connectionId: string): Promise<HoldAnswer> {
  const { sql } = ledger;
  const now = ledger.clock();
  const [connection] = await sql<Pick<Connection, 'holdFrom' | 'holdTo'>[]>`
    select hold_from, hold_to from connections where id = ${connectionId}`;
  const kept = await sql<{ currency: string | null; documents: number; minor: number }[]>`
    select coalesce(d.currency, m.home_currency) as currency, count(*)::int as documents,
      coalesce(sum(d.total_minor), 0)::float8 as minor
    from documents d left join companies m on m.id = d.company_id
    where d.connection_id = ${connectionId} and d.reason = 'held' and d.status = 'waiting'
    group by 1 order by 1`;
  const hold = connection === undefined ? null : holdOf(connection, now);
  return {
    hold,
    isOn: connection !== undefined && holdReason(connection, now) !== undefined,
    documents: kept.reduce((sum, { documents }) => sum + documents, 0),
    amounts: kept.map(({ currency, minor }) => ({
      currency,
      amount: toDecimalString(minor, currency ?? undefined),
    })),
  };
}

/** A hold that is on or still to come. */
export function holdOf(
  { holdFrom, holdTo }: Pick<Connection, 'holdFrom' | 'holdTo'>,
  now: Date,
): HoldAnswer['hold'] {
  if (holdFrom === null || holdTo === null || holdTo <= now) return null;
  return { from: holdFrom.toISOString(), to: holdTo.toISOString() };
}

/**
 * Lets go what waits for a hold that is not on any more: it is due, or waits at the next gate.
 *
 * @param connectionId default: all, as the sweep does.
 * @returns how many were let go.
 */
export async function releaseHeld(
  tx: Transaction,
  now: Date,
  connectionId?: string,
): Promise<number> {
  const rows = await tx<{ id: number; status: ConnectionStatus; setupMissing: SetupPart[] }[]>`
    select d.id, c.status, c.setup_missing
    from documents d join connections c on c.id = d.connection_id
    where d.reason = 'held' and d.status = 'waiting' and ${isNotOn(tx, now)}
      ${connectionId === undefined ? tx`` : tx`and d.connection_id = ${connectionId}`}
      and not exists (select 1 from push_items i where i.document_id = d.id and i.outcome is null)
    order by d.id limit ${RELEASED_AT_ONCE} for no key update of d`;
  const gates = new Map(rows.map(({ id, ...gate }) => [id, gate]));
  await moveDocuments(
    tx,
    [...gates.keys()],
    ({ id }) => {
      const gate = gates.get(id);
      const next = gate === undefined ? undefined : waitReason(gate);
      return next === undefined
        ? { to: 'queued', what: 'hold_ended', dueInMs: 0 }
        : { to: 'waiting', what: 'waiting', reason: next };
    },
    'worker',
  );
  return rows.length;
}

const isNotOn = (sql: AnySql, now: Date) => sql`
  coalesce(not (c.hold_from <= ${now} and c.hold_to > ${now}), true)`;

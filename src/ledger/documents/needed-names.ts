import type { AnySql, SqlPart, Transaction } from '../database/open.js';
import { moveDocuments } from './moves.js';

/**
 * Names that are made for one connection and needed by another: they go with what needs them, also
 * where the one that asked first sends nothing.
 */

/** Names released in one transaction; the sweep releases those beyond. */
const NAMES_MAX = 500;

/** Whether a document that may be sent, of whichever connection, waits for the name `d`. */
export const isNeeded = (sql: AnySql, now: Date | SqlPart) => sql`exists (
  select 1 from documents w join connections n on n.id = w.connection_id
  where w.blocked_by = d.id and w.status = 'waiting' and n.status = 'connected'
    and (w.overrides @> '["hold"]'
      or coalesce(not (n.hold_from <= ${now} and n.hold_to > ${now}), true)))`;

/** Names that wait for nothing but their own connection: the condition of their index. */
const isHeld = (sql: AnySql) => sql`d.dependency_key is not null and d.status = 'waiting'
  and d.due_at is null and d.blocked_by is null`;

/**
 * Makes names due that wait behind the gate of their own connection while one that sends needs them.
 * One that somebody changes in this moment is left to the sweep.
 *
 * @param ids default: all, as the sweep does.
 * @returns how many were released.
 */
export async function releaseNeededNames(
  tx: Transaction,
  now: Date,
  ids?: readonly number[],
): Promise<number> {
  if (ids?.length === 0) return 0;
  const those = ids === undefined ? tx`` : tx`and d.id = any(${[...ids]}::bigint[])`;
  const rows = await tx<{ id: number }[]>`
    select d.id from documents d
    where ${isHeld(tx)} ${those} and ${isNeeded(tx, now)}
      and not exists (select 1 from push_items i where i.document_id = d.id and i.outcome is null)
    order by d.id limit ${NAMES_MAX} for no key update of d skip locked`;
  const released = await moveDocuments(
    tx,
    rows.map(({ id }) => id),
    ({ status }) =>
      status === 'waiting' ? { to: 'queued', what: 'released', dueInMs: 0 } : undefined,
    'worker',
  );
  return released.length;
}

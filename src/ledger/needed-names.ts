import { moveDocuments } from './moves.js';
import type { AnySql, Transaction } from './open.js';

/**
 * Names that are made for one connection and needed by another: they go with what needs them, also
 * where the one that asked first sends nothing.
 */

/** Which names are looked at. Connections stand for all names of their companies. */
type Scope = { ids: readonly number[] } | { connectionIds: readonly string[] } | 'all';

/** Names released in one transaction; the sweep releases those beyond. */
const NAMES_MAX = 500;

/** Whether a document of a connection that sends waits for the name `d`. */
export const isNeeded = (sql: AnySql) => sql`exists (
  select 1 from documents w join connections n on n.id = w.connection_id
  where w.blocked_by = d.id and w.status = 'waiting' and n.status = 'connected')`;

/** Names that wait for nothing but their own connection: the condition of their index. */
const isHeld = (sql: AnySql) => sql`d.dependency_key is not null and d.status = 'waiting'
  and d.due_at is null and d.blocked_by is null`;

/**
 * Makes names due that wait behind the gate of their own connection while one that sends needs them.
 * One that somebody changes in this moment is left to the sweep.
 *
 * @returns how many were released.
 */
export async function releaseNeededNames(tx: Transaction, scope: Scope): Promise<number> {
  if (scope !== 'all' && 'ids' in scope && scope.ids.length === 0) return 0;
  const rows = await tx<{ id: number }[]>`
    select d.id from documents d
    where ${isHeld(tx)} and ${isIn(tx, scope)} and ${isNeeded(tx)}
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

function isIn(sql: AnySql, scope: Scope) {
  if (scope === 'all') return sql`true`;
  if ('ids' in scope) return sql`d.id = any(${[...scope.ids]}::bigint[])`;
  return sql`d.company_id in (
    select company_id from connections where id = any(${[...scope.connectionIds]}::uuid[]))`;
}

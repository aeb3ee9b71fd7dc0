import { moveDocuments } from './moves.js';
import type { Ledger } from './open.js';

/** Documents released in one transaction. */
const STEP = 500;
/** Steps of one sweep; the next one goes on. */
const STEPS_MAX = 40;

/**
 * Finds documents that wait for something that is over, and makes them due again: a blocker that has
 * its ending, a connection that is connected. Whoever ends such a wait releases what it can see in
 * the same transaction; this finds who came a moment later, and who were too many.
 *
 * @returns how many were released.
 */
export async function releaseStragglers(ledger: Ledger): Promise<number> {
  let released = 0;
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const found = await releaseStep(ledger);
    released += found;
    if (found < STEP) return released;
  }
  return released;
}

async function releaseStep(ledger: Ledger): Promise<number> {
  return ledger.sql.begin(async (tx) => {
    const rows = await tx<{ id: number }[]>`
      (select d.id from documents d join documents b on b.id = d.blocked_by
        where d.blocked_by is not null
          and b.status not in ('queued', 'syncing', 'checking', 'waiting')
        limit ${STEP})
      union
      (select d.id from documents d
        join connections c on c.id = d.connection_id
        join companies m on m.id = coalesce(c.company_id, d.company_id)
        where d.status = 'waiting' and d.reason = 'reconnect_needed' and m.status = 'connected'
          and (c.status = 'connected' or d.dependency_key is not null)
          and not exists (
            select 1 from push_items i where i.document_id = d.id and i.outcome is null)
        limit ${STEP})
      limit ${STEP}`;
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await tx`
      update documents d set company_id = c.company_id from connections c
      where d.id = any(${ids}::bigint[]) and c.id = d.connection_id and d.company_id is null`;
    await moveDocuments(tx, ids, () => ({ to: 'queued', what: 'released', dueInMs: 0 }), 'worker');
    return ids.length;
  });
}

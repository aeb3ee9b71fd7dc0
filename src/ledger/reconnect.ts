import { reason } from '../contract/reasons.js';
import { appendEvent } from './events.js';
import { moveDocuments } from './moves.js';
import type { Ledger } from './open.js';

/** Documents moved in one transaction. */
const STEP = 500;
/** Steps of one call; who is left moves when a push of theirs runs. */
const STEPS_MAX = 2_000;

/**
 * Notes that only a reconnect helps: the company is called no more, its connections and documents
 * say so, and what is open waits. Nothing is lost and nothing costs an attempt.
 */
export async function markReconnectNeeded(ledger: Ledger, companyId: string): Promise<void> {
  const changed = await ledger.sql.begin(async (tx) => {
    const company = await tx`
      update companies set status = 'reconnect_needed'
      where id = ${companyId} and status = 'connected' returning 1`;
    const connections = await tx<{ id: string }[]>`
      update connections set status = 'reconnect_needed'
      where company_id = ${companyId} and status in ('connected', 'awaiting_finalization',
        'setup_incomplete') returning id`;
    for (const { id } of connections) {
      await appendEvent(tx, {
        connectionId: id,
        type: 'connection.changed',
        status: 'reconnect_needed',
      });
    }
    return company.count > 0;
  });
  if (changed) await parkDueDocuments(ledger, companyId);
}

/** What is due and in no push waits visibly, not in a queue that does not move. */
async function parkDueDocuments(ledger: Ledger, companyId: string): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const parked = await ledger.sql.begin(async (tx) => {
      const rows = await tx<{ id: number }[]>`
        select id from documents where company_id = ${companyId} and due_at is not null
          and not exists (
            select 1 from push_items i where i.document_id = documents.id and i.outcome is null)
        order by id limit ${STEP}`;
      await moveDocuments(
        tx,
        rows.map(({ id }) => id),
        () => ({ to: 'waiting', what: 'waiting', reason: reason('reconnect_needed', {}) }),
        'worker',
      );
      return rows.length;
    });
    if (parked < STEP) return;
  }
}

import { appendEvent } from './events.js';
import type { Ledger } from './open.js';

/**
 * Notes that only a reconnect helps: the company is called no more, its connections say so, and what
 * is open waits. Nothing is lost and nothing costs an attempt.
 */
export async function markReconnectNeeded(ledger: Ledger, companyId: string): Promise<void> {
  await ledger.sql.begin(async (tx) => {
    await tx`
      update companies set status = 'reconnect_needed'
      where id = ${companyId} and status = 'connected'`;
    const changed = await tx<{ id: string }[]>`
      update connections set status = 'reconnect_needed'
      where company_id = ${companyId} and status in ('connected', 'awaiting_finalization',
        'setup_incomplete') returning id`;
    for (const { id } of changed) {
      await appendEvent(tx, {
        connectionId: id,
        type: 'connection.changed',
        status: 'reconnect_needed',
      });
    }
  });
}

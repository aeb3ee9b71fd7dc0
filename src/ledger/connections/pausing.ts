import type { Ledger } from '../database/open.js';
import { recordAudit } from '../people/audit.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import type { Connection } from './connections.js';
import { settleGates } from './gate-settling.js';

/**
 * Stops sending for a connection until it is resumed: nothing new goes to QuickBooks. What was sent and
 * has no answer is still found out, and reading goes on. Doing it again changes nothing.
 */
export function pauseConnection(ledger: Ledger, connectionId: string, by: string) {
  return setPaused(ledger, connectionId, { isPaused: true, by });
}

/** Ends a pause: what waited for it goes on, or to the next gate. Doing it again changes nothing. */
export function resumeConnection(ledger: Ledger, connectionId: string, by: string) {
  return setPaused(ledger, connectionId, { isPaused: false, by });
}

async function setPaused(
  ledger: Ledger,
  connectionId: string,
  { isPaused, by }: { isPaused: boolean; by: string },
): Promise<Connection> {
  return ledger.sql.begin(async (tx) => {
    const before = await lockedConnection(tx, connectionId);
    if ((before.pausedAt !== null) === isPaused) return before;
    const pausedAt = isPaused ? ledger.clock() : null;
    await tx`update connections set paused_at = ${pausedAt} where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: isPaused ? 'connection.paused' : 'connection.resumed',
      appId: before.appId,
      connectionId,
    });
    const { status } = await settleGates(tx, ledger, { ...before, pausedAt });
    await announceConnection(tx, connectionId, status);
    return lockedConnection(tx, connectionId);
  });
}

import type { Ledger } from '../database/open.js';
import { appendEvent } from '../events/events.js';
import { recordAudit } from '../people/audit.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import type { Connection } from './connections.js';
import { settleGates } from './gate-settling.js';

/** The lock of accounts on trial: its customer asks for access, support opens it. */

/**
 * Notes who asked for access to a locked connection, and when, and tells the app. Asking again
 * changes nothing: the first request stands.
 *
 * @returns undefined where the connection is not locked.
 */
export async function requestAccess(
  ledger: Ledger,
  connectionId: string,
  by: string,
): Promise<Connection | undefined> {
  return ledger.sql.begin(async (tx) => {
    const connection = await lockedConnection(tx, connectionId);
    if (connection.status !== 'locked') return undefined;
    if (connection.accessRequestedAt !== null) return connection;
    await tx`
      update connections set access_requested_at = ${ledger.clock()}, access_requested_by = ${by}
      where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.access_requested',
      appId: connection.appId,
      connectionId,
    });
    const { status } = connection;
    await appendEvent(tx, { connectionId, type: 'connection.access_requested', status });
    return lockedConnection(tx, connectionId);
  });
}

/**
 * Support opens a connection for good: no trial locks it from here on. What waited for this goes on,
 * or to the next gate. Doing it again changes nothing.
 */
export async function unlockConnection(
  ledger: Ledger,
  connectionId: string,
  by: string,
): Promise<Connection> {
  return ledger.sql.begin(async (tx) => {
    const before = await lockedConnection(tx, connectionId);
    if (before.unlockedAt !== null) return before;
    const unlockedAt = ledger.clock();
    await tx`update connections set unlocked_at = ${unlockedAt} where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.unlocked',
      appId: before.appId,
      connectionId,
    });
    const { status } = await settleGates(tx, ledger, { ...before, unlockedAt });
    await announceConnection(tx, connectionId, status);
    return lockedConnection(tx, connectionId);
  });
}

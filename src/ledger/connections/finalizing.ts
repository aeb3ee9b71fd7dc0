import { type Reason, reason } from '../../contract/reasons.js';
import type { AnySql, Ledger } from '../database/open.js';
import { recordAudit } from '../people/audit.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import { companyOf, missingOfSetup } from './connection-standing.js';
import type { Connection } from './connections.js';
import { settleGates } from './gate-settling.js';

/** The gate of support: connected is not yet sending where the settings ask for finalization. */

export type FinalizeOutcome =
  /** Sending may begin; `companyId` is to be dispatched. */
  { outcome: 'finalized'; companyId: string | null } | { outcome: 'refused'; reason: Reason };

/**
 * Support finalizes a connection: what waited for it goes on, and what waits for a click may be
 * clicked. Refused while the setup is incomplete, and while QuickBooks' lists were not read yet,
 * because names could not be matched. Doing it again changes nothing.
 */
export async function finalizeConnection(
  ledger: Ledger,
  connectionId: string,
  by: string,
): Promise<FinalizeOutcome> {
  return ledger.sql.begin(async (tx) => {
    const before = await lockedConnection(tx, connectionId);
    const { companyId } = before;
    if (before.finalizedAt !== null) return { outcome: 'finalized', companyId };
    const missing = await missingForFinalization(tx, before);
    if (missing.length > 0) {
      return { outcome: 'refused', reason: reason('setup_incomplete', { missing }) };
    }
    const finalizedAt = ledger.clock();
    await tx`update connections set finalized_at = ${finalizedAt} where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.finalized',
      appId: before.appId,
      connectionId,
    });
    const { status } = await settleGates(tx, ledger, { ...before, finalizedAt });
    await announceConnection(tx, connectionId, status);
    return { outcome: 'finalized', companyId };
  });
}

async function missingForFinalization(sql: AnySql, connection: Connection): Promise<string[]> {
  if (connection.companyId === null) return ['connection'];
  const company = await companyOf(sql, connection);
  const lists = (company?.listsReadAt ?? null) === null ? ['lists'] : [];
  return [...new Set([...missingOfSetup({ ...connection, company }), ...lists])];
}

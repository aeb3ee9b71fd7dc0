import type { ConnectionStatus } from '../contract/connection.js';
import { type Reason, reason } from '../contract/reasons.js';
import { recordAudit } from './audit.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import type { Connection } from './connections.js';
import { moveDocuments } from './moves.js';
import type { AnySql, Ledger, Transaction } from './open.js';

/** The gate of support: connected is not yet sending where the settings ask for finalization. */

/** Where a connection stands once QuickBooks has said yes. */
export function statusOnceConnected({
  settings,
  finalizedAt,
}: Pick<Connection, 'settings' | 'finalizedAt'>): ConnectionStatus {
  return settings.finalization && finalizedAt === null ? 'awaiting_finalization' : 'connected';
}

export type FinalizeOutcome =
  /** Sending may begin; `companyId` is to be dispatched. */
  { outcome: 'finalized'; companyId: string | null } | { outcome: 'refused'; reason: Reason };

/** Documents told in one transaction; the sweep tells those beyond. */
const TOLD_AT_ONCE = 500;

/**
 * Support finalizes a connection: what waited for it goes on, and what waits for a click may be
 * clicked. Refused while QuickBooks' lists were not read yet, because names could not be matched.
 * Doing it again changes nothing.
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
    const status = before.status === 'awaiting_finalization' ? 'connected' : before.status;
    await tx`
      update connections set finalized_at = ${ledger.clock()}, status = ${status}
      where id = ${connectionId}`;
    await recordAudit(tx, {
      actor: by,
      action: 'connection.finalized',
      appId: before.appId,
      connectionId,
    });
    await releaseFromFinalization(tx);
    await announceConnection(tx, connectionId, status);
    return { outcome: 'finalized', companyId };
  });
}

async function missingForFinalization(
  sql: AnySql,
  { companyId }: Pick<Connection, 'companyId'>,
): Promise<string[]> {
  if (companyId === null) return ['a connection to QuickBooks'];
  const [list] = await sql`
    select 1 as one from record_lists
    where company_id = ${companyId} and type = 'item' and refreshed_at is not null`;
  return list === undefined ? ['the lists of QuickBooks, which were not read yet'] : [];
}

/**
 * Puts documents where their connection's finalization has them: once it is done, what was asked for
 * goes on and what nobody clicked waits for its click; while it is awaited, what waited for the
 * connect waits for it.
 *
 * @returns how many were told.
 */
export async function releaseFromFinalization(tx: Transaction): Promise<number> {
  const rows = await tx<{ id: number; awaiting: boolean }[]>`
    select d.id, c.status = 'awaiting_finalization' as awaiting
    from connections c join documents d on d.connection_id = c.id
    where d.status in ('waiting', 'not_ready')
      and (c.status = 'connected' and d.reason = 'not_finalized'
        or c.status = 'awaiting_finalization' and d.reason = 'reconnect_needed')
      and not exists (select 1 from push_items i where i.document_id = d.id and i.outcome is null)
    order by d.id limit ${TOLD_AT_ONCE} for no key update of d`;
  const awaiting = new Set(rows.filter((row) => row.awaiting).map(({ id }) => id));
  await moveDocuments(
    tx,
    rows.map(({ id }) => id),
    ({ id, status }) => {
      if (awaiting.has(id)) {
        return { to: 'waiting', what: 'connected', reason: reason('not_finalized', {}) };
      }
      return status === 'waiting'
        ? { to: 'queued', what: 'finalized', dueInMs: 0 }
        : { to: 'not_ready', what: 'finalized', reason: reason('waits_for_click', {}) };
    },
    'worker',
  );
  return rows.length;
}

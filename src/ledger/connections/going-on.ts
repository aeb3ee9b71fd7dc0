import { type ConnectionStatus, isConnected } from '../../contract/connection.js';
import { wantNoCheck } from '../companies/company-checks.js';
import type { Ledger, Transaction } from '../database/open.js';
import { lockWaitingForReconnect, releaseReconnected } from '../pushes/due.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import { standAnew } from './connection-standing.js';
import { releaseFromGates } from './gate-release.js';
import { lockConnectionsOf } from './reconnect.js';

/** What could not be called and can be again: connections, documents and the app's news of it. */

/**
 * A company that was checked can be used: what waited for that goes on by itself.
 *
 * @param was its status when it was checked; where it is another one by now nothing happens.
 * @returns whether there is something to dispatch.
 */
export async function goOnAfterCheck(
  ledger: Ledger,
  companyId: string,
  was: 'suspended' | 'reconnect_needed',
): Promise<boolean> {
  return ledger.sql.begin(async (tx) => {
    const company = await tx`
      update companies set status = 'connected' where id = ${companyId} and status = ${was}
      returning 1`;
    if (company.count === 0) return false;
    await wantNoCheck(tx, companyId);
    await goOn(ledger, tx, companyId, new Map());
    return true;
  });
}

/**
 * Lets all connections of a company go on that stood still with it. The company's row is held and says
 * `connected`.
 *
 * @param others connections that are announced and released beside them, with their status.
 */
export async function goOn(
  { clock }: Pick<Ledger, 'clock'>,
  tx: Transaction,
  companyId: string,
  others: ReadonlyMap<string, ConnectionStatus>,
): Promise<void> {
  const revived = await revive(tx, companyId, [...others.keys()]);
  const connected = new Map([...revived, ...others]);
  const sending = [...connected].flatMap(([id, now]) => (isConnected(now) ? [id] : []));
  // Documents before event counters, as settling does: one order, no deadlock.
  const waiting = await lockWaitingForReconnect(tx, companyId, sending);
  await releaseFromGates(tx, clock(), [...connected.keys()]);
  for (const [connectionId, now] of [...connected].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await announceConnection(tx, connectionId, now);
  }
  await releaseReconnected(tx, clock(), waiting);
}

async function revive(
  tx: Transaction,
  companyId: string,
  except: readonly string[],
): Promise<Map<string, ConnectionStatus>> {
  await lockConnectionsOf(tx, companyId);
  const rows = await tx<{ id: string }[]>`
    select id from connections
    where company_id = ${companyId} and id <> all(${[...except]}::uuid[])
      and status in ('reconnect_needed', 'disconnected_in_quickbooks', 'company_suspended')
    order by id`;
  const revived = new Map<string, ConnectionStatus>();
  for (const { id } of rows) {
    const { status } = await standAnew(tx, await lockedConnection(tx, id));
    revived.set(id, status);
  }
  return revived;
}

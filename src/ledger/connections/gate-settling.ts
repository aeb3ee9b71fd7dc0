import type { Ledger, Transaction } from '../database/open.js';
import { standAnew } from './connection-standing.js';
import type { Connection } from './connections.js';
import { releaseFromGates } from './gate-release.js';

/**
 * Stores where a connection stands after a change to it, and puts its documents there: to be called
 * in the transaction of the change, with the connection as it is by then and its lock held. Telling
 * the app is the caller's.
 */
export async function settleGates(
  tx: Transaction,
  { clock }: Pick<Ledger, 'clock'>,
  changed: Connection,
): Promise<Connection> {
  const settled = await standAnew(tx, changed);
  if (settled.status !== changed.status) await releaseFromGates(tx, clock(), [changed.id]);
  return settled;
}

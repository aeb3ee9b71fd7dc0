import { RECORD_TYPES } from '../contract/run.js';
import { announceConnection, lockedConnection } from './connection-changes.js';
import { settleGates } from './gate-settling.js';
import type { Ledger, Transaction } from './open.js';

/** The first download: from when on all lists of a company are known. */

/** Connections looked at in one call; the sweep goes on. */
const CONNECTIONS_MAX = 1_000;

/** Notes that all lists of the company were read once, where that is so; it stays so. */
export async function noteListsRead(tx: Transaction, companyId: string): Promise<void> {
  await tx`
    update companies set lists_read_at = now()
    where id = ${companyId} and lists_read_at is null and ${RECORD_TYPES.length} = (
      select count(*) from record_lists
      where company_id = ${companyId} and type = any(${[...RECORD_TYPES]}::text[])
        and refreshed_at is not null)`;
}

/**
 * Looks again at connections whose setup lacked the first download, and whose company has it by now.
 * Apart from the run that brought it, because documents are locked before what that holds; whoever
 * saves settings meanwhile finds the download noted, and one of the two opens the gate.
 *
 * @param companyId default: all, as the sweep does.
 * @returns how many were looked at.
 */
export async function settleListsRead(ledger: Ledger, companyId?: string): Promise<number> {
  const { sql } = ledger;
  const rows = await sql<{ id: string }[]>`
    select c.id from connections c join companies m on m.id = c.company_id
    where c.setup_missing @> '["lists"]' and m.lists_read_at is not null
      ${companyId === undefined ? sql`` : sql`and m.id = ${companyId}`}
    order by c.id limit ${CONNECTIONS_MAX}`;
  for (const { id } of rows) {
    await sql.begin(async (tx) => {
      const before = await lockedConnection(tx, id);
      const { status } = await settleGates(tx, before);
      if (status !== before.status) await announceConnection(tx, id, status);
    });
  }
  return rows.length;
}

import { RECORD_TYPES, type RecordType } from '../../contract/run.js';
import { announceConnection, lockedConnection } from '../connections/connection-changes.js';
import { settleGates } from '../connections/gate-settling.js';
import { lockConnectionsOf } from '../connections/reconnect.js';
import type { Ledger, Transaction } from '../database/open.js';

/** What lists of a company that were read mean for the setup of its connections. */

/** Companies looked at in one call; the sweep goes on. */
const COMPANIES_MAX = 1_000;

/** Types of records that a setup may ask for. */
const ASKED_FOR: ReadonlySet<RecordType> = new Set(['account']);

/**
 * Notes in the transaction that brings records that these types changed: setups that ask for them are
 * looked at again. Also, once, that all lists of the company were read, where that is so.
 */
export async function noteListsRead(
  tx: Transaction,
  companyId: string,
  types: readonly RecordType[],
): Promise<void> {
  if (types.some((type) => ASKED_FOR.has(type))) {
    await tx`update companies set setup_unchecked = true where id = ${companyId}`;
  }
  await tx`
    update companies set lists_read_at = now()
    where id = ${companyId} and lists_read_at is null and ${RECORD_TYPES.length} = (
      select count(*) from record_lists
      where company_id = ${companyId} and type = any(${[...RECORD_TYPES]}::text[])
        and refreshed_at is not null)`;
}

/**
 * Looks again at connections whose setup may be another one since lists were read: what it lacked is
 * there, or an account it asks for is gone. Apart from the run that brought them, because documents are
 * locked before what that holds; whoever saves settings meanwhile finds the lists noted, and one of the
 * two opens the gate.
 *
 * @param companyId default: all, as the sweep does.
 * @returns how many connections stand elsewhere by it.
 */
export async function settleSetups(ledger: Ledger, companyId?: string): Promise<number> {
  const { sql } = ledger;
  const rows = await sql<{ id: string }[]>`
    select m.id from companies m
    where (m.setup_unchecked or (m.lists_read_at is not null and exists (
        select 1 from connections c
        where c.company_id = m.id and c.setup_missing @> '["lists"]')))
      ${companyId === undefined ? sql`` : sql`and m.id = ${companyId}`}
    order by m.id limit ${COMPANIES_MAX}`;
  let moved = 0;
  for (const { id } of rows) moved += await sql.begin((tx) => settleSetupsOf(ledger, tx, id));
  return moved;
}

async function settleSetupsOf(ledger: Ledger, tx: Transaction, companyId: string): Promise<number> {
  // First: what is noted from here on is looked at by the next one.
  await tx`
    update companies set setup_unchecked = false where id = ${companyId} and setup_unchecked`;
  await lockConnectionsOf(tx, companyId);
  const connections = await tx<{ id: string }[]>`
    select id from connections where company_id = ${companyId} order by id`;
  let moved = 0;
  for (const { id } of connections) {
    const before = await lockedConnection(tx, id);
    const { status } = await settleGates(tx, ledger, before);
    if (status === before.status) continue;
    await announceConnection(tx, id, status);
    moved += 1;
  }
  return moved;
}

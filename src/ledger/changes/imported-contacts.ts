import { connectionById } from '../connections/connections.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { appendEvents } from '../events/events.js';
import { namesBeingMade } from '../pushes/in-flight.js';
import type { ClaimedRun } from '../runs/claimed-runs.js';
import {
  type CustomerNow,
  judgeContacts,
  keepContacts,
  knownTo,
  serializeContacts,
} from './changed-contacts.js';

/**
 * Tells the app of customers that QuickBooks has, each once: of one it was told of only what has changed
 * while it did not want to know, and of one it has told us of nothing. Nothing is told where the setting
 * was turned off meanwhile.
 */
export async function importContacts(
  ledger: Ledger,
  tx: Transaction,
  { companyId, connectionId }: Pick<ClaimedRun, 'companyId' | 'connectionId'>,
  customers: readonly CustomerNow[],
): Promise<void> {
  const connection = await wantedBy(tx, connectionId);
  if (connection === undefined || customers.length === 0) return;
  await serializeContacts(tx, companyId);
  const ids = customers.map(({ quickbooksId }) => quickbooksId);
  const known = await knownTo(tx, companyId, connectionId, ids);
  // Whatever becomes of it, the app knows it: it is made, or found under its name and linked.
  const beingMade = await namesBeingMade(tx, companyId, connectionId);
  const unlinked = customers.filter(({ quickbooksId }) => {
    const before = known.get(quickbooksId);
    return before === undefined || before.contentHash !== null || !before.isLinked;
  });
  // What it left aside because of a write of ours is told by the changes.
  const { kept, told } = judgeContacts(ledger, connection, unlinked, { known, beingMade });
  await keepContacts(tx, companyId, connectionId, kept);
  await appendEvents(tx, told);
}

/** Notes that it is done until the setting is turned on anew, unless it was not wanted at last. */
export async function noteContactsImported(
  { sql, clock }: Ledger,
  { connectionId }: Pick<ClaimedRun, 'connectionId'>,
): Promise<void> {
  if ((await wantedBy(sql, connectionId)) === undefined) return;
  await sql`
    update connections set contacts_imported_at = coalesce(contacts_imported_at, ${clock()})
    where id = ${connectionId}`;
}

async function wantedBy(sql: AnySql, connectionId: string) {
  const connection = await connectionById(sql, connectionId);
  const isWanted = connection?.companyId != null && connection.settings.imports.contacts;
  return isWanted ? connection : undefined;
}

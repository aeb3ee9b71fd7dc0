import type { RunJob } from '../../contract/run.js';
import type { Settings } from '../../contract/settings.js';
import type { Connection } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import type { NewEvent } from '../events/events.js';
import { cancelContactsImport } from './cancelled-runs.js';
import { openRun } from './runs.js';

/** Bringing what QuickBooks had before: asked for by settings, done once. */

/**
 * Starts what the settings of a connection ask for, together with what made them ask: customers once whenever
 * the setting is turned on; old invoices only where that was chosen
 * by the time of the first connect, and again where a lost connection ended that. Whoever does it wakes
 * the runs.
 */
export async function startImports(
  tx: Transaction,
  connection: Connection,
  after: 'first_connect' | 'connect' | 'settings',
): Promise<void> {
  if (connection.companyId === null || connection.status === 'locked') return;
  const { contacts, invoices } = connection.settings.imports;
  if (contacts && connection.contactsImportedAt === null) {
    await openRun(tx, connection, { job: 'import_contacts', trigger: 'person' });
  }
  const window = after === 'connect' ? await brokenOff(tx, connection.id) : undefined;
  if ((invoices && after === 'first_connect') || window !== undefined) {
    await openRun(tx, connection, { job: 'import_invoices', trigger: 'person', window });
  }
}

/**
 * Follows the setting that contacts are taken over: turned off, a run that brings them ends; turned on,
 * all there are count as not told yet, whatever was told before, because nobody told of those that came
 * meanwhile. What an app was told of is not told again by it.
 *
 * @returns what the app is to be told, once the counters of events may be taken.
 */
export async function followContactsSetting(
  tx: Transaction,
  connection: Connection,
  { imports }: Settings,
): Promise<NewEvent[]> {
  const was = connection.settings.imports.contacts;
  if (was === imports.contacts) return [];
  if (was) return cancelContactsImport(tx, connection);
  await tx`update connections set contacts_imported_at = null where id = ${connection.id}`;
  return [];
}

/** The span of the last import of invoices, where that failed for want of a connection. */
async function brokenOff(tx: Transaction, connectionId: string) {
  const [last] = await tx<{ from: Date | null; to: Date | null; isBrokenOff: boolean }[]>`
    select window_from as from, window_to as to,
      status = 'failed' and reason = 'reconnect_needed' as is_broken_off
    from runs where connection_id = ${connectionId} and job = 'import_invoices'
    order by id desc limit 1`;
  return last?.isBrokenOff === true ? { from: last.from, to: last.to } : undefined;
}

/** Runs of imports that are open, to wake them. */
export async function openImports({ sql }: Ledger, connectionId: string): Promise<number[]> {
  const jobs: readonly RunJob[] = ['import_contacts', 'import_invoices'];
  const rows = await sql<{ id: number }[]>`
    select id from runs where connection_id = ${connectionId} and ended_at is null
      and job = any(${jobs as string[]}::text[])`;
  return rows.map(({ id }) => id);
}

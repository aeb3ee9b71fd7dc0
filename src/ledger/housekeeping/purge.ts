import { connectionById } from '../connections/connections.js';
import type { Ledger, Transaction } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import { recordAudit } from '../people/audit.js';

/** Why a connection cannot be purged now. */
export class PurgeRefused extends Error {
  override name = 'PurgeRefused';
}

/** What was deleted. */
export interface Purged {
  documents: number;
  /** The company went with it: no other connection had anything to do with it. */
  company: boolean;
}

/** Documents deleted in one transaction. */
const BATCH = 500;

/**
 * Deletes everything the ledger holds of a connection, and of its company where nobody else has to
 * do with it. QuickBooks keeps what it has. What stays: audit rows, which hold ids alone, and the
 * encrypted answers under the app's Idempotency-Keys, which end after 30 days. Broken off, it goes
 * on when it is called again.
 *
 * @throws PurgeRefused where it is still tied to a company, or a push of it is under way.
 */
export async function purgeConnection(
  ledger: Ledger,
  connectionId: string,
  by: string,
): Promise<Purged> {
  let documents = 0;
  // Ends: every transaction deletes what the next one cannot find.
  for (;;) {
    const deleted = await ledger.sql.begin((tx) => purgeDocuments(tx, connectionId));
    documents += deleted;
    if (deleted < BATCH) break;
  }
  const company = await ledger.sql.begin((tx) => purgeRest(tx, connectionId, documents, by));
  return { documents, company };
}

async function untied(tx: Transaction, connectionId: string) {
  const connection = await connectionById(tx, connectionId, { lock: true });
  if (connection === undefined) throw new PurgeRefused('There is no such connection.');
  if (connection.companyId !== null) {
    throw new PurgeRefused('Disconnect it first: what is deleted here must not be sent meanwhile.');
  }
  return connection;
}

async function purgeDocuments(tx: Transaction, connectionId: string): Promise<number> {
  await untied(tx, connectionId);
  const rows = await tx<{ id: number }[]>`
    select id from documents where connection_id = ${connectionId}
    order by id limit ${BATCH} for update`;
  const ids = rows.map(({ id }) => id);
  const pushes = await tx<{ id: number; isOpen: boolean }[]>`
    select p.id, p.closed_at is null as is_open from pushes p
    where p.id in (select push_id from push_items where document_id = any(${ids}::bigint[]))`;
  if (pushes.some(({ isOpen }) => isOpen)) {
    throw new PurgeRefused('A document of it is being sent. Try again in a minute.');
  }
  await releaseOthers(tx, connectionId, ids);
  await purgePushes(
    tx,
    ids,
    pushes.map(({ id }) => id),
  );
  await tx`delete from document_history where document_id = any(${ids}::bigint[])`;
  await tx`delete from documents where id = any(${ids}::bigint[])`;
  return ids.length;
}

/** Documents of other connections that wait for a name this one asked for first ask themselves. */
async function releaseOthers(tx: Transaction, connectionId: string, ids: number[]): Promise<void> {
  const waiting = await tx<{ id: number }[]>`
    select id from documents
    where blocked_by = any(${ids}::bigint[]) and connection_id <> ${connectionId}`;
  await moveDocuments(
    tx,
    waiting.map(({ id }) => id),
    () => ({ to: 'queued', what: 'released', dueInMs: 0 }),
    'worker',
  );
}

/** A batch may have carried documents of another connection: then it stays, without its bytes. */
async function purgePushes(tx: Transaction, documentIds: number[], ids: number[]): Promise<void> {
  await tx`
    update requests set path_cipher = null, body_cipher = null, answer_cipher = null
    where push_id = any(${ids}::bigint[])`;
  await tx`delete from push_items where document_id = any(${documentIds}::bigint[])`;
  const emptied = await tx<{ id: number }[]>`
    select id from pushes p where id = any(${ids}::bigint[])
      and not exists (select 1 from push_items i where i.push_id = p.id)`;
  const emptyIds = emptied.map(({ id }) => id);
  await tx`delete from requests where push_id = any(${emptyIds}::bigint[])`;
  await tx`delete from pushes where id = any(${emptyIds}::bigint[])`;
}

/** Tables that hold rows of a connection beside its documents, those that refer first. */
const OF_CONNECTION = [
  'cause_counts',
  'contacts',
  'review_requests',
  'imported_invoices',
  'schedules',
  'links',
  'attachment_pieces',
  'runs',
  'events',
  'deliveries',
  'event_counters',
  'settings_history',
  'connect_links',
  'page_links',
  'customer_sessions',
  'oauth_states',
] as const;

async function purgeRest(
  tx: Transaction,
  connectionId: string,
  documents: number,
  by: string,
): Promise<boolean> {
  const connection = await untied(tx, connectionId);
  const [left] = await tx`select 1 from documents where connection_id = ${connectionId} limit 1`;
  if (left !== undefined) throw new PurgeRefused('The app stated a document meanwhile. Try again.');
  const companies = await tx<{ companyId: string }[]>`
    select company_id from links where connection_id = ${connectionId}
    union select company_id from runs where connection_id = ${connectionId}
    union select ${connection.formerCompanyId}::uuid`;
  await tx`
    delete from records_staged
    where run_id in (select id from runs where connection_id = ${connectionId})`;
  await tx`
    delete from delivery_log
    where delivery_id in (select id from deliveries where connection_id = ${connectionId})`;
  for (const table of OF_CONNECTION) {
    await tx`delete from ${tx(table)} where connection_id = ${connectionId}`;
  }
  await tx`delete from connections where id = ${connectionId}`;
  let company = false;
  for (const { companyId } of companies) {
    if (companyId !== null && (await purgeCompany(tx, companyId))) company = true;
  }
  const about = { appId: connection.appId, connectionId, subject: { documents, company } };
  await recordAudit(tx, { actor: by, action: 'connection.purged', ...about });
  return company;
}

const OF_COMPANY = [
  'received_payments',
  'records',
  'record_lists',
  'tokens',
  'lane_slots',
  'lanes',
  'read_meter',
  'read_days',
  'change_looks',
  'dispatch_state',
] as const;

/** A company goes when nothing of anybody else refers to it any more. */
async function purgeCompany(tx: Transaction, companyId: string): Promise<boolean> {
  const [used] = await tx<{ used: boolean }[]>`
    select exists (select 1 from connections
        where company_id = ${companyId} or former_company_id = ${companyId})
      or exists (select 1 from documents where company_id = ${companyId})
      or exists (select 1 from links where company_id = ${companyId})
      or exists (select 1 from runs where company_id = ${companyId})
      or exists (select 1 from pushes where company_id = ${companyId}) as used`;
  if (used?.used !== false) return false;
  // By the realm, so that what was told before the first connect goes, too.
  await tx`
    delete from inbound_webhooks
    where realm_hash in (select realm_hash from companies where id = ${companyId})`;
  for (const table of OF_COMPANY)
    await tx`delete from ${tx(table)} where company_id = ${companyId}`;
  await tx`delete from companies where id = ${companyId}`;
  return true;
}

import type { Ledger, Transaction } from '../database/open.js';
import { appendEvents, type NewEvent } from '../events/events.js';
import { namesBeingMade } from '../pushes/in-flight.js';
import type { ChangesScope, CompanyConnection } from './changes-scope.js';

/** A customer as QuickBooks holds it now. */
export interface CustomerNow {
  quickbooksId: string;
  syncToken: string;
  changedAt: string | null;
  active: boolean;
  displayName: string;
  /** All an app can take over of it, in one text. */
  content: string;
}

/** What one connection knows of one customer. */
interface Known {
  quickbooksId: string;
  contentHash: Buffer | null;
  changedAt: Date | null;
  /** The app has it under an id of its own. */
  isLinked: boolean;
  /** SyncToken of our last answer about it; null where there was none. */
  ownToken: string | null;
  /** A change of ours is on its way to it. */
  isBeingWritten: boolean;
}

/**
 * Tells apps that take contacts over of new and changed ones. A customer whose last change was our own
 * write is known by its SyncToken and not told back; one the app made is never new to it.
 *
 * @returns ids that cannot be told from customers of ours whose answers are not in: they come again
 */
export async function applyContacts(
  ledger: Ledger,
  tx: Transaction,
  scope: Pick<ChangesScope, 'id' | 'connections'>,
  customers: readonly CustomerNow[],
): Promise<string[]> {
  const takers = [...scope.connections.values()].filter(
    ({ settings }) => settings.imports.contacts,
  );
  if (takers.length === 0 || customers.length === 0) return [];
  await serializeContacts(tx, scope.id);
  const deferred = new Set<string>();
  for (const connection of takers) {
    const beingMade = await namesBeingMade(tx, scope.id, connection.id);
    const ids = customers.map(({ quickbooksId }) => quickbooksId);
    const known = await knownTo(tx, scope.id, connection.id, ids);
    const judged = judgeContacts(ledger, connection, customers, { known, beingMade });
    for (const id of judged.deferred) deferred.add(id);
    await keepContacts(tx, scope.id, connection.id, judged.kept);
    await appendEvents(tx, judged.told);
  }
  return [...deferred];
}

/**
 * Whoever tells of a company's customers does it one after the other until their transactions end: a first
 * import and a run of changes would both tell of a customer neither has seen.
 */
export async function serializeContacts(tx: Transaction, companyId: string): Promise<void> {
  await tx`select pg_advisory_xact_lock(hashtextextended(${`contacts ${companyId}`}, 0))`;
}

interface Kept {
  quickbooksId: string;
  contentHash: Buffer;
  changedAt: string | null;
}

/**
 * What of these customers an app is to be told, and what it knows of them then.
 *
 * @param facts.known what it knows of them before.
 * @param facts.beingMade names of customers that may have been made for it a moment ago.
 */
export function judgeContacts(
  ledger: Pick<Ledger, 'hash'>,
  connection: Pick<CompanyConnection, 'id' | 'appId'>,
  customers: readonly CustomerNow[],
  { known, beingMade }: { known: ReadonlyMap<string, Known>; beingMade: ReadonlySet<string> },
): { kept: Kept[]; told: NewEvent[]; deferred: string[] } {
  const kept: Kept[] = [];
  const told: NewEvent[] = [];
  const deferred: string[] = [];
  for (const customer of customers) {
    const { quickbooksId, changedAt, active } = customer;
    const before = known.get(quickbooksId);
    if (isOlder(changedAt, before?.changedAt ?? null)) continue;
    const contentHash = ledger.hash.hash('contact', customer.content);
    const isKnown = before !== undefined && (before.contentHash !== null || before.isLinked);
    const isUncertain = isKnown
      ? before.isBeingWritten && !isOwn(customer, before)
      : beingMade.has(customer.displayName.trim().toLowerCase());
    if (isUncertain) {
      deferred.push(quickbooksId);
      continue;
    }
    // Nobody wants to take over what was made inactive before the app ever saw it.
    if (!isKnown && !active) continue;
    kept.push({ quickbooksId, contentHash, changedAt });
    if (before?.contentHash?.equals(contentHash) === true || isOwn(customer, before)) continue;
    told.push({
      connectionId: connection.id,
      appId: connection.appId,
      type: isKnown ? 'contact.updated' : 'contact.imported',
      record: { type: 'customer', recordId: quickbooksId },
    });
  }
  return { kept, told, deferred };
}

function isOwn({ syncToken }: CustomerNow, known: Known | undefined): boolean {
  const own = known?.ownToken ?? null;
  return own !== null && Number(syncToken) <= Number(own);
}

const isOlder = (now: string | null, known: Date | null) =>
  now !== null && known !== null && new Date(now) < known;

/** What a connection knows of these customers; a row each. */
export async function knownTo(
  tx: Transaction,
  companyId: string,
  connectionId: string,
  ids: readonly string[],
): Promise<Map<string, Known>> {
  const rows = await tx<Known[]>`
    select t.id as quickbooks_id, k.content_hash, k.changed_at, l.is_linked, l.own_token, l.is_being_written
    from unnest(${ids as string[]}::text[]) as t(id)
    left join contacts k on k.connection_id = ${connectionId} and k.company_id = ${companyId}
      and k.quickbooks_id = t.id
    cross join lateral (
      select count(*) > 0 as is_linked, max(o.sync_token::bigint)::text as own_token,
        coalesce(bool_or(exists (
          select 1 from documents d join push_items i on i.document_id = d.id and i.outcome is null
          where d.connection_id = o.connection_id and d.kind = o.kind
            and d.external_id = o.external_id and i.operation is not null)), false)
          as is_being_written
      from links o
      where o.company_id = ${companyId} and o.kind = 'customer' and o.quickbooks_id = t.id
        and o.connection_id = ${connectionId}) l`;
  return new Map(rows.map((row) => [row.quickbooksId, row]));
}

/** Remembers what a connection was told of, or has told us. */
export async function keepContacts(
  tx: Transaction,
  companyId: string,
  connectionId: string,
  kept: readonly Kept[],
): Promise<void> {
  if (kept.length === 0) return;
  const rows = [...new Map(kept.map((row) => [row.quickbooksId, row])).values()].sort((a, b) =>
    a.quickbooksId < b.quickbooksId ? -1 : 1,
  );
  await tx`
    insert into contacts ${tx(rows.map((row) => ({ ...row, connectionId, companyId })))}
    on conflict (connection_id, company_id, quickbooks_id) do update set
      content_hash = excluded.content_hash, changed_at = excluded.changed_at, told_at = now()`;
}

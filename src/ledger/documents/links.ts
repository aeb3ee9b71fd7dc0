import type { DocumentKind } from '../../contract/documents/index.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';
import { genericItemId } from './dependency-names.js';

/** What QuickBooks holds for a document, as of its last answer. */
export interface LinkState {
  quickbooksId: string;
  syncToken: string | null;
  number: string | null;
  totalMinor: number | null;
  balanceMinor: number | null;
  currency: string | null;
  /** QuickBooks' LastUpdatedTime of the copy this is from, ISO; null where it is not known. */
  changedAt?: string | null;
  /** Somebody voided it there. */
  voidedThere?: boolean;
  /** How we came to it: made by us, brought from there, or found there. */
  origin: 'pushed' | 'imported' | 'matched';
}

/** A link to write: the document's own, or one an app's reference asked for. */
export interface NewLink extends LinkState {
  connectionId: string;
  companyId: string;
  kind: DocumentKind;
  externalId: string;
  /** The kind it is in QuickBooks, where that is another one. */
  storedAs?: DocumentKind;
  /** One QuickBooks object, one document: transactions always, names never. */
  exclusive: boolean;
}

/** Kinds of records that can be merged in QuickBooks. */
const MERGING: ReadonlySet<DocumentKind> = new Set(['customer', 'vendor', 'item']);

/**
 * Writes links; one that is there takes the newer state and keeps its origin. An answer may be about a
 * record that was merged into another since: the link is to that one then, of whose state it says
 * nothing.
 */
export async function saveLinks(tx: Transaction, links: readonly NewLink[]): Promise<void> {
  if (links.length === 0) return;
  // One statement may not write a row twice; the later word wins.
  const byKey = new Map(
    links.map((link) => [[link.connectionId, link.kind, link.externalId].join(' '), link]),
  );
  const ordered = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
  const survivors = await survivorsOf(tx, ordered);
  const rows = ordered.map((link) => {
    const quickbooksId = survivors.get(recordKey(link));
    return quickbooksId === undefined
      ? link
      : { ...link, quickbooksId, syncToken: null, changedAt: null };
  });
  // As one parameter: a document of thousands of lines has more rows than a statement has places.
  await tx`
    insert into links (connection_id, company_id, kind, stored_as, external_id, quickbooks_id, origin,
      exclusive, sync_token, number, total_minor, balance_minor, currency, changed_at)
    select * from jsonb_to_recordset(${tx.json(rows as never)}) as l("connectionId" uuid,
      "companyId" uuid, kind text, "storedAs" text, "externalId" text, "quickbooksId" text, origin text,
      exclusive boolean, "syncToken" text, number text, "totalMinor" bigint, "balanceMinor" bigint,
      currency text, "changedAt" timestamptz)
    on conflict (connection_id, company_id, kind, external_id) do update set
      quickbooks_id = excluded.quickbooks_id,
      stored_as = coalesce(excluded.stored_as, links.stored_as),
      sync_token = coalesce(excluded.sync_token, links.sync_token),
      number = coalesce(excluded.number, links.number),
      total_minor = coalesce(excluded.total_minor, links.total_minor),
      balance_minor = coalesce(excluded.balance_minor, links.balance_minor),
      currency = coalesce(excluded.currency, links.currency),
      changed_at = greatest(excluded.changed_at, links.changed_at), synced_at = now()`;
}

const recordKey = ({ companyId, kind, quickbooksId }: LinkedRecord) =>
  [companyId, kind, quickbooksId].join(' ');

type LinkedRecord = Pick<NewLink, 'companyId' | 'kind' | 'quickbooksId'>;

/**
 * Who is there in the place of records that were merged away. The records are locked: a merge that is
 * followed in this moment either is seen here or sees the links that are written.
 */
async function survivorsOf(
  tx: Transaction,
  links: readonly LinkedRecord[],
): Promise<Map<string, string>> {
  const records = links.flatMap(({ companyId, kind, quickbooksId }) =>
    MERGING.has(kind) ? [{ company_id: companyId, type: kind, quickbooks_id: quickbooksId }] : [],
  );
  if (records.length === 0) return new Map();
  const rows = await tx<(LinkedRecord & { mergedInto: string | null })[]>`
    select r.company_id, r.type as kind, r.quickbooks_id, r.merged_into
    from records r
    where (r.company_id, r.type, r.quickbooks_id) in (
      select company_id, type, quickbooks_id from jsonb_to_recordset(${tx.json(records)})
        as k(company_id uuid, type text, quickbooks_id text))
    order by r.company_id, r.type, r.quickbooks_id for share of r`;
  return new Map(
    rows.flatMap((row) => (row.mergedInto === null ? [] : [[recordKey(row), row.mergedInto]])),
  );
}

/** Part of a statement that has a lease as `held`: links references earned by being matched. */
export function matchedLinks(sql: AnySql, links: readonly NewLink[]) {
  const rows = links.map(({ connectionId, companyId, kind, externalId, quickbooksId }) => ({
    connectionId,
    companyId,
    kind,
    externalId,
    quickbooksId,
  }));
  return sql`
    insert into links (connection_id, company_id, kind, external_id, quickbooks_id, origin, exclusive)
    select distinct on (m."connectionId", m.kind, m."externalId") m."connectionId", m."companyId",
      m.kind, m."externalId", coalesce(r.merged_into, m."quickbooksId"), 'matched', false
    from held cross join jsonb_to_recordset(${sql.json(rows)}) as m("connectionId" uuid,
      "companyId" uuid, kind text, "externalId" text, "quickbooksId" text)
    left join records r on r.company_id = m."companyId" and r.type = m.kind
      and r.quickbooks_id = m."quickbooksId"
    -- In one order, so that two statements never wait for each other in a circle.
    order by m."connectionId", m.kind, m."externalId"
    on conflict (connection_id, company_id, kind, external_id) do update
      set quickbooks_id = excluded.quickbooks_id, synced_at = now()
      where links.quickbooks_id <> excluded.quickbooks_id`;
}

/** Which document of a company; its link is one row at most. */
export interface LinkKey {
  connectionId: string;
  companyId: string | null;
  kind: string;
  externalId: string;
}

/** Whether QuickBooks has an object for the document. */
export async function isLinked(tx: Transaction, key: LinkKey): Promise<boolean> {
  const { connectionId, companyId, kind, externalId } = key;
  const rows = await tx`
    select 1 from links where connection_id = ${connectionId} and company_id = ${companyId}
      and kind = ${kind} and external_id = ${externalId}`;
  return rows.count > 0;
}

/** Cuts documents from objects that were deleted on the app's wish: stated again, they are new. */
export async function removeLinks(tx: Transaction, keys: readonly LinkKey[]): Promise<void> {
  if (keys.length === 0) return;
  const rows = keys.map(({ connectionId, companyId, kind, externalId }) => ({
    connectionId,
    companyId,
    kind,
    externalId,
  }));
  await tx`
    delete from links l using jsonb_to_recordset(${tx.json(rows)})
      as k("connectionId" uuid, "companyId" uuid, kind text, "externalId" text)
    where l.connection_id = k."connectionId" and l.company_id = k."companyId"
      and l.kind = k.kind and l.external_id = k."externalId"`;
}

/** QuickBooks ids behind the app's own ids, keyed by connection, kind and externalId. */
export async function linkedIds(
  ledger: Ledger,
  companyId: string,
  wanted: readonly { connectionId: string; kind: string; externalId: string }[],
): Promise<Map<string, string>> {
  if (wanted.length === 0) return new Map();
  const rows = await ledger.sql<
    { connectionId: string; kind: string; externalId: string; quickbooksId: string }[]
  >`
    select l.connection_id, l.kind, l.external_id, l.quickbooks_id from links l
    join jsonb_to_recordset(${ledger.sql.json(wanted as never)})
      as w("connectionId" uuid, kind text, "externalId" text)
      on l.connection_id = w."connectionId" and l.kind = w.kind and l.external_id = w."externalId"
    where l.company_id = ${companyId}`;
  return new Map(
    rows.map((row) => [[row.connectionId, row.kind, row.externalId].join(' '), row.quickbooksId]),
  );
}

/** Connections that used a product of all their lines before, whatever it was called. */
export async function usingGenericItem(
  ledger: Ledger,
  companyId: string,
  connectionIds: readonly string[],
): Promise<Set<string>> {
  const rows = await ledger.sql<{ connectionId: string }[]>`
    select distinct connection_id from links
    where connection_id = any(${connectionIds as string[]}::uuid[]) and company_id = ${companyId}
      and kind = 'item' and starts_with(external_id, ${genericItemId('')})`;
  return new Set(rows.map(({ connectionId }) => connectionId));
}

/** Which QuickBooks ids of objects of a kind already belong to a document of the company. */
export async function takenIds(
  ledger: Ledger,
  companyId: string,
  kind: string,
  quickbooksIds: readonly string[],
): Promise<Set<string>> {
  const rows = await ledger.sql<{ quickbooksId: string }[]>`
    select quickbooks_id from links
    where company_id = ${companyId} and coalesce(stored_as, kind) = ${kind} and exclusive
      and quickbooks_id = any(${quickbooksIds as string[]})`;
  return new Set(rows.map(({ quickbooksId }) => quickbooksId));
}

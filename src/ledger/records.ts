import type { RecordAnswer, RecordPage } from '../contract/answers.js';
import { RECORD_TYPES, type RecordType } from '../contract/run.js';
import type { AnySql, Ledger, Transaction } from './open.js';

/** QuickBooks' own object as it is mirrored. */
export interface MirroredRecord {
  type: RecordType;
  quickbooksId: string;
  name: string;
  /** Exact-match key: trimmed, spaces collapsed. */
  nameKey: string;
  /** The same without regard to case. */
  foldedKey: string;
  number: string | null;
  email: string | null;
  active: boolean;
  syncToken: string | null;
  /** ISO moment of QuickBooks' LastUpdatedTime. */
  updatedAt: string | null;
  facts: Record<string, unknown>;
}

const COLUMNS = `type text, quickbooks_id text, name text, name_key text, folded_key text,
  number text, email text, email_key text, active boolean, sync_token text,
  updated_at timestamptz, facts jsonb`;

function rowsOf(records: readonly MirroredRecord[]) {
  return records.map((record) => ({
    type: record.type,
    quickbooks_id: record.quickbooksId,
    name: record.name,
    name_key: record.nameKey,
    folded_key: record.foldedKey,
    number: record.number,
    email: record.email,
    email_key: record.email?.trim().toLowerCase() ?? null,
    active: record.active,
    sync_token: record.syncToken,
    updated_at: record.updatedAt,
    facts: record.facts,
  }));
}

/** What happens to a record that is there already: a copy that is older changes nothing. */
const unlessOlder = (sql: AnySql) => sql`
  on conflict (company_id, type, quickbooks_id) do update set
    name = excluded.name, name_key = excluded.name_key, folded_key = excluded.folded_key,
    number = excluded.number, email = excluded.email, email_key = excluded.email_key,
    active = excluded.active, sync_token = excluded.sync_token,
    updated_at = excluded.updated_at, facts = excluded.facts, seen_at = now()
  where records.updated_at is null or excluded.updated_at is null
    or excluded.updated_at >= records.updated_at`;

/** Takes single objects into the mirror; an older copy than the one there changes nothing. */
export async function mirrorRecords(
  sql: AnySql,
  companyId: string,
  records: readonly MirroredRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const byKey = new Map(records.map((record) => [`${record.type} ${record.quickbooksId}`, record]));
  await sql`
    insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, number, email,
      email_key, active, sync_token, updated_at, facts)
    select ${companyId}, r.* from jsonb_to_recordset(${sql.json(rowsOf([...byKey.values()]) as never)})
      as r(${sql.unsafe(COLUMNS)}) order by type, quickbooks_id
    ${unlessOlder(sql)}`;
}

/** Keeps one page of a running refresh; taken twice, it is kept once. */
export async function stageRecords(
  ledger: Ledger,
  runId: number,
  records: readonly MirroredRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const { sql } = ledger;
  await sql`
    insert into records_staged (run_id, type, quickbooks_id, name, name_key, folded_key, number,
      email, email_key, active, sync_token, updated_at, facts)
    select ${runId}, r.* from jsonb_to_recordset(${sql.json(rowsOf(records) as never)})
      as r(${sql.unsafe(COLUMNS)})
    on conflict (run_id, type, quickbooks_id) do nothing`;
}

/** Forgets pages that were kept for a run. */
export async function forgetStaged(sql: AnySql, runId: number): Promise<void> {
  await sql`delete from records_staged where run_id = ${runId}`;
}

/**
 * Swaps a type's list for the staged one: what is gone from QuickBooks becomes inactive, what a
 * person hid stays hidden, and a copy that a push made newer meanwhile stays.
 */
export async function swapRecords(
  tx: Transaction,
  run: { id: number; companyId: string; startedAt: Date },
  type: RecordType,
): Promise<void> {
  const { companyId } = run;
  await tx`
    insert into records (company_id, type, quickbooks_id, name, name_key, folded_key, number, email,
      email_key, active, sync_token, updated_at, facts)
    select ${companyId}, type, quickbooks_id, name, name_key, folded_key, number, email, email_key,
      active, sync_token, updated_at, facts
    from records_staged where run_id = ${run.id} and type = ${type} order by quickbooks_id
    ${unlessOlder(tx)}`;
  await tx`
    update records r set active = false where company_id = ${companyId} and type = ${type}
      and active and seen_at < ${run.startedAt}
      and not exists (select 1 from records_staged s where s.run_id = ${run.id}
        and s.type = r.type and s.quickbooks_id = r.quickbooks_id)`;
  await tx`delete from records_staged where run_id = ${run.id} and type = ${type}`;
  await tx`
    insert into record_lists (company_id, type, refreshed_at) values (${companyId}, ${type}, now())
    on conflict (company_id, type) do update set refreshed_at = now(), stale = false`;
}

/** A record as a list reads it. */
interface ListedRecord extends Omit<MirroredRecord, 'updatedAt'> {
  companyId: string;
  hidden: boolean;
}

/** A record as matching reads it. */
export interface FoundRecord extends Omit<MirroredRecord, 'updatedAt'> {
  companyId: string;
  /** Keys of names it was given another name for, because theirs was taken. */
  givenFor: readonly string[];
  /** Connections whose own ids are linked to it; only where it was found by e-mail. */
  linkedBy: readonly string[];
  /** Records that were merged into it in QuickBooks: who means one of them means this one. */
  mergedFrom?: readonly FoundRecord[];
}

/** What matching asks for: every record of a type that one of the keys could mean. */
export interface RecordKeys {
  ids: readonly string[];
  foldedKeys: readonly string[];
  emailKeys: readonly string[];
  numbers: readonly string[];
  /** Keys under which names made on the way are known. */
  nameKeys: readonly string[];
  /** Those of them that are meant whatever QuickBooks calls them by now. */
  lastingKeys?: readonly string[];
}

/** All candidates for a whole push in one statement, each once. */
export async function findRecords(
  ledger: Ledger,
  companyId: string,
  asked: readonly (RecordKeys & { type: RecordType })[],
): Promise<FoundRecord[]> {
  const { sql } = ledger;
  const pairsOf = (keysOf: (keys: RecordKeys) => readonly string[]) => {
    const pairs = asked.flatMap((keys) => keysOf(keys).map((key) => ({ type: keys.type, key })));
    return sql`
      unnest(${pairs.map(({ type }) => type)}::text[], ${pairs.map(({ key }) => key)}::text[])
        as k(type, key)`;
  };
  const lasting = asked.flatMap(({ lastingKeys = [] }) => [...lastingKeys]);
  const columns = sql`r.company_id, r.type, r.quickbooks_id, r.name, r.name_key, r.folded_key,
    r.number, r.email, r.active, r.sync_token, r.facts, r.merged_into`;
  const by = (column: string, keysOf: (keys: RecordKeys) => readonly string[]) => sql`
    select ${columns}, null::text as given_for, '[]'::jsonb as linked_by from ${pairsOf(keysOf)}
    cross join lateral (select * from records where company_id = ${companyId} and type = k.type
      and ${sql(column)} = k.key offset 0) r`;
  // Key by key: of a list that just grew the planner knows nothing, and compares all with all.
  const rows = await sql<FoundRow[]>`
    ${by('quickbooks_id', ({ ids }) => ids)}
    union all ${by('folded_key', ({ foldedKeys }) => foldedKeys)}
    union all ${by('number', ({ numbers }) => numbers)}
    union all select ${columns}, null, coalesce((
        select jsonb_agg(l.connection_id) from links l where l.company_id = r.company_id
          and l.kind = r.type and l.quickbooks_id = r.quickbooks_id
      ), '[]') from ${pairsOf(({ emailKeys }) => emailKeys)}
      cross join lateral (select * from records where company_id = ${companyId} and type = k.type
        and email_key = k.key offset 0) r
    union all select ${columns}, k.key, '[]' from ${pairsOf(({ nameKeys }) => nameKeys)}
      cross join lateral (select * from documents where company_id = ${companyId}
        and dependency_key = k.key
        and (given_name is not null or k.key = any(${lasting}::text[])) offset 0) d
      cross join lateral (select quickbooks_id from links where connection_id = d.connection_id
        and company_id = d.company_id and kind = d.kind and external_id = d.external_id offset 0) l
      cross join lateral (select * from records where company_id = d.company_id and type = k.type
        and quickbooks_id = l.quickbooks_id offset 0) r`;
  return withSurvivors(ledger, companyId, eachOnce(rows));
}

type FoundRow = FoundRecord & { givenFor: string | null; mergedInto: string | null };

/** In the place of each record that was merged away, the one it was merged into. */
async function withSurvivors(
  { sql }: Ledger,
  companyId: string,
  found: readonly (FoundRecord & { mergedInto: string | null })[],
): Promise<FoundRecord[]> {
  const merged = found.filter(({ mergedInto }) => mergedInto !== null);
  if (merged.length === 0) return [...found];
  const keys = merged.map(({ type, mergedInto }) => ({ type, id: mergedInto }));
  const survivors = await sql<Omit<FoundRecord, 'givenFor' | 'linkedBy' | 'mergedFrom'>[]>`
    select distinct r.company_id, r.type, r.quickbooks_id, r.name, r.name_key, r.folded_key,
      r.number, r.email, r.active, r.sync_token, r.facts
    from jsonb_to_recordset(${sql.json(keys)}) as k(type text, id text)
    join records r on r.company_id = ${companyId} and r.type = k.type and r.quickbooks_id = k.id`;
  const kept = found.filter(({ mergedInto }) => mergedInto === null);
  const byId = new Map<string, FoundRecord>(
    [...survivors.map((record) => ({ ...record, givenFor: [], linkedBy: [] })), ...kept].map(
      (record) => [`${record.type} ${record.quickbooksId}`, record],
    ),
  );
  return [...byId.values()].map((record) => ({
    ...record,
    mergedFrom: merged.filter(
      ({ type, mergedInto }) => type === record.type && mergedInto === record.quickbooksId,
    ),
  }));
}

/** A record that several keys lead to, with what each of them tells. */
function eachOnce(rows: readonly FoundRow[]): (FoundRecord & { mergedInto: string | null })[] {
  const byId = new Map<string, FoundRecord & { mergedInto: string | null }>();
  for (const { givenFor, linkedBy, ...row } of rows) {
    const id = `${row.type} ${row.quickbooksId}`;
    const known = byId.get(id);
    byId.set(id, {
      ...row,
      givenFor: [...(known?.givenFor ?? []), ...(givenFor === null ? [] : [givenFor])],
      linkedBy: [...(known?.linkedBy ?? []), ...linkedBy],
    });
  }
  return [...byId.values()];
}

/** Milliseconds since a type's list was refreshed; undefined where it never was. */
export async function listAgeMs(
  ledger: Ledger,
  companyId: string,
  type: RecordType,
): Promise<number | undefined> {
  const [row] = await ledger.sql<{ ageMs: number | null }[]>`
    select (extract(epoch from now() - refreshed_at) * 1000)::float8 as age_ms
    from record_lists where company_id = ${companyId} and type = ${type}`;
  return row?.ageMs ?? undefined;
}

/** Types of which the whole list was never read. */
export async function unreadTypes({ sql }: Ledger, companyId: string): Promise<Set<RecordType>> {
  const rows = await sql<{ type: RecordType }[]>`
    select type from record_lists where company_id = ${companyId} and refreshed_at is not null`;
  const read = new Set(rows.map(({ type }) => type));
  return new Set(RECORD_TYPES.filter((type) => !read.has(type)));
}

export interface RecordFilter {
  q?: string | undefined;
  hidden?: boolean | undefined;
  after?: string | undefined;
  limit: number;
}

/**
 * One page of a pick list, by name. A part of a name is looked for in the company's own list, row by row:
 * 0.1 s of 100,000. An index of trigrams finds it at once, and makes every refresh of such a list four
 * times as long.
 */
export async function listRecords(
  ledger: Ledger,
  companyId: string,
  type: RecordType,
  filter: RecordFilter,
): Promise<RecordPage> {
  const { sql } = ledger;
  const after = filter.after === undefined ? undefined : decodeCursor(filter.after);
  const rows = await sql<ListedRecord[]>`
    select * from records where company_id = ${companyId} and type = ${type}
      ${filter.hidden === undefined ? sql`` : sql`and hidden = ${filter.hidden}`}
      ${filter.q === undefined ? sql`` : sql`and folded_key like ${`%${escapeLike(filter.q)}%`}`}
      ${after === undefined ? sql`` : sql`and (folded_key, quickbooks_id) > (${after.key}, ${after.id})`}
    order by folded_key, quickbooks_id limit ${filter.limit + 1}`;
  const page = rows.slice(0, filter.limit);
  const last = page.at(-1);
  const [list] = await sql<{ refreshedAt: Date | null; stale: boolean }[]>`
    select refreshed_at, stale from record_lists where company_id = ${companyId} and type = ${type}`;
  return {
    records: page.map(answerOf),
    after:
      rows.length > filter.limit && last !== undefined
        ? encodeCursor(last.foldedKey, last.quickbooksId)
        : null,
    refreshedAt: list?.refreshedAt?.toISOString() ?? null,
    stale: list?.stale ?? false,
  };
}

/** Hides or shows a record in pick lists. False where there is none. */
export async function setHidden(
  ledger: Ledger,
  companyId: string,
  type: RecordType,
  recordId: string,
  hidden: boolean,
): Promise<RecordAnswer | undefined> {
  const [row] = await ledger.sql<ListedRecord[]>`
    update records set hidden = ${hidden}
    where company_id = ${companyId} and type = ${type} and quickbooks_id = ${recordId} returning *`;
  return row === undefined ? undefined : answerOf(row);
}

function answerOf(row: ListedRecord): RecordAnswer {
  const { type, name, number, email, active, hidden, facts } = row;
  return { type, recordId: row.quickbooksId, name, number, email, active, hidden, facts };
}

const escapeLike = (text: string) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, (character) => `\\${character}`);

const encodeCursor = (key: string, id: string) =>
  Buffer.from(JSON.stringify([key, id])).toString('base64url');

function decodeCursor(cursor: string): { key: string; id: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'string') {
      return { key: parsed[0], id: parsed[1] };
    }
  } catch {
    // A cursor nobody of us made starts from the beginning.
  }
  return undefined;
}

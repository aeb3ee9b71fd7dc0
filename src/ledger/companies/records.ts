import { RECORD_TYPES, type RecordType } from '../../contract/run.js';
import type { AnySql, Ledger, Transaction } from '../database/open.js';

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
    -- An answer that was on its way tells of one that was merged away as if it were there.
    active = excluded.active and records.merged_into is null, sync_token = excluded.sync_token,
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

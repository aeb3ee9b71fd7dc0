import { DOCUMENT_KINDS } from '../contract/documents/index.js';
import { DOCUMENT_STATUSES } from '../contract/status.js';
import type { AnySql, Ledger } from './open.js';

/** Which documents a list shows; everything that is given must hold. */
export interface DocumentFilter {
  status?: string | undefined;
  /** Within one connection only: there it has an index. */
  reason?: string | undefined;
  kind?: string | undefined;
  /** Part of a number, an externalId or a name, whatever the case; see {@link wordsPattern}. */
  q?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** Documents of every connection, or of one. */
export interface DocumentScope {
  connectionId?: string;
}

/**
 * Ids of one page, newest first, read from an index alone: the same few rows however many documents
 * there are. The rows themselves are read by id afterwards.
 */
export async function pageOfDocuments(
  ledger: Ledger,
  scope: DocumentScope,
  filter: DocumentFilter,
): Promise<{ ids: number[]; after: string | null }> {
  const found = await idsOf(ledger, scope, filter);
  const ids = found.slice(0, filter.limit).map(({ id }) => id);
  return { ids, after: found.length > filter.limit ? String(ids.at(-1)) : null };
}

type Ids = { id: number }[];

function idsOf(ledger: Ledger, scope: DocumentScope, filter: DocumentFilter): Promise<Ids> {
  const { sql } = ledger;
  const { status, kind, reason, q } = filter;
  const pattern = wordsPattern(q ?? '');
  if (pattern !== undefined) return idsWithWords(ledger, scope, filter, pattern);
  const isPaired = status !== undefined || kind !== undefined || reason !== undefined;
  if (isPaired) return idsOfPairs(sql, scope, filter);
  return sql<Ids>`
    select d.id from documents d where ${conditions(sql, scope, filter)}
    order by d.id desc limit ${oneMore(sql, filter)}`;
}

/** Written into the statement: the plan for any limit at all would sort all that fits. */
const oneMore = (sql: AnySql, { limit }: DocumentFilter) =>
  sql.unsafe(String(Math.trunc(limit) + 1));

function conditions(sql: AnySql, { connectionId }: DocumentScope, filter: DocumentFilter) {
  const { status, kind, reason } = filter;
  return sql`
    ${behind(sql, filter)}
    ${connectionId === undefined ? sql`` : sql`and d.connection_id = ${connectionId}`}
    ${status === undefined ? sql`` : sql`and d.status = ${status}`}
    ${kind === undefined ? sql`` : sql`and d.kind = ${kind}`}
    ${reason === undefined ? sql`` : sql`and d.reason = ${reason}`}`;
}

/** The first condition of any page: behind the last row of the page before. */
function behind(sql: AnySql, { after }: DocumentFilter) {
  return after === undefined || !/^\d{1,15}$/.test(after)
    ? sql`true`
    : sql`d.id < ${Number(after)}`;
}

/**
 * Each pair of a kind and a status is one stretch of an index in the order of ids, with a reason too:
 * the newest of every stretch that fits are read, and the newest of these are the page. Asked for
 * directly, PostgreSQL walks all documents from the newest on, and those that fit may all be old.
 */
function idsOfPairs(sql: AnySql, { connectionId }: DocumentScope, filter: DocumentFilter) {
  const most = oneMore(sql, filter);
  const kinds = filter.kind === undefined ? [...DOCUMENT_KINDS] : [filter.kind];
  const statuses = filter.status === undefined ? [...DOCUMENT_STATUSES] : [filter.status];
  const own = connectionId === undefined ? sql`` : sql`and d.connection_id = ${connectionId}`;
  const why = filter.reason === undefined ? sql`` : sql`and d.reason = ${filter.reason}`;
  return sql<Ids>`
    select newest.id from unnest(${kinds}::text[]) kind, unnest(${statuses}::text[]) status,
      lateral (
        select d.id from documents d where ${behind(sql, filter)} ${own} ${why}
          and d.kind = kind.kind and d.status = status.status
        order by d.id desc limit ${most}) newest
    order by newest.id desc limit ${most}`;
}

/**
 * Words that are rare are found by their trigrams, words that are everywhere by looking at the
 * newest documents. Which of the two depends on the words, so the plan is made for these.
 */
function idsWithWords(
  { sql }: Ledger,
  scope: DocumentScope,
  filter: DocumentFilter,
  pattern: string,
): Promise<Ids> {
  return sql.begin(async (tx) => {
    await tx`select set_config('plan_cache_mode', 'force_custom_plan', true)`;
    return tx<Ids>`
      select d.id from document_search s join documents d on d.id = s.document_id
      where ${conditions(tx, scope, filter)} and s.words like lower(${pattern})
      order by s.document_id desc limit ${oneMore(tx, filter)}`;
  });
}

/** Fewer characters have no trigram of their own. */
const PART_LENGTH_MIN = 3;

/**
 * The LIKE pattern of what somebody looks for: anywhere in number, externalId or name, or with one
 * or two characters only at their beginning. Undefined where nothing is looked for.
 */
function wordsPattern(q: string): string | undefined {
  const words = q.trim();
  if (words === '') return undefined;
  const escaped = words.replace(/[\\%_]/g, (found) => `\\${found}`);
  return words.length < PART_LENGTH_MIN ? `%\n${escaped}%` : `%${escaped}%`;
}

/** Documents counted of one status; there may be any number more. */
export const COUNT_MAX = 10_000;

/** How many documents of every connection have each status, counted up to {@link COUNT_MAX}. */
export async function countByStatus({ sql }: Ledger): Promise<Map<string, number>> {
  const rows = await sql<{ status: string; count: number }[]>`
    select status.status, least(sum(counted.count), ${COUNT_MAX})::int as count
    from unnest(${[...DOCUMENT_KINDS]}::text[]) kind, unnest(${[...DOCUMENT_STATUSES]}::text[]) status,
      lateral (
        select count(*) from (
          select from documents d where d.kind = kind.kind and d.status = status.status
          limit ${sql.unsafe(String(COUNT_MAX))}) reached
      ) counted
    group by 1`;
  return new Map(rows.map(({ status, count }) => [status, count]));
}

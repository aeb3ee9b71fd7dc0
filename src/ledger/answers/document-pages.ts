import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import { DOCUMENT_STATUSES } from '../../contract/status.js';
import type { AnySql, Ledger } from '../database/open.js';
import {
  type DocumentSelection,
  indexedConditions,
  isLookedAt,
  lookedAtConditions,
  ownConnections,
  stretchesOf,
  wordsCondition,
  wordsPattern,
} from '../documents/document-selection.js';
import { newestIdOf } from '../documents/stated-before.js';

/** Which documents a list shows, and where its page begins. */
export interface DocumentFilter {
  status?: string | undefined;
  reason?: string | undefined;
  kind?: string | undefined;
  /** Part of a number, an externalId or a name, whatever the case. */
  q?: string | undefined;
  /** On top of the others. */
  selection?: DocumentSelection | undefined;
  after?: string | undefined;
  limit: number;
  /** Default: newest first. */
  oldestFirst?: boolean | undefined;
}

/** Documents of every connection, or of one. */
export interface DocumentScope {
  connectionId?: string;
}

/** Page and selection in one. */
interface Page extends DocumentSelection {
  after: string | undefined;
  limit: number;
  oldestFirst: boolean;
  /** No newer document can be old enough; undefined: any may fit. */
  newest: number | undefined;
}

export interface PageOfIds {
  ids: number[];
  after: string | null;
}

/**
 * Ids of one page, newest first unless it is asked for otherwise, read from an index alone: the same few rows however many documents
 * there are. The rows themselves are read by id afterwards.
 *
 * Where amounts, ages or a cause are asked for, each page looks at {@link LOOKED_AT} documents at most:
 * it may hold fewer than its limit, also none, while `after` says that there is more.
 */
export async function pageOfDocuments(
  ledger: Ledger,
  scope: DocumentScope,
  filter: DocumentFilter,
): Promise<PageOfIds> {
  const newest = await newestIdOf(ledger.sql, filter.selection?.ages);
  const page = { ...pageOf(scope, filter), newest };
  const pattern = wordsPattern(page.words);
  if (isLookedAt(page)) return pageLookedAt(ledger, page, pattern);
  const found = await (pattern === undefined
    ? idsByIndex(ledger.sql, page, page.limit + 1)
    : planned(ledger, (tx) => idsByWords(tx, page, pattern, page.limit + 1)));
  const ids = found.slice(0, page.limit).map(({ id }) => id);
  return { ids, after: found.length > page.limit ? String(ids.at(-1)) : null };
}

function pageOf({ connectionId }: DocumentScope, filter: DocumentFilter): Omit<Page, 'newest'> {
  const { status, kind, reason, q, selection = {}, after, limit, oldestFirst = false } = filter;
  const both = (one: string | undefined, more: readonly string[] | undefined) =>
    one === undefined ? more : [one].filter((word) => more?.includes(word) ?? true);
  return {
    ...selection,
    connectionIds: both(connectionId, selection.connectionIds),
    statuses: both(status, selection.statuses),
    kinds: both(kind, selection.kinds),
    reasons: both(reason, selection.reasons),
    words: [q, selection.words].filter((words) => words !== undefined).join(' '),
    after,
    limit,
    oldestFirst,
  };
}

type Ids = { id: number }[];

function idsByIndex(sql: AnySql, page: Page, most: number) {
  const { statuses, kinds, reasons, connectionIds = [] } = page;
  const isPaired = statuses !== undefined || kinds !== undefined || reasons !== undefined;
  if (isPaired || connectionIds.length > 1) return idsOfPairs(sql, page, most);
  return sql<Ids>`
    select d.id from documents d where ${behind(sql, page)} and ${ownConnections(sql, page)}
    order by d.id ${direction(sql, page)} limit ${written(sql, most)}`;
}

const direction = (sql: AnySql, { oldestFirst }: Page) => (oldestFirst ? sql`asc` : sql`desc`);

/** Written into the statement: the plan for any limit at all would sort all that fits. */
const written = (sql: AnySql, most: number) => sql.unsafe(String(Math.trunc(most)));

/** The first condition of any page: behind the last row of the page before, where any can fit. */
function behind(sql: AnySql, { after, oldestFirst, newest }: Page) {
  const fitting = newest === undefined ? sql`true` : sql`d.id <= ${newest}`;
  if (after === undefined || !/^\d{1,15}$/.test(after)) return fitting;
  return oldestFirst
    ? sql`${fitting} and d.id > ${Number(after)}`
    : sql`${fitting} and d.id < ${Number(after)}`;
}

/**
 * Each pair of a kind and a status is one stretch of an index in the order of ids, with a reason and a
 * connection too: the first of every stretch that fits are read, and the first of these are the page.
 * Asked for directly, PostgreSQL walks all documents from the newest on, and those that fit may all be old.
 */
function idsOfPairs(sql: AnySql, page: Page, limit: number) {
  const most = written(sql, limit);
  const { tables, conditions } = stretchesOf(sql, page);
  return sql<Ids>`
    select first.id from ${tables}, lateral (
        select d.id from documents d where ${behind(sql, page)} and ${conditions}
        order by d.id ${direction(sql, page)} limit ${most}) first
    order by first.id ${direction(sql, page)} limit ${most}`;
}

/**
 * Words that are rare are found by their trigrams, words that are everywhere by looking at the
 * newest documents. Only what indexes know is asked for beside them: what stands in the documents
 * themselves would be read of every document with these words.
 */
function idsWithWords(sql: AnySql, page: Page, pattern: string, most: number) {
  return sql<Ids>`
    select d.id from document_search s join documents d on d.id = s.document_id
    where ${behind(sql, page)} and ${indexedConditions(sql, page)} and s.words like lower(${pattern})
    order by s.document_id ${direction(sql, page)} limit ${written(sql, most)}`;
}

/** The same with what belongs to connections whose names have the words, which an index knows. */
function idsByWords(sql: AnySql, page: Page, pattern: string, most: number) {
  const { namedByWords: named, connectionIds } = page;
  const own = named?.filter((id) => connectionIds?.includes(id) ?? true) ?? [];
  if (own.length === 0) return idsWithWords(sql, page, pattern, most);
  return sql<Ids>`
    select found.id from (
      (${idsWithWords(sql, page, pattern, most)})
      union (${idsByIndex(sql, { ...page, connectionIds: own }, most)})) found
    order by found.id ${direction(sql, page)} limit ${written(sql, most)}`;
}

/** Which plan is good for words depends on the words, so it is made for these. */
function planned<Answer>({ sql }: Ledger, ask: (tx: AnySql) => Promise<Answer>): Promise<Answer> {
  return sql.begin(async (tx) => {
    await tx`select set_config('plan_cache_mode', 'force_custom_plan', true)`;
    return ask(tx);
  }) as Promise<Answer>;
}

/**
 * Documents one page looks at where no index says which of them fit: a few, most often enough, and
 * many more where these did not fill it.
 */
const LOOKED_AT = [2_000, 18_000] as const;
/** With words all at once: finding these is what takes long, and would be done twice. */
const LOOKED_AT_WITH_WORDS = [20_000] as const;

async function pageLookedAt(
  ledger: Ledger,
  page: Page,
  pattern: string | undefined,
): Promise<PageOfIds> {
  const ids: number[] = [];
  let after: string | null = page.after ?? null;
  for (const most of pattern === undefined ? LOOKED_AT : LOOKED_AT_WITH_WORDS) {
    const rest = { ...page, after: after ?? undefined, limit: page.limit - ids.length };
    const found = await (pattern === undefined
      ? lookAt(ledger.sql, rest, candidates(ledger.sql, rest, most), most)
      : planned(ledger, (tx) => lookAt(tx, rest, candidates(tx, rest, most, pattern), most)));
    ids.push(...found.ids);
    ({ after } = found);
    if (after === null || ids.length === page.limit) break;
  }
  return { ids, after };
}

async function lookAt(
  sql: AnySql,
  page: Page,
  reached: ReturnType<typeof candidates>,
  most: number,
): Promise<PageOfIds> {
  const [row] = await sql<{ fitting: number[] | null; looked: number; last: number | null }[]>`
    with reached as materialized (${reached}),
    fitting as (
      select reached.id from reached cross join lateral (
        select from documents d
        where d.id = reached.id and ${lookedAtConditions(sql, page, null)} limit 1) d
      order by reached.id ${direction(sql, page)} limit ${written(sql, page.limit + 1)})
    select (select jsonb_agg(id order by id ${direction(sql, page)}) from fitting) as fitting,
      (select count(*)::int from reached) as looked,
      (select ${page.oldestFirst ? sql`max(id)` : sql`min(id)`} from reached) as last`;
  const fitting = row?.fitting ?? [];
  const ids = fitting.slice(0, page.limit);
  if (fitting.length > page.limit) return { ids, after: String(ids.at(-1)) };
  const isAll = row === undefined || row.looked < most;
  return { ids, after: isAll ? null : String(row.last) };
}

/** Of a cause those that fail for it, which have an index of their own. */
function candidates(sql: AnySql, page: Page, most: number, pattern?: string) {
  if (page.causeId === undefined) {
    return pattern === undefined
      ? idsByIndex(sql, page, most)
      : idsByWords(sql, page, pattern, most);
  }
  return sql<Ids>`
    select d.id from documents d
    where ${behind(sql, page)} and d.cause_id = ${page.causeId} and ${indexedConditions(sql, page)}
      and ${wordsCondition(sql, page)}
    order by d.cause_id ${direction(sql, page)}, d.id ${direction(sql, page)} limit ${written(sql, most)}`;
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

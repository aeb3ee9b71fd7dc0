import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import type { AmountBound, DocumentQuery } from '../../contract/filter.js';
import { DECIMALS_BY_CURRENCY } from '../../contract/money.js';
import { DOCUMENT_STATUSES } from '../../contract/status.js';
import { escapedForLike } from '../database/like.js';
import type { AnySql, Ledger } from '../database/open.js';

/** Which documents are meant; everything that is given must hold. An empty list is met by none. */
export interface DocumentSelection {
  connectionIds?: readonly string[] | undefined;
  statuses?: readonly string[] | undefined;
  reasons?: readonly string[] | undefined;
  kinds?: readonly string[] | undefined;
  causeId?: number | undefined;
  amounts?: DocumentQuery['amounts'] | undefined;
  ages?: DocumentQuery['ages'] | undefined;
  /** Part of a number, an externalId or a name, whatever the case; see {@link wordsPattern}. */
  words?: string | undefined;
  /** Connections whose own names have the words: all of theirs is meant as well. */
  namedByWords?: readonly string[] | undefined;
}

/** Connections one word of a filter may mean. */
const CONNECTIONS_MAX = 200;
/** Connections free words may mean: the documents of each are read on their own. */
const NAMED_BY_WORDS_MAX = 20;

/** Whose documents can be meant at all: those of one connection, of an app, or of everybody. */
export interface SelectionScope {
  appId?: string | undefined;
  connectionId?: string | undefined;
}

/** Finds the connections a query names. One that means none selects nothing. */
export async function selectionOf(
  { sql }: Pick<Ledger, 'sql'>,
  { appId, connectionId }: SelectionScope,
  query: DocumentQuery,
): Promise<DocumentSelection> {
  const { connections: named, cause, ...rest } = query;
  const selection: DocumentSelection = {
    ...rest,
    causeId: cause === undefined ? undefined : Number(cause),
    namedByWords: await namedByWords(sql, { appId, connectionId }, rest.words),
  };
  if (named === undefined && appId === undefined) {
    return { ...selection, connectionIds: connectionId === undefined ? undefined : [connectionId] };
  }
  const words = named?.map((word) => word.toLowerCase()) ?? null;
  const rows = await sql<{ id: string }[]>`
    select id from connections c
    where ${appId === undefined ? sql`true` : sql`c.app_id = ${appId}`}
      ${connectionId === undefined ? sql`` : sql`and c.id = ${connectionId}`}
      ${words === null ? sql`` : sql`and (c.id::text = any(${words}::text[]) or lower(c.external_id) = any(${words}::text[]) or lower(c.name) = any(${words}::text[]))`}
    order by created_at, id ${words === null ? sql`` : sql`limit ${CONNECTIONS_MAX}`}`;
  return { ...selection, connectionIds: rows.map(({ id }) => id) };
}

/** Only where everybody's documents are looked at: an app names its connections by their ids. */
async function namedByWords(
  sql: AnySql,
  { appId, connectionId }: SelectionScope,
  words = '',
): Promise<string[] | undefined> {
  const pattern = wordsPattern(words);
  const isOfAll = appId === undefined && connectionId === undefined;
  if (pattern === undefined || !isOfAll || words.trim().length < PART_LENGTH_MIN) return undefined;
  const rows = await sql<{ id: string }[]>`
    select id from connections c where lower(c.name) like lower(${pattern})
    order by created_at, id limit ${NAMED_BY_WORDS_MAX}`;
  return rows.length === 0 ? undefined : rows.map(({ id }) => id);
}

/** What no index of lists knows: it is looked at row by row. */
export function isLookedAt({ amounts, ages, causeId }: DocumentSelection): boolean {
  return amounts !== undefined || ages !== undefined || causeId !== undefined;
}

/** The conditions on a document `d` that indexes of lists know. */
export function indexedConditions(sql: AnySql, selection: DocumentSelection) {
  const { connectionIds, statuses, kinds, reasons } = selection;
  return sql`
    ${connectionIds === undefined ? sql`true` : oneOf(sql, sql`d.connection_id`, 'uuid', connectionIds)}
    and ${statuses === undefined ? sql`true` : oneOf(sql, sql`d.status`, 'text', statuses)}
    and ${kinds === undefined ? sql`true` : oneOf(sql, sql`d.kind`, 'text', kinds)}
    and ${reasons === undefined ? sql`true` : oneOf(sql, sql`d.reason`, 'text', reasons)}`;
}

/** One connection as it is: the plan for a list of them would not keep the order of an index. */
export function ownConnections(sql: AnySql, { connectionIds }: DocumentSelection) {
  const [only] = connectionIds ?? [];
  if (connectionIds === undefined) return sql`true`;
  return only === undefined ? sql`false` : sql`d.connection_id = ${only}`;
}

/**
 * What indexes of lists know as stretches of one of them, in the order of ids: a table for the kinds and
 * for the statuses, for the reasons and connections too, and what joins a document `d` to a row of theirs.
 */
export function stretchesOf(sql: AnySql, selection: DocumentSelection) {
  const {
    kinds = DOCUMENT_KINDS,
    statuses = DOCUMENT_STATUSES,
    reasons,
    connectionIds,
  } = selection;
  const isOfMany = connectionIds !== undefined && connectionIds.length > 1;
  const many = isOfMany ? sql`, unnest(${[...connectionIds]}::uuid[]) own(id)` : sql``;
  const own = isOfMany ? sql`d.connection_id = own.id` : ownConnections(sql, selection);
  const whys = reasons === undefined ? sql`` : sql`, unnest(${[...reasons]}::text[]) why(reason)`;
  const why = reasons === undefined ? sql`` : sql`and d.reason = why.reason`;
  return {
    tables: sql`unnest(${[...kinds]}::text[]) kind, unnest(${[...statuses]}::text[]) status ${whys} ${many}`,
    conditions: sql`${own} ${why} and d.kind = kind.kind and d.status = status.status`,
  };
}

/** A single one is compared as it is: PostgreSQL expects too little of lists, and plans for that. */
function oneOf(
  sql: AnySql,
  column: ReturnType<AnySql>,
  type: 'text' | 'uuid',
  values: readonly string[],
) {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return sql`${column} = ${only}`;
  return sql`${column} = any(${[...values]}::${sql.unsafe(type)}[])`;
}

/** The conditions on a document `d` that are looked at row by row; ages are those at `now`. */
export function lookedAtConditions(
  sql: AnySql,
  { amounts = [], ages = [], causeId }: DocumentSelection,
  now: Date | null,
) {
  const at = now === null ? sql`now()` : sql`${now}::timestamptz`;
  let all = causeId === undefined ? sql`true` : sql`d.cause_id = ${causeId}`;
  for (const bound of amounts) all = sql`${all} and ${amountCondition(sql, bound)}`;
  for (const { is, seconds } of ages) {
    const since = sql`${at} - ${seconds} * interval '1 second'`;
    all =
      is === '<'
        ? sql`${all} and d.status_since > ${since}`
        : sql`${all} and d.status_since < ${since}`;
  }
  return all;
}

/** Currencies by how many decimals they have, where it is not two. */
const withDecimals = (decimals: number) =>
  Object.entries(DECIMALS_BY_CURRENCY).flatMap(([currency, own]) =>
    own === decimals ? [currency] : [],
  );
const [WITHOUT_DECIMALS, WITH_THREE] = [withDecimals(0), withDecimals(3)];

function amountCondition(sql: AnySql, { is, amount }: AmountBound) {
  return sql`(d.total_minor ${sql.unsafe(is)} ${amount}::numeric * (
    select case when c.currency = any(${WITHOUT_DECIMALS}::text[]) then 1
      when c.currency = any(${WITH_THREE}::text[]) then 1000 else 100 end
    from (select coalesce(d.currency, (
      select home_currency from companies m where m.id = d.company_id)) as currency) c))`;
}

/** Fewer characters have no trigram of their own. */
const PART_LENGTH_MIN = 3;

/**
 * The LIKE pattern of what somebody looks for: anywhere in number, externalId or name, or with one
 * or two characters only at their beginning. Undefined where nothing is looked for.
 */
export function wordsPattern(q: string | undefined): string | undefined {
  const words = q?.trim() ?? '';
  if (words === '') return undefined;
  const escaped = escapedForLike(words);
  return words.length < PART_LENGTH_MIN ? `%\n${escaped}%` : `%${escaped}%`;
}

/** The words in the document or in the name of its connection, as a condition on a document `d`. */
export function wordsCondition(
  sql: AnySql,
  { words, namedByWords: named }: Pick<DocumentSelection, 'words' | 'namedByWords'>,
) {
  const pattern = wordsPattern(words);
  if (pattern === undefined) return sql`true`;
  const inDocument = sql`exists (select 1 from document_search s
    where s.document_id = d.id and s.words like lower(${pattern}))`;
  return named === undefined
    ? inDocument
    : sql`(d.connection_id = any(${[...named]}::uuid[]) or ${inDocument})`;
}

/** The whole condition on a document `d`. */
export function selectedDocuments(sql: AnySql, selection: DocumentSelection, now: Date | null) {
  return sql`
    ${indexedConditions(sql, selection)} and ${lookedAtConditions(sql, selection, now)}
    and ${wordsCondition(sql, selection)}`;
}

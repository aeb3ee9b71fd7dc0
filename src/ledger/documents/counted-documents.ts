import type { Transaction } from '../database/open.js';
import {
  type DocumentSelection,
  indexedConditions,
  isLookedAt,
  lookedAtConditions,
  selectedDocuments,
  stretchesOf,
  wordsPattern,
} from './document-selection.js';
import { newestIdOf } from './stated-before.js';

/** How many documents are meant, and what they are worth per currency, in minor units. */
export interface Counted {
  documents: number;
  amounts: { currency: string | null; minor: number }[];
  /** There may be any number more; what they are worth is not known then, and `amounts` is empty. */
  isAtLeast: boolean;
}

/** Documents counted before somebody decides. */
const SOME = 10_000;
/** Documents looked at for that where no index says which of them fit. */
const LOOKED_AT_MAX = 20_000;

type AmountRow = { currency: string | null; documents: number; minor: number };

/** Counts all, which reads each of them: what is done to many is known to the cent. */
export async function countAll(tx: Transaction, selection: DocumentSelection): Promise<Counted> {
  await planForTheseValues(tx);
  const rows = await tx<AmountRow[]>`
    select coalesce(d.currency, m.home_currency) as currency, count(*)::int as documents,
      coalesce(sum(d.total_minor), 0)::float8 as minor
    from documents d left join companies m on m.id = d.company_id
    where ${selectedDocuments(tx, selection, null)} group by 1 order by 1`;
  return countedIn(rows, false);
}

/**
 * Counts up to ten thousand, so that whoever is about to decide has the answer at once. Where there
 * are more and nothing has to be looked at in the documents themselves, none of them is read.
 */
export async function countSome(tx: Transaction, selection: DocumentSelection): Promise<Counted> {
  await planForTheseValues(tx);
  const isLooked = isLookedAt(selection);
  const most = isLooked ? LOOKED_AT_MAX : SOME;
  const newest = await newestIdOf(tx, selection.ages);
  const [row] = await tx<{ reached: number; counted: AmountRow[] }[]>`
    with reached as materialized (${firstOf(tx, selection, { most: most + 1, newest })}),
    looked as materialized (
      select d.* from reached cross join lateral (
        select d.currency, d.company_id, d.total_minor, d.cause_id, d.status_since
        from documents d where d.id = reached.id limit 1) d
      where ${isLooked} or (select count(*) from reached) <= ${most}),
    counted as (
      select coalesce(d.currency, m.home_currency) as currency, count(*)::int as documents,
        coalesce(sum(d.total_minor), 0)::float8 as minor
      from looked d left join companies m on m.id = d.company_id
      where ${lookedAtConditions(tx, selection, null)} group by 1 order by 1)
    select (select count(*)::int from reached) as reached,
      coalesce((select jsonb_agg(to_jsonb(counted)) from counted), '[]'::jsonb) as counted`;
  const isAtLeast = (row?.reached ?? 0) > most;
  const counted = countedIn(row?.counted ?? [], isAtLeast);
  const documents = isAtLeast && !isLooked ? SOME : Math.min(counted.documents, SOME);
  return { ...counted, documents };
}

/** Ids, in whatever order, read from an index alone where one knows what is meant. */
function firstOf(
  tx: Transaction,
  selection: DocumentSelection,
  o: { most: number; newest: number | undefined },
) {
  const most = tx.unsafe(String(o.most));
  const oldEnough = o.newest === undefined ? tx`true` : tx`d.id <= ${o.newest}`;
  const { causeId } = selection;
  const pattern = wordsPattern(selection.words);
  if (pattern !== undefined) {
    const withWords = tx`
      select d.id from document_search s join documents d on d.id = s.document_id
      where s.words like lower(${pattern}) and ${indexedConditions(tx, selection)}
        and ${oldEnough} limit ${most}`;
    if (selection.namedByWords === undefined) return withWords;
    return tx`
      (${withWords}) union (
        select d.id from documents d
        where d.connection_id = any(${[...selection.namedByWords]}::uuid[])
          and ${indexedConditions(tx, selection)} and ${oldEnough} limit ${most})
      limit ${most}`;
  }
  if (causeId !== undefined) {
    return tx`
      select d.id from documents d
      where d.cause_id = ${causeId} and ${indexedConditions(tx, selection)} limit ${most}`;
  }
  const { tables, conditions } = stretchesOf(tx, selection);
  return tx`
    select d.id from ${tables}, lateral (
      select d.id from documents d where ${conditions} and ${oldEnough}
      order by d.id desc limit ${most}) d limit ${most}`;
}

function countedIn(rows: readonly AmountRow[], isAtLeast: boolean): Counted {
  return {
    documents: rows.reduce((sum, { documents }) => sum + documents, 0),
    amounts: isAtLeast ? [] : rows.map(({ currency, minor }) => ({ currency, minor })),
    isAtLeast,
  };
}

/** Whether an index is worth it depends on what is asked for. */
async function planForTheseValues(tx: Transaction): Promise<void> {
  await tx`select set_config('plan_cache_mode', 'force_custom_plan', true)`;
}

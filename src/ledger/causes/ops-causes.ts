import type { CauseAnswer, OpsCauseAnswer, OpsCausePage } from '../../contract/causes.js';
import { pageOfDocuments } from '../answers/document-pages.js';
import { escapedForLike } from '../database/like.js';
import type { Ledger } from '../database/open.js';
import { wordsPattern } from '../documents/document-selection.js';
import {
  answersOf,
  type CauseFilter,
  type CauseRow,
  pageOfCauses,
  rowsOfCause,
} from './cause-answers.js';

/** Causes as people with a role see them: of every app, with the names they look for. */

/** Newest failed documents a search by words follows to their causes. */
const FOLLOWED_MAX = 200;
/** Documents a cause is shown with. */
const EXAMPLES_MAX = 3;

/**
 * What holds up documents and runs of every app, the largest first.
 *
 * @param filter with `q` only causes whose name, connection or app has it, or one of the newest failed
 *   documents that have it.
 */
export async function listOpsCauses(
  ledger: Ledger,
  { q, ...filter }: CauseFilter & { q?: string | undefined },
): Promise<OpsCausePage> {
  const among = await causesWith(ledger, q);
  const { causes, after } = await pageOfCauses(ledger, {}, { ...filter, among });
  return { causes: await asOpsSees(ledger, causes), after };
}

/** One; also where it holds nothing up any more. */
export async function readOpsCause(
  ledger: Ledger,
  id: string,
): Promise<OpsCauseAnswer | undefined> {
  const [answer] = await asOpsSees(ledger, await rowsOfCause(ledger, {}, id));
  return answer;
}

async function asOpsSees(ledger: Ledger, rows: readonly CauseRow[]): Promise<OpsCauseAnswer[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const answers = await answersOf(ledger, rows);
  const [names, examples, stops] = await Promise.all([
    namesOf(ledger, answers),
    examplesOf(ledger, ids),
    stopsOf(ledger, ids),
  ]);
  return answers.map((answer, index) => {
    const [first = '', ...others] = answer.connections;
    const { id, appName = '' } = rows[index] ?? {};
    return {
      ...answer,
      app: appName,
      connectionName: others.length === 0 ? (names.get(first) ?? null) : null,
      examples: examples.flatMap(({ causeId, ...one }) =>
        causeId === id ? [{ ...one, id: String(one.id) }] : [],
      ),
      stops: stops.flatMap(({ causeId, until, ...one }) =>
        causeId === id ? [{ ...one, until: until?.toISOString() ?? null }] : [],
      ),
    };
  });
}

/** Of connections that are the only one of their cause. */
async function namesOf({ sql }: Ledger, answers: readonly CauseAnswer[]) {
  const only = answers.flatMap(({ connections }) => (connections.length === 1 ? connections : []));
  const named = await sql<{ id: string; name: string }[]>`
    select id, name from connections where id = any(${only}::uuid[])`;
  return new Map(named.map(({ id, name }) => [id, name]));
}

type Example = Omit<OpsCauseAnswer['examples'][number], 'id'> & { causeId: number; id: number };

function examplesOf({ sql }: Ledger, causeIds: number[]): Promise<Example[]> {
  return sql<Example[]>`
    select cause.id as cause_id, d.id, d.kind, d.number, d.external_id
    from unnest(${causeIds}::bigint[]) cause(id),
      lateral (
        select * from documents where cause_id = cause.id
        order by cause_id desc, id desc limit ${EXAMPLES_MAX}
      ) d
    order by cause.id, d.id desc`;
}

type Stop = Omit<OpsCauseAnswer['stops'][number], 'until'> & {
  causeId: number;
  until: Date | null;
};

/** Connections that send nothing now; one that is paused and held goes on when it is resumed. */
function stopsOf({ sql, clock }: Ledger, causeIds: number[]): Promise<Stop[]> {
  const now = clock();
  const isHeld = sql`(c.hold_from <= ${now} and c.hold_to > ${now})`;
  return sql<Stop[]>`
    select cause_id, why, sum(documents)::float8 as documents,
      count(distinct connection_id)::int as connections, max(until) as until
    from (
      select n.cause_id, n.connection_id, n.documents,
        case when c.paused_at is not null then 'paused'
          when c.status <> 'connected' then 'not_connected' else 'held' end as why,
        case when c.paused_at is null and c.status = 'connected' then c.hold_to end as until
      from cause_counts n join connections c on c.id = n.connection_id
      where n.cause_id = any(${causeIds}::bigint[]) and n.documents > 0
        and (c.paused_at is not null or c.status <> 'connected' or coalesce(${isHeld}, false))
    ) stopped group by 1, 2 order by 1, 2`;
}

/** Ids of causes that have the words somewhere; undefined where none are looked for. */
async function causesWith(ledger: Ledger, q: string | undefined): Promise<number[] | undefined> {
  const words = q?.trim();
  if (words === undefined || wordsPattern(words) === undefined) return undefined;
  const { sql } = ledger;
  const pattern = `%${escapedForLike(words)}%`;
  const { ids } = await pageOfDocuments(
    ledger,
    {},
    { q: words, status: 'failed', limit: FOLLOWED_MAX },
  );
  const rows = await sql<{ id: number }[]>`
    select d.cause_id as id from unnest(${ids}::bigint[]) one(id), lateral (
      select cause_id from documents where id = one.id limit 1) d
    where d.cause_id is not null
    union
    select c.id from causes c
    where replace(c.reason, '_', ' ') like lower(${pattern})
      or exists (select from jsonb_each_text(c.params) p where lower(p.value) like lower(${pattern}))
    union
    select held.cause_id from (
      select cause_id, connection_id from cause_counts where documents > 0
      union select cause_id, connection_id from runs where cause_id is not null
    ) held join connections c on c.id = held.connection_id join apps a on a.id = c.app_id
    where lower(c.name) like lower(${pattern}) or lower(a.name) like lower(${pattern})`;
  return rows.map(({ id }) => id);
}

import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import type { Place } from '../../contract/place.js';
import type { Ledger } from '../database/open.js';

/** Documents before one are counted up to here, so that a long line costs no more than a short one. */
const COUNT_MAX = 10_000;
/** More pushes than a company has open, and more documents than a push has. */
const PUSHES_MAX = 1_000;
const MAX_ID = Number.MAX_SAFE_INTEGER;
/** The pace of a company is read from its last endings, as far as they are this fresh. */
const ENDINGS_MAX = 500;
const FRESH_SECONDS = 60;
/** Fewer endings than this tell no pace. */
const ENDINGS_MIN = 20;
/** Objects a minute at nine tenths of Intuit's limits: 40 batches of 30 and 410 single calls. */
const USUAL_PER_MINUTE = 1_610;

interface LineRow {
  before: number;
  waitsMs: number;
  endings: number;
  seconds: number;
  now: Date;
}

/**
 * Where a document that waits for its turn or for the lane stands, and when that is: undefined for
 * one that waits for something else, is being sent, or has arrived. Reads a bounded number of index
 * entries, however many documents wait.
 */
export async function placeInLine(
  ledger: Ledger,
  document: { id: number; status: string; blockedBy: number | null },
): Promise<Place | undefined> {
  const mayWait = ['queued', 'syncing', 'waiting'].includes(document.status);
  if (!mayWait || document.blockedBy !== null) return undefined;
  const [row] = await ledger.sql<LineRow[]>`
    with me as (
      select d.id, d.company_id, d.connection_id, d.lane_class, d.due_at, i.push_id, p.not_before
      from documents d
        left join push_items i on i.document_id = d.id and i.outcome is null
        left join pushes p on p.id = i.push_id
      where d.id = ${document.id}
        and (p.id is null and d.due_at is not null or p.lease_until is null and p.id is not null)
    )
    select least(${COUNT_MAX + 1}, ahead.pushed + ahead.due)::int as before,
      greatest(0, extract(epoch from greatest(me.due_at, me.not_before, l.paused_until) - now())
        * 1000)::float8 as waits_ms,
      pace.endings, pace.seconds, now() as now
    from me
      join companies c on c.id = me.company_id and c.status = 'connected'
      join connections n on n.id = me.connection_id and n.status = 'connected'
      left join lanes l on l.company_id = me.company_id
      cross join lateral (${pushedBefore(ledger)}) pushed
      cross join lateral (${dueBefore(ledger)}) due
      cross join lateral (select pushed.documents as pushed, due.documents as due) ahead
      cross join lateral (${paceOf(ledger)}) pace`;
  return row === undefined ? undefined : placeFrom(row);
}

/**
 * Documents of pushes that were opened earlier. Those not claimed yet are due still: a document in no
 * push finds them among these.
 */
function pushedBefore({ sql }: Ledger) {
  return sql`
    select count(*) as documents from (
        select p.id from pushes p
        where p.company_id = me.company_id and p.closed_at is null
          and (me.push_id is null or p.id < me.push_id)
        limit ${PUSHES_MAX}) p
      cross join lateral (
        select 1 from push_items i join documents b on b.id = i.document_id
        where i.push_id = p.id and i.outcome is null
          and (me.push_id is not null or b.due_at is null) limit ${PUSHES_MAX}) i`;
}

/** Due documents that are taken first: those of a class before its own, and who became due earlier. */
function dueBefore({ sql }: Ledger) {
  return sql`
    select count(*) as documents from (
      select 1 from unnest(${DOCUMENT_KINDS as string[]}::text[]) as k(kind)
        cross join (values (true), (false)) as w(wanted)
        cross join lateral (
          select c as lane_class,
            case when c < me.lane_class then now() else me.due_at end as due_at,
            case when c < me.lane_class then ${MAX_ID}::bigint else me.id end as id
          from generate_series(1, me.lane_class) c) as until
        cross join lateral (
          select 1 from documents d
          where me.push_id is null and d.company_id = me.company_id and d.kind = k.kind
            and d.lane_class = until.lane_class and (d.dependency_key is not null) = w.wanted
            and d.due_at is not null and (d.due_at, d.id) < (until.due_at, until.id)
          limit ${COUNT_MAX + 1}) d
      limit ${COUNT_MAX + 1}) counted`;
}

/** How many documents of the connection ended lately, and within how many seconds. */
function paceOf({ sql }: Ledger) {
  return sql`
    select count(*)::int as endings,
      coalesce(extract(epoch from now() - min(e.at)), 0)::float8 as seconds
    from (
      select at, type, status from events where connection_id = me.connection_id
      order by number desc limit ${ENDINGS_MAX}) e
    where e.at > now() - ${FRESH_SECONDS} * interval '1 second'
      and e.type = 'document.status_changed' and e.status in ('synced', 'failed')`;
}

function placeFrom({ before, waitsMs, endings, seconds, now }: LineRow): Place {
  const isTold = endings >= ENDINGS_MIN && seconds > 0;
  const perMinute = isTold ? (endings * 60) / seconds : USUAL_PER_MINUTE;
  const counted = Math.min(before, COUNT_MAX);
  const expected = now.getTime() + waitsMs + (counted * 60_000) / perMinute;
  return {
    before: counted,
    more: before > COUNT_MAX,
    expectedAt: new Date(expected).toISOString(),
  };
}

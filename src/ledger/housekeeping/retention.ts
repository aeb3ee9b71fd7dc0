import type { Ledger } from '../database/open.js';
import { withRetentionLock } from '../database/sweep-lock.js';

/** How long what is over is kept, in days of business time. */
export interface RetentionDays {
  /**
   * Bytes of requests and answers, and of files that QuickBooks has. Default 30: long enough to look
   * into a complaint.
   */
  bodies: number;
  /**
   * History, pushes, requests without their bytes, ended runs, causes that hold nothing up, bulk actions. Default
   * 400: a fiscal year and what is asked about it afterwards.
   */
  history: number;
  /**
   * Events of the feed, and tries to deliver them. Default 90: a reader that is further behind reads
   * the documents anew.
   */
  events: number;
}

export const DEFAULT_RETENTION: RetentionDays = { bodies: 30, history: 400, events: 90 };

/** Rows that were forgotten, by what they were. */
export type Forgotten = Record<keyof typeof STEPS, number>;

/** Rows of one statement. */
const BATCH = 500;
/** Statements of one kind and round; the next round goes on. */
const BATCHES_MAX = 200;
const DAY_MS = 86_400_000;

/**
 * Forgets what is over and old enough, in small statements, one process at a time. Never touched:
 * what is open, and what was sent for a document nobody knows the outcome of.
 *
 * @returns undefined where another process does it right now.
 */
export async function forgetOld(
  ledger: Ledger,
  days: RetentionDays,
  signal: AbortSignal,
): Promise<Forgotten | undefined> {
  let forgotten: Forgotten | undefined;
  await withRetentionLock(ledger, async () => {
    const counts: Forgotten = {
      bodies: 0,
      files: 0,
      history: 0,
      pushes: 0,
      runs: 0,
      looks: 0,
      events: 0,
      deliveries: 0,
      keys: 0,
      webhooks: 0,
      reads: 0,
      causes: 0,
      bulkActions: 0,
    };
    for (const [name, { kept, forget }] of Object.entries(STEPS)) {
      const before = new Date(ledger.clock().getTime() - kept(days) * DAY_MS);
      counts[name as keyof Forgotten] = await repeat(signal, (cursor) =>
        forget(ledger, before, cursor),
      );
    }
    forgotten = counts;
  });
  return forgotten;
}

/** What one statement did, and where the next one begins; null when nothing is left. */
interface Step {
  rows: number;
  next: number | null;
}

async function repeat(
  signal: AbortSignal,
  forget: (cursor: number) => Promise<Step>,
): Promise<number> {
  let rows = 0;
  let cursor: number | null = 0;
  for (let batch = 0; batch < BATCHES_MAX && cursor !== null && !signal.aborted; batch += 1) {
    const step: Step = await forget(cursor);
    rows += step.rows;
    cursor = step.next;
  }
  return rows;
}

/** Written into the statement: the plan for any limit at all would read whole tables. */
const batchOf = ({ sql }: Pick<Ledger, 'sql'>) => sql.unsafe(String(BATCH));

/** For statements that always take from the front: done when one was not full. */
const fromFront = (rows: number): Step => ({ rows, next: rows < BATCH ? null : 0 });

/** An Idempotency-Key answers for 30 days: the contract says so, so nobody can set it. */
const KEY_DAYS = 30;
/** What Intuit told of is read within seconds, and told again for days at most. */
const WEBHOOK_DAYS = 30;
/** Looks for changes of every few minutes; what they found is kept as what it is. */
const LOOK_DAYS = 2;
/** Reads by day: this month, and the one before to compare it with. */
const READ_DAYS = 62;

const STEPS = {
  bodies: { kept: (days: RetentionDays) => days.bodies, forget: forgetBodies },
  files: { kept: (days: RetentionDays) => days.bodies, forget: forgetFiles },
  history: { kept: (days: RetentionDays) => days.history, forget: forgetHistory },
  pushes: { kept: (days: RetentionDays) => days.history, forget: forgetPushes },
  runs: { kept: (days: RetentionDays) => days.history, forget: forgetRuns },
  looks: { kept: () => LOOK_DAYS, forget: forgetLooks },
  events: { kept: (days: RetentionDays) => days.events, forget: forgetEvents },
  deliveries: { kept: (days: RetentionDays) => days.events, forget: forgetDeliveries },
  keys: { kept: () => KEY_DAYS, forget: forgetKeys },
  webhooks: { kept: () => WEBHOOK_DAYS, forget: forgetWebhooks },
  reads: { kept: () => READ_DAYS, forget: forgetReads },
  causes: { kept: (days: RetentionDays) => days.history, forget: forgetCauses },
  bulkActions: { kept: (days: RetentionDays) => days.history, forget: forgetBulkActions },
};

/** Pushes with a document in doubt: a person may still need to see what was sent. */
const inDoubt = ({ sql }: Ledger) => sql`(
  select i.push_id from documents d join push_items i on i.document_id = d.id where d.in_doubt)`;

async function forgetBodies(ledger: Ledger, before: Date): Promise<Step> {
  const { count } = await ledger.sql`
    update requests r set path_cipher = null, body_cipher = null, answer_cipher = null
    where r.id = any(array(
      select q.id from requests q join pushes p on p.id = q.push_id
      where q.body_cipher is not null and q.created_at < ${before}
        and p.closed_at < ${before} and p.id not in ${inDoubt(ledger)}
      order by q.created_at limit ${batchOf(ledger)}))`;
  return fromFront(count);
}

/**
 * Bytes of files that are in QuickBooks, or are not to be there any more; what became of them stays.
 * They are found by what says so of their document, and those whose document never came by that.
 */
async function forgetFiles(ledger: Ledger, before: Date): Promise<Step> {
  const { count } = await ledger.sql`
    delete from attachment_pieces where ctid = any(array(
      select p.ctid from attachment_pieces p left join documents d
        on d.connection_id = p.connection_id and d.kind = 'attachment'
        and d.external_id = p.external_id
      where p.created_at < ${before} and (d.id is null or (not d.in_doubt and d.status in
        ('synced', 'deleted', 'cancelled', 'deleted_in_quickbooks')))
      order by p.created_at limit ${batchOf(ledger)}))`;
  return fromFront(count);
}

/** Goes along the ids, which grow with time; documents on their way keep all they have. */
async function forgetHistory(ledger: Ledger, before: Date, cursor: number): Promise<Step> {
  const [step] = await ledger.sql<Step[]>`
    with page as (
      select id, document_id, at from document_history
      where id > ${cursor} order by id limit ${batchOf(ledger)}
    ), gone as (
      delete from document_history h using page, documents d
      where h.id = page.id and page.at < ${before} and d.id = page.document_id and not d.in_doubt
        and d.status not in ('queued', 'syncing', 'checking', 'waiting')
      returning 1
    )
    select (select count(*)::int from gone) as rows,
      case when count(*) = ${BATCH} and max(at) < ${before} then max(id) end as next from page`;
  return step ?? { rows: 0, next: null };
}

async function forgetPushes(ledger: Ledger, before: Date): Promise<Step> {
  const count = await ledger.sql.begin(async (tx) => {
    const pushes = await tx<{ id: number }[]>`
      select p.id from pushes p where p.closed_at < ${before} and p.id not in ${inDoubt(ledger)}
      order by p.closed_at limit ${batchOf(ledger)}`;
    const ids = pushes.map(({ id }) => id);
    await tx`delete from requests where push_id = any(${ids}::bigint[])`;
    await tx`delete from push_items where push_id = any(${ids}::bigint[])`;
    await tx`delete from pushes where id = any(${ids}::bigint[])`;
    return ids.length;
  });
  return fromFront(count);
}

/** Rows of a table that has an index over the moment by which they are old. */
async function forgetOldest(
  { sql }: Ledger,
  { table, at, before }: { table: string; at: string; before: Date },
  also = sql``,
): Promise<Step> {
  const { count } = await sql`
    delete from ${sql(table)} where id = any(array(
      select id from ${sql(table)} where ${sql(at)} < ${before} ${also}
      order by ${sql(at)} limit ${batchOf({ sql })}))`;
  return fromFront(count);
}

function forgetRuns(ledger: Ledger, before: Date): Promise<Step> {
  return forgetOldest(ledger, { table: 'runs', at: 'ended_at', before });
}

function forgetLooks(ledger: Ledger, before: Date): Promise<Step> {
  return forgetOldest(
    ledger,
    { table: 'runs', at: 'ended_at', before },
    ledger.sql`and feature is not null and status = 'succeeded'`,
  );
}

function forgetDeliveries(ledger: Ledger, before: Date): Promise<Step> {
  return forgetOldest(ledger, { table: 'delivery_log', at: 'at', before });
}

function forgetWebhooks(ledger: Ledger, before: Date): Promise<Step> {
  return forgetOldest(ledger, { table: 'inbound_webhooks', at: 'received_at', before });
}

async function forgetEvents(ledger: Ledger, before: Date): Promise<Step> {
  const { count } = await ledger.sql`
    delete from events where ctid = any(array(
      select ctid from events where at < ${before} order by at limit ${batchOf(ledger)}))`;
  return fromFront(count);
}

async function forgetKeys(ledger: Ledger, before: Date): Promise<Step> {
  const { count } = await ledger.sql`
    delete from idempotency_keys where ctid = any(array(
      select ctid from idempotency_keys
      where created_at < ${before} order by created_at limit ${batchOf(ledger)}
      for update skip locked))`;
  return fromFront(count);
}

/** What they come to by month stays. */
async function forgetReads(ledger: Ledger, before: Date): Promise<Step> {
  const { count } = await ledger.sql`
    delete from read_days where ctid = any(array(
      select ctid from read_days where day < ${before.toISOString().slice(0, 10)}
      order by day limit ${batchOf(ledger)} for update skip locked))`;
  return fromFront(count);
}

/** Locked, so that a document that fails for it meanwhile waits and makes it anew. */
async function forgetCauses(ledger: Ledger, before: Date): Promise<Step> {
  const count = await ledger.sql.begin(async (tx) => {
    const causes = await tx<{ id: number }[]>`
      select c.id from causes c where c.last_seen_at < ${before}
        and not exists (select 1 from cause_counts n where n.cause_id = c.id and n.documents <> 0)
        and not exists (select 1 from documents d where d.cause_id = c.id)
      order by c.id limit ${batchOf(ledger)} for update of c skip locked`;
    const ids = causes.map(({ id }) => id);
    await tx`delete from cause_counts where cause_id = any(${ids}::bigint[])`;
    await tx`delete from causes where id = any(${ids}::bigint[])`;
    return ids.length;
  });
  return fromFront(count);
}

/** Results first, there may be very many, then the actions that have none any more. */
async function forgetBulkActions(ledger: Ledger, before: Date): Promise<Step> {
  const { sql } = ledger;
  const results = await sql`
    delete from bulk_action_items where ctid = any(array(
      select i.ctid from bulk_actions b join bulk_action_items i on i.bulk_action_id = b.id
      where b.ended_at < ${before} limit ${batchOf(ledger)}))`;
  if (results.count > 0) return { rows: results.count, next: 0 };
  const { count } = await sql`
    delete from bulk_actions where id = any(array(
      select id from bulk_actions where ended_at < ${before} order by id limit ${batchOf(ledger)}))`;
  return fromFront(count);
}

import type { EventType } from '../../contract/event.js';
import type { RecordType } from '../../contract/run.js';
import type { AnySql, Transaction } from '../database/open.js';

/** One thing an upstream app is told: ids and states. */
export interface NewEvent {
  connectionId: string;
  appId: string;
  type: EventType;
  kind?: string | null;
  externalId?: string | null;
  revision?: number | null;
  /** A record of QuickBooks, or a whole list of them. */
  record?: { type: RecordType | 'invoice' | 'payment'; recordId?: string } | null;
  runId?: number | null;
  status?: string | null;
  reason?: string | null;
}

/**
 * Writes the rows of the statement's own `told` as events with a number per connection, taken under
 * the counter row's lock in the same transaction: numbers have no gap a reader could fall into. An
 * event counts as written by the latest transaction of its connection, which may have taken its id
 * later and the lock earlier: so that order by transaction is the order of the numbers too.
 * `told` has a place, which is the order of the numbers. A statement follows.
 */
export const insertTold = (sql: AnySql) => sql`
  counted as (
    insert into event_counters (connection_id, last, transaction)
    -- One order everywhere, so that two transactions never wait for each other in a circle.
    select connection_id, count(*), pg_current_xact_id()::text::bigint from told group by 1 order by 1
    on conflict (connection_id) do update set last = event_counters.last + excluded.last,
      transaction = greatest(event_counters.transaction, excluded.transaction)
    returning connection_id, last, transaction
  ), numbered as (
  insert into events (connection_id, number, app_id, transaction, type, kind, external_id,
    revision, record_type, record_id, run_id, status, reason)
  select told.connection_id,
    last - count(*) over (partition by told.connection_id)
      + row_number() over (partition by told.connection_id order by place),
    app_id, counted.transaction, type, kind, external_id, revision, record_type, record_id, run_id,
    status, reason
  from told join counted on counted.connection_id = told.connection_id
  )`;

/** Writes events, in their order. */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event, place) => ({
    connection_id: event.connectionId,
    app_id: event.appId,
    type: event.type,
    kind: event.kind ?? null,
    external_id: event.externalId ?? null,
    revision: event.revision ?? null,
    record_type: event.record?.type ?? null,
    record_id: event.record?.recordId ?? null,
    run_id: event.runId ?? null,
    status: event.status ?? null,
    reason: event.reason ?? null,
    place,
  }));
  await tx`
    with told as (
      select * from jsonb_to_recordset(${tx.json(rows)}) as e(connection_id uuid, app_id uuid,
        type text, kind text, external_id text, revision int, record_type text, record_id text,
        run_id bigint, status text, reason text, place int)
    ), ${insertTold(tx)} select 1`;
}

/** One event; the app is found through the connection. */
export async function appendEvent(tx: Transaction, event: Omit<NewEvent, 'appId'>): Promise<void> {
  const [owner] = await tx<{ appId: string }[]>`
    select app_id from connections where id = ${event.connectionId}`;
  if (owner !== undefined) await appendEvents(tx, [{ ...event, appId: owner.appId }]);
}

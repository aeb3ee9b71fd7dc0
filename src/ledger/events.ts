import type { EventType } from '../contract/event.js';
import type { Transaction } from './open.js';

/** One thing an upstream app is told: ids and states. */
export interface NewEvent {
  connectionId: string;
  appId: string;
  type: EventType;
  kind?: string | null;
  externalId?: string | null;
  revision?: number | null;
  status?: string | null;
  reason?: string | null;
}

/**
 * Writes events with a number per connection, taken under the counter row's lock in the same
 * transaction: numbers have no gap a reader could fall into.
 */
export async function appendEvents(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const countByConnection = new Map<string, number>();
  for (const { connectionId } of events) {
    countByConnection.set(connectionId, (countByConnection.get(connectionId) ?? 0) + 1);
  }
  const counts = [...countByConnection]
    .map(([connectionId, count]) => ({ connection_id: connectionId, count }))
    // One order everywhere, so that two transactions never wait for each other in a circle.
    .sort((a, b) => (a.connection_id < b.connection_id ? -1 : 1));
  const numbered = await tx<{ connectionId: string; last: number }[]>`
    insert into event_counters (connection_id, last)
    select connection_id, count from jsonb_to_recordset(${tx.json(counts as never)})
      as c(connection_id uuid, count bigint)
    on conflict (connection_id) do update set last = event_counters.last + excluded.last
    returning connection_id, last`;
  const next = new Map(
    numbered.map(({ connectionId, last }) => [
      connectionId,
      last - (countByConnection.get(connectionId) ?? 0),
    ]),
  );
  const rows = events.map((event) => {
    const number = (next.get(event.connectionId) ?? 0) + 1;
    next.set(event.connectionId, number);
    return {
      connection_id: event.connectionId,
      number,
      app_id: event.appId,
      type: event.type,
      kind: event.kind ?? null,
      external_id: event.externalId ?? null,
      revision: event.revision ?? null,
      status: event.status ?? null,
      reason: event.reason ?? null,
    };
  });
  await tx`
    insert into events (connection_id, number, app_id, transaction, type, kind, external_id,
      revision, status, reason)
    select connection_id, number, app_id, pg_current_xact_id()::text::bigint, type, kind,
      external_id, revision, status, reason
    from jsonb_to_recordset(${tx.json(rows as never)}) as e(
      connection_id uuid, number bigint, app_id uuid, type text, kind text, external_id text,
      revision int, status text, reason text)`;
}

/** One event; the app is found through the connection. */
export async function appendEvent(tx: Transaction, event: Omit<NewEvent, 'appId'>): Promise<void> {
  const [owner] = await tx<{ appId: string }[]>`
    select app_id from connections where id = ${event.connectionId}`;
  if (owner !== undefined) await appendEvents(tx, [{ ...event, appId: owner.appId }]);
}

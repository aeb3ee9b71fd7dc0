/** A change on its way to an app, and the two forms it takes on the wire. */

import { createHash, randomUUID } from 'node:crypto';
import type { Change } from '../engine/definition.js';
import type { JsonObject } from '../json.js';

export interface WebhookEvent {
  /** Unique; the same in every repetition. */
  eventId: string;
  realmId: string;
  /** As in the portal's list: `Invoice`. */
  entity: string;
  id: string;
  kind: Change['kind'];
  atMs: number;
  /** What its time has below the millisecond. */
  nanos: number;
  mergedAwayId: string | undefined;
}

/** How a CloudEvent looks: as announced in 2025, or as in the examples of Intuit's page of 2026. */
export type CloudEventStyle = 'announced' | 'examples_2026';

const PAST: Readonly<Record<Change['kind'], string>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  void: 'voided',
  send: 'emailed',
  merge: 'merged',
};

const LEGACY: Readonly<Record<Change['kind'], string>> = {
  create: 'Create',
  update: 'Update',
  delete: 'Delete',
  void: 'Void',
  send: 'Emailed',
  merge: 'Merge',
};

/** @param count of events so far: it tells apart, and orders, those of one millisecond */
export function eventOf(
  realmId: string,
  entity: string,
  { id, kind, atMs, mergedAwayId }: Change,
  count: number,
): WebhookEvent {
  const eventId = randomUUID();
  return { eventId, realmId, entity, id, kind, atMs, nanos: count % 1_000_000, mergedAwayId };
}

/**
 * Changes of one object that follow each other become one event: updates, where nothing else
 * happened to it between them. The later one stays.
 */
export function withoutBursts(events: readonly WebhookEvent[]): WebhookEvent[] {
  const last = new Map<string, WebhookEvent>();
  const dropped = new Set<WebhookEvent>();
  for (const event of events) {
    const key = `${event.realmId} ${event.entity} ${event.id}`;
    const before = last.get(key);
    if (before?.kind === 'update' && event.kind === 'update') dropped.add(before);
    last.set(key, event);
  }
  return events.filter((event) => !dropped.has(event));
}

/** One array that may mix companies (page "webhooks"). */
export function cloudEvents(
  events: readonly WebhookEvent[],
  clientId: string,
  style: CloudEventStyle,
): JsonObject[] {
  const source = `intuit.${createHash('sha256').update(clientId).digest('base64')}`;
  return events.map((event) => {
    const { eventId, realmId, entity, id, mergedAwayId } = event;
    const data = mergedAwayId === undefined ? undefined : { deletedid: mergedAwayId };
    const announced = style === 'announced';
    return {
      specversion: '1.0',
      id: announced ? eventId : `${eventId}-${entity}-${id}`,
      source,
      type: `qbo.${entity.toLowerCase()}.${PAST[event.kind]}.v1`,
      ...(announced || data !== undefined ? { datacontenttype: 'application/json' } : {}),
      time: announced ? nanoseconds(event) : seconds(event.atMs),
      intuitentityid: id,
      intuitaccountid: realmId,
      ...(announced || data !== undefined ? { data: data ?? {} } : {}),
    };
  });
}

function nanoseconds({ atMs, nanos }: WebhookEvent): string {
  return `${new Date(atMs).toISOString().slice(0, -1)}${String(nanos).padStart(6, '0')}Z`;
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The form before 2026: one notification for each company. */
export function legacyEvents(events: readonly WebhookEvent[]): JsonObject {
  const byRealm = new Map<string, JsonObject[]>();
  for (const { realmId, entity, id, kind, atMs, mergedAwayId } of events) {
    const entities = byRealm.get(realmId) ?? [];
    byRealm.set(realmId, entities);
    entities.push({
      id,
      operation: LEGACY[kind],
      name: entity,
      lastUpdated: new Date(atMs).toISOString(),
      ...(mergedAwayId === undefined ? {} : { deletedId: mergedAwayId }),
    });
  }
  const eventNotifications = [...byRealm].map(([realmId, entities]) => ({
    realmId,
    dataChangeEvent: { entities },
  }));
  return { eventNotifications };
}

import { z } from 'zod';
import { isStorableText } from '../contract/text.js';
import { CHANGING_ENTITIES } from './changes.js';

/**
 * Reads what Intuit posts to an app's webhook (pages "webhooks" and "webhooks/cloudevents"): a list of
 * CloudEvents that may mix companies, and the form before 2026, which old subscriptions may still send.
 * Both carry ids only.
 */

/** One change of one object. */
export interface WebhookEvent {
  realmId: string;
  /** The same in every repetition; null in the form before 2026. */
  eventId: string | null;
  /** In lower case, as `invoice`. */
  entity: string;
  /** `created`, `updated`, `deleted`, `merged`, `voided`, `emailed`, or one nobody knows. */
  action: string;
  entityId: string;
  /** The object that was merged away. */
  otherId: string | null;
  /** Null where Intuit did not say. */
  at: Date | null;
  /** Intuit's pages name both its entity and its action. */
  isKnown: boolean;
  /** Something here depends on its entity. */
  isFollowed: boolean;
}

export interface WebhookDelivery {
  events: WebhookEvent[];
  /** Entries that do not say which object of which company they are about. */
  unreadable: number;
}

/** Entities webhooks are offered for. */
const ENTITIES: ReadonlySet<string> = new Set([
  'account',
  'bill',
  'billpayment',
  'budget',
  'class',
  'creditmemo',
  'currency',
  'customer',
  'department',
  'deposit',
  'employee',
  'estimate',
  'invoice',
  'item',
  'journalcode',
  'journalentry',
  'payment',
  'paymentmethod',
  'preferences',
  'purchase',
  'purchaseorder',
  'refundreceipt',
  'salesreceipt',
  'taxagency',
  'term',
  'timeactivity',
  'transfer',
  'vendor',
  'vendorcredit',
]);

const FOLLOWED: ReadonlySet<string> = new Set([
  ...CHANGING_ENTITIES.map((name) => name.toLowerCase()),
  // Change data is not read for these: facts of the company, and a sign that taxes may have changed.
  'preferences',
  'taxagency',
]);

/** Actions, and what the form before 2026 called them. */
const ACTION_BY_OPERATION: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'updated',
  delete: 'deleted',
  merge: 'merged',
  void: 'voided',
  emailed: 'emailed',
};
const ACTIONS: ReadonlySet<string> = new Set(Object.values(ACTION_BY_OPERATION));

/** What no database can keep is as good as not said. */
const kept = (maxLength: number) => z.string().min(1).max(maxLength).refine(isStorableText);
const shortText = kept(200);
/** Ids are texts, and numbers in hand-made examples. */
const objectId = z.union([shortText, z.number().transform(String)]);
/** Before there was a QuickBooks Online, and after the years that have four digits. */
const EARLIEST = new Date('2000-01-01T00:00:00Z');
const TOO_LATE = new Date('+010000-01-01T00:00:00Z');
/** What cannot be read, or cannot be, is as good as not said. */
const moment = z
  .string()
  .transform((text) => new Date(text))
  .refine((at) => at >= EARLIEST && at < TOO_LATE)
  .nullish()
  .catch(null);

const cloudEvent = z.object({
  id: kept(300),
  type: shortText,
  time: moment,
  intuitentityid: objectId,
  intuitaccountid: objectId,
  data: z.record(z.string(), z.unknown()).nullish().catch(null),
});

const legacyEntity = z.object({
  id: objectId,
  operation: shortText,
  name: shortText,
  lastUpdated: moment,
  deletedId: objectId.nullish().catch(null),
});

const legacyNotification = z.object({
  realmId: objectId,
  dataChangeEvent: z.object({ entities: z.array(z.unknown()) }),
});

const legacyDelivery = z.object({ eventNotifications: z.array(z.unknown()) });

/** @param json the parsed body; one that is neither form is one unreadable entry. */
export function webhookEventsOf(json: unknown): WebhookDelivery {
  const delivery: WebhookDelivery = { events: [], unreadable: 0 };
  const legacy = legacyDelivery.safeParse(json);
  if (legacy.success) {
    for (const entry of legacy.data.eventNotifications) addNotification(delivery, entry);
  } else {
    // One alone stands without its list in CloudEvents' structured form.
    for (const entry of Array.isArray(json) ? json : [json]) addCloudEvent(delivery, entry);
  }
  return delivery;
}

function addCloudEvent(delivery: WebhookDelivery, entry: unknown): void {
  const parsed = cloudEvent.safeParse(entry);
  if (!parsed.success) {
    delivery.unreadable += 1;
    return;
  }
  const { id, type, time, intuitentityid, intuitaccountid, data } = parsed.data;
  const [, entity = type.toLowerCase(), action = ''] =
    /^qbo\.([a-z]+)\.([a-z]+)\.v\d+$/.exec(type.toLowerCase()) ?? [];
  const merged = Object.entries(data ?? {}).find(([name]) => name.toLowerCase() === 'deletedid');
  const otherId = objectId.safeParse(merged?.[1]);
  delivery.events.push({
    realmId: intuitaccountid,
    eventId: id,
    entityId: intuitentityid,
    otherId: otherId.success ? otherId.data : null,
    at: time ?? null,
    ...typeOf(entity, action),
  });
}

function addNotification(delivery: WebhookDelivery, entry: unknown): void {
  const notification = legacyNotification.safeParse(entry);
  if (!notification.success) {
    delivery.unreadable += 1;
    return;
  }
  const { realmId, dataChangeEvent } = notification.data;
  for (const one of dataChangeEvent.entities) {
    const parsed = legacyEntity.safeParse(one);
    if (!parsed.success) {
      delivery.unreadable += 1;
      continue;
    }
    const { id, operation, name, lastUpdated, deletedId } = parsed.data;
    const action = operation.toLowerCase();
    delivery.events.push({
      realmId,
      eventId: null,
      entityId: id,
      otherId: deletedId ?? null,
      at: lastUpdated ?? null,
      ...typeOf(name.toLowerCase(), ACTION_BY_OPERATION[action] ?? action),
    });
  }
}

function typeOf(entity: string, action: string) {
  return {
    entity,
    action,
    isKnown: ENTITIES.has(entity) && ACTIONS.has(action),
    isFollowed: FOLLOWED.has(entity),
  };
}

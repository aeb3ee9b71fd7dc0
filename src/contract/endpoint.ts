import { z } from 'zod';
import { EVENT_TYPES } from './event.js';

/** Why an endpoint is told nothing any more: it answered 410, it failed for days, or the app said so. */
export const DISABLED_WHY = ['gone', 'failing', 'switched_off'] as const;
export type DisabledWhy = (typeof DISABLED_WHY)[number];

export const endpointAnswer = z.object({
  id: z.string(),
  url: z.string(),
  /** Null: all types. */
  types: z.array(z.enum(EVENT_TYPES)).nullable(),
  enabled: z.boolean(),
  disabledWhy: z.enum(DISABLED_WHY).nullable(),
  disabledAt: z.string().nullable(),
  createdAt: z.string(),
  /** Events that wait for being delivered, over all connections. */
  waiting: z.int(),
});
export type EndpointAnswer = z.infer<typeof endpointAnswer>;

/** Answered once, when it is made: the secret by which the app verifies what comes. */
export const newEndpointAnswer = endpointAnswer.extend({ secret: z.string() });
export type NewEndpointAnswer = z.infer<typeof newEndpointAnswer>;

/** One try to deliver one event. */
export const deliveryAnswer = z.object({
  /** Of the event; the message's `webhook-id`. */
  event: z.string(),
  at: z.string(),
  /** HTTP status; null where no answer came. */
  status: z.int().nullable(),
  /** Why no answer came. */
  cause: z.string().nullable(),
  durationMs: z.int(),
});
export type DeliveryAnswer = z.infer<typeof deliveryAnswer>;

export const endpointList = z.object({ endpoints: z.array(endpointAnswer) });
export const deliveryPage = z.object({
  deliveries: z.array(deliveryAnswer),
  after: z.string().nullable(),
});
export type DeliveryPage = z.infer<typeof deliveryPage>;

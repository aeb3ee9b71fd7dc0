/** One request to an endpoint, as often as it takes. */

import { createHmac, randomUUID } from 'node:crypto';
import { pacificSeconds } from '../pacific.js';
import { retryAfterMs } from './schedule.js';
import type { Subscription } from './subscription.js';

export interface Attempt {
  /** ISO 8601, on the simulator's clock. */
  at: string;
  /** Null where no answer came. */
  status: number | null;
  error: string | null;
}

export interface Delivery {
  id: string;
  clientId: string;
  /** ISO 8601, on the simulator's clock. */
  createdAt: string;
  /** The raw body. */
  body: string;
  events: number;
  /** The delivery that this one repeats on order; null where it repeats none. */
  repeats: string | null;
  attempts: Attempt[];
  delivered: boolean;
  /** ISO 8601; null once it is delivered. */
  nextAttempt: string | null;
}

/** A delivery that waits for its turn, at once. */
export function newDelivery(
  clientId: string,
  body: string,
  events: number,
  nowMs: number,
): Delivery {
  const now = new Date(nowMs).toISOString();
  return {
    id: randomUUID(),
    clientId,
    createdAt: now,
    body,
    events,
    repeats: null,
    attempts: [],
    delivered: false,
    nextAttempt: now,
  };
}

/** Notes how an attempt ended. Only 200 acknowledges a delivery. */
export function noteAttempt(delivery: Delivery, attempt: Attempt, nowMs: number): void {
  delivery.attempts.push(attempt);
  delivery.delivered = attempt.status === 200;
  const nextMs = nowMs + retryAfterMs(delivery.attempts.length);
  delivery.nextAttempt = delivery.delivered ? null : new Date(nextMs).toISOString();
}

export interface Signed {
  body: string;
  tid: string;
  nowMs: number;
  verifierToken: string;
  contentType: string;
}

/** The headers of a delivery (page "webhooks"; the names besides the signature: its old sample). */
export function deliveryHeaders(signed: Signed): Record<string, string> {
  const { body, tid, nowMs, verifierToken, contentType } = signed;
  return {
    accept: 'application/json',
    'content-type': contentType,
    'intuit-created-time': pacificSeconds(nowMs).replace(/:(\d\d)$/, '$1'),
    'intuit-notification-schema-version': '0.1',
    'intuit-signature': createHmac('sha256', verifierToken).update(body).digest('base64'),
    'intuit-t-id': tid,
    'user-agent': 'intuit_notification_server/0.1',
  };
}

/** What an app wishes to be sent, beyond what has happened. */
export interface SendRequest {
  /** Default `simulator-client`. */
  clientId?: string | undefined;
  /** Text as it stands; anything else as JSON. */
  body: unknown;
  /** In place of the right one. */
  signature?: string | undefined;
  /** In place of the subscription's. */
  contentType?: string | undefined;
}

/** Headers for a body of one's own choice. */
export function wishedHeaders(
  { verifierToken, contentType }: Subscription,
  wish: SendRequest,
  body: string,
  nowMs: number,
): Record<string, string> {
  const type = wish.contentType ?? contentType;
  const tid = randomUUID();
  const headers = deliveryHeaders({ body, tid, nowMs, verifierToken, contentType: type });
  return wish.signature === undefined
    ? headers
    : { ...headers, 'intuit-signature': wish.signature };
}

import type { EventAnswer, EventType } from '../contract/event.js';
import type { Ledger } from '../ledger/database/open.js';
import {
  type ClaimedDelivery,
  claimDelivery,
  DeliveryLost,
  eventsToDeliver,
  giveUpEndpoint,
  noteDelivered,
  putOffDelivery,
  releaseDelivery,
  type Try,
} from '../ledger/events/deliveries.js';
import type { Poster, PostOutcome } from './post.js';
import { type AfterTry, afterTry, type RetryRules } from './schedule.js';
import { signedHeaders } from './signature.js';

/** What delivering works with. */
export interface DeliverTools {
  ledger: Ledger;
  poster: Poster;
  retry: RetryRules;
  /** A delivery is held this long past its last event, in milliseconds: longer than a post takes. */
  leaseMs: number;
  /** Events of one connection that go in one go; then others have their turn. */
  eventsAtOnce: number;
  log(event: 'endpoint_disabled', fields: { endpointId: string; why: string }): void;
}

/**
 * Tells one endpoint what happened to one connection, event by event: the next one goes when the one
 * before was taken, and one that is not taken holds up those behind it and nobody else.
 */
export async function deliverEvents(
  tools: DeliverTools,
  deliveryId: number,
  stopping: AbortSignal,
): Promise<void> {
  const claimed = await claimDelivery(tools.ledger, deliveryId, tools.leaseMs);
  if (claimed === undefined) return;
  try {
    const { ledger, eventsAtOnce, leaseMs } = tools;
    const events = await eventsToDeliver(ledger, claimed, eventsAtOnce);
    // Those of before are kept no more: nothing is left that it could be told.
    if (events.length === 0) await noteDelivered(ledger, claimed, claimed.last, leaseMs);
    for (const event of events) {
      if (stopping.aborted) break;
      if (!(await tell(tools, claimed, event, stopping))) return;
    }
  } catch (error) {
    if (error instanceof DeliveryLost) return;
    if (!stopping.aborted) throw error;
  }
  await releaseDelivery(tools.ledger, claimed);
}

/** False where the delivery goes on later, or not at all. */
async function tell(
  tools: DeliverTools,
  claimed: ClaimedDelivery,
  event: EventAnswer,
  stopping: AbortSignal,
): Promise<boolean> {
  const { ledger, leaseMs } = tools;
  const { number } = event;
  if (!isWanted(event.type, claimed.types)) {
    await noteDelivered(ledger, claimed, number, leaseMs);
    return true;
  }
  const { tried, next } = await tryOnce(tools, claimed, event, stopping);
  switch (next.kind) {
    case 'delivered':
      await noteDelivered(ledger, claimed, number, leaseMs, tried);
      return true;
    case 'again':
      await putOffDelivery(ledger, claimed, tried, next.delayMs);
      return false;
    case 'disable':
      await giveUpEndpoint(ledger, claimed, tried, next.why);
      tools.log('endpoint_disabled', { endpointId: claimed.endpointId, why: next.why });
      return false;
  }
}

const isWanted = (type: EventType, types: readonly EventType[] | null) =>
  types === null || types.includes(type);

async function tryOnce(
  { poster, retry, ledger }: DeliverTools,
  { url, secrets, failures }: ClaimedDelivery,
  event: EventAnswer,
  stopping: AbortSignal,
): Promise<{ tried: Try; next: AfterTry }> {
  const body = messageOf(event);
  const headers = signedHeaders({ id: event.id, body, at: ledger.clock() }, secrets);
  const startedAtMs = performance.now();
  const outcome = await poster.post(url, { headers, body }, stopping);
  const durationMs = performance.now() - startedAtMs;
  return {
    tried: { number: event.number, ...wordsOf(outcome), durationMs },
    next: afterTry(outcome, failures, retry),
  };
}

function wordsOf(outcome: PostOutcome): Pick<Try, 'status' | 'cause'> {
  return outcome.kind === 'answered'
    ? { status: outcome.status, cause: null }
    : { status: null, cause: outcome.cause };
}

/** The form Standard Webhooks recommends: type, time of the event, and the event itself. */
export function messageOf(event: EventAnswer): string {
  const { type, at, ...data } = event;
  return JSON.stringify({ type, timestamp: at, data });
}

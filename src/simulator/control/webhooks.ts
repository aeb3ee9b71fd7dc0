/** Control over webhooks: who hears of changes, what was delivered, and delivering at once. */

import type { QuickBooks } from '../quickbooks.js';
import type { Delivery, SendRequest } from '../webhooks/delivery.js';
import type { Subscription, SubscriptionOptions } from '../webhooks/subscription.js';
import { ControlError } from './error.js';

export interface SendResult {
  /** Null where no answer came. */
  status: number | null;
  error: string | null;
}

export class WebhookControl {
  constructor(private readonly quickbooks: QuickBooks) {}

  /** Sets an app's webhooks up, or replaces their settings. What waits is kept. */
  subscribe(options: SubscriptionOptions): Subscription {
    return refusing(() => this.quickbooks.webhooks.subscribe(options));
  }

  subscriptions(): Subscription[] {
    return this.quickbooks.webhooks.subscriptions();
  }

  /** Ends one app's webhooks, or all. Answers how many. */
  unsubscribe(clientId?: string): number {
    return this.quickbooks.webhooks.unsubscribe(clientId);
  }

  /** What waits, and the newest 1000 that were delivered to each app. */
  deliveries(): Delivery[] {
    return this.quickbooks.webhooks.deliveries();
  }

  /** Delivers all that waits now, whatever its time; to each app until an attempt fails. */
  async deliver(): Promise<Delivery[]> {
    await this.quickbooks.webhooks.deliverNow();
    return this.deliveries();
  }

  /** Resolves when everything is delivered. On a clock that stands, that may need moving it. */
  idle(): Promise<void> {
    return this.quickbooks.webhooks.idle();
  }

  /** Sends any body, signed, once and past everything that waits. */
  async send(request: SendRequest): Promise<SendResult> {
    const { webhooks } = this.quickbooks;
    const { status, error } = await refusing(() => webhooks.send(request));
    return { status, error };
  }

  /** Calls back after each attempt, until the returned function is called. */
  onAttempt(listener: (delivery: Delivery) => void): () => void {
    return this.quickbooks.webhooks.onAttempt(listener);
  }
}

function refusing<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new ControlError(400, error.message);
    throw error;
  }
}

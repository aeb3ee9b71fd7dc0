/** Tells apps what has changed in the companies that are connected to them. */

import type { SimulatorClock } from '../clock.js';
import type { Change } from '../engine/definition.js';
import { type Outcome, OutgoingRequests } from '../http/outgoing.js';
import { DEFAULT_CLIENT } from '../oauth/grants.js';
import { type Delivery, type SendRequest, wishedHeaders } from './delivery.js';
import { Endpoint, type Surroundings } from './endpoint.js';
import { type CloudEventStyle, eventOf } from './event.js';
import {
  type Subscription,
  type SubscriptionOptions,
  subscription,
  webhookEntity,
} from './subscription.js';

export interface WebhooksOptions {
  clock: SimulatorClock;
  random: () => number;
  isConnected: (clientId: string, realmId: string) => boolean;
  style: () => CloudEventStyle;
}

export class Webhooks {
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #requests = new OutgoingRequests();
  readonly #listeners = new Set<(delivery: Delivery) => void>();
  readonly #waiting = new Set<() => void>();
  readonly #around: Surroundings;
  #events = 0;

  constructor(private readonly options: WebhooksOptions) {
    const attempted = (delivery: Delivery) => {
      for (const listener of [...this.#listeners]) listener(delivery);
    };
    const rested = () => this.#tellIdle();
    this.#around = { ...options, requests: this.#requests, attempted, rested };
  }

  /** A change in a company, for every connected app that wants to know. */
  note(realmId: string, change: Change): void {
    if (this.#endpoints.size === 0) return;
    const entity = webhookEntity(change.entity);
    if (entity === undefined) return;
    for (const [clientId, endpoint] of this.#endpoints) {
      if (!endpoint.settings.entities.includes(entity)) continue;
      if (!this.options.isConnected(clientId, realmId)) continue;
      this.#events += 1;
      endpoint.note(eventOf(realmId, entity, change, this.#events));
    }
  }

  /** Replaces an app's settings. What waits for it goes to the new address. @throws RangeError */
  subscribe(options: SubscriptionOptions): Subscription {
    const clientId = options.clientId ?? DEFAULT_CLIENT;
    const known = this.#endpoints.get(clientId);
    const settings = subscription(options, known?.settings);
    if (known === undefined) this.#endpoints.set(clientId, new Endpoint(settings, this.#around));
    else known.settings = settings;
    return settings;
  }

  subscriptions(): Subscription[] {
    return [...this.#endpoints.values()].map(({ settings }) => settings);
  }

  /** Ends one app's webhooks, or all, with what waits for them. Answers how many. */
  unsubscribe(clientId?: string): number {
    const ended = [...this.#endpoints].filter(([id]) => clientId === undefined || id === clientId);
    for (const [id, endpoint] of ended) {
      endpoint.close();
      this.#endpoints.delete(id);
    }
    this.#tellIdle();
    return ended.length;
  }

  deliveries(): Delivery[] {
    return [...this.#endpoints.values()]
      .flatMap((endpoint) => endpoint.deliveries())
      .map((delivery) => ({ ...delivery, attempts: [...delivery.attempts] }));
  }

  async deliverNow(): Promise<void> {
    await Promise.all([...this.#endpoints.values()].map((endpoint) => endpoint.deliverNow()));
  }

  /** Resolves when nothing waits any more. On a clock that stands, that may need moving it. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Sends a body of one's own choice, once and outside the line. @throws RangeError */
  send(wish: SendRequest): Promise<Outcome> {
    const settings = this.#endpoints.get(wish.clientId ?? DEFAULT_CLIENT)?.settings;
    if (settings === undefined) throw new RangeError('That app has no webhooks');
    const body = typeof wish.body === 'string' ? wish.body : JSON.stringify(wish.body);
    const headers = wishedHeaders(settings, wish, body, this.options.clock.nowMs());
    const { url, timeoutMs } = settings;
    return this.#requests.send({ method: 'POST', url, headers, body, timeoutMs });
  }

  /** Calls back after each attempt, until the returned function is called. */
  onAttempt(listener: (delivery: Delivery) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Stops all timers and open requests. */
  close(): void {
    this.unsubscribe();
    this.#requests.close();
  }

  #isIdle(): boolean {
    return [...this.#endpoints.values()].every((endpoint) => endpoint.isIdle);
  }

  #tellIdle(): void {
    if (!this.#isIdle()) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/**
 * The way to one app's endpoint: changes gather, leave together, and stand in line. As long as the
 * first delivery is not acknowledged, none behind it is tried.
 */

import type { SimulatorClock } from '../clock.js';
import type { OutgoingRequests } from '../http/outgoing.js';
import { shuffled } from '../shuffle.js';
import { Alarm } from './alarm.js';
import { type Delivery, deliveryHeaders, newDelivery, noteAttempt } from './delivery.js';
import {
  type CloudEventStyle,
  cloudEvents,
  legacyEvents,
  type WebhookEvent,
  withoutBursts,
} from './event.js';
import type { Subscription } from './subscription.js';

/** What an endpoint needs of the service around it. */
export interface Surroundings {
  clock: SimulatorClock;
  random: () => number;
  requests: OutgoingRequests;
  isConnected: (clientId: string, realmId: string) => boolean;
  style: () => CloudEventStyle;
  attempted: (delivery: Delivery) => void;
  /** There is nothing to do at the moment. */
  rested: () => void;
}

/** Most events in one delivery. */
const EVENTS_MAX = 100;
/** Most deliveries in line: to an endpoint that is away for ever, later ones are lost. */
const LINE_MAX = 2_000;
/** Delivered ones that are remembered. */
const PAST_MAX = 1_000;

export class Endpoint {
  #gathered: WebhookEvent[] = [];
  #gatheredDueMs = 0;
  readonly #heldBack = new Set<WebhookEvent>();
  readonly #line: Delivery[] = [];
  readonly #past: Delivery[] = [];
  readonly #alarm: Alarm;
  #work: Promise<void> | undefined;
  #closed = false;

  constructor(
    public settings: Subscription,
    private readonly around: Surroundings,
  ) {
    this.#alarm = new Alarm(around.clock, () => this.#proceed());
  }

  get isIdle(): boolean {
    const waits = this.#gathered.length > 0 || this.#line.length > 0;
    return this.#closed || (!waits && this.#work === undefined);
  }

  /** The oldest first. */
  deliveries(): Delivery[] {
    return [...this.#past, ...this.#line];
  }

  note(event: WebhookEvent): void {
    if (this.#gathered.length === 0) this.#gatherUntil(this.settings.delayMs);
    this.#gathered.push(event);
    this.#setAlarm();
  }

  /** Delivers all that waits without regard to its time, until an attempt fails. */
  async deliverNow(): Promise<void> {
    await this.#work;
    if (this.#closed) return;
    this.#heldBack.clear();
    this.#lineUp(this.#gathered.splice(0));
    const [first] = this.#line;
    if (first !== undefined) first.nextAttempt = this.#now().toISOString();
    await this.#proceed();
  }

  close(): void {
    this.#closed = true;
    this.#alarm.close();
  }

  #now(): Date {
    return new Date(this.around.clock.nowMs());
  }

  #gatherUntil(delayMs: number): void {
    this.#gatheredDueMs = this.around.clock.nowMs() + delayMs;
  }

  #setAlarm(): void {
    if (this.#closed || this.#work !== undefined) return;
    const times = this.#gathered.length > 0 ? [this.#gatheredDueMs] : [];
    const next = this.#line[0]?.nextAttempt;
    if (typeof next === 'string') times.push(Date.parse(next));
    this.#alarm.set(times.length === 0 ? undefined : Math.min(...times));
  }

  #proceed(): Promise<void> {
    this.#work ??= this.#deliverDue().finally(() => {
      this.#work = undefined;
      this.#setAlarm();
      this.around.rested();
    });
    return this.#work;
  }

  async #deliverDue(): Promise<void> {
    for (let next = this.#nextDue(); next !== undefined; next = this.#nextDue()) {
      await this.#attempt(next);
    }
  }

  /** The first delivery in line, if its time has come. */
  #nextDue(): Delivery | undefined {
    if (this.#closed) return undefined;
    const now = this.#now();
    if (this.#gathered.length > 0 && this.#gatheredDueMs <= now.getTime()) this.#leaveTogether();
    const [first] = this.#line;
    const isDue = first?.nextAttempt != null && first.nextAttempt <= now.toISOString();
    return isDue ? first : undefined;
  }

  #leaveTogether(): void {
    const leaving = this.#gathered;
    const late = this.settings.shuffle ? leaving.filter((event) => this.#isHeldBack(event)) : [];
    this.#gathered = late;
    this.#gatherUntil(this.settings.delayMs);
    this.#lineUp(leaving.filter((event) => !late.includes(event)));
  }

  /** Half of the events miss their delivery, each of them once. */
  #isHeldBack(event: WebhookEvent): boolean {
    if (this.#heldBack.delete(event) || this.around.random() >= 0.5) return false;
    this.#heldBack.add(event);
    return true;
  }

  #lineUp(leaving: readonly WebhookEvent[]): void {
    const { settings, around } = this;
    const { clientId } = settings;
    const sent = leaving.filter(({ realmId }) => around.isConnected(clientId, realmId));
    const single = withoutBursts(sent);
    const events = settings.shuffle ? shuffled(single, around.random) : single;
    for (let at = 0; at < events.length && this.#line.length < LINE_MAX; at += EVENTS_MAX) {
      const some = events.slice(at, at + EVENTS_MAX);
      const delivery = newDelivery(
        clientId,
        this.#bodyOf(some),
        some.length,
        this.#now().getTime(),
      );
      this.#line.push(delivery);
      if (around.random() >= settings.duplicate) continue;
      const again = newDelivery(clientId, delivery.body, some.length, this.#now().getTime());
      this.#line.push({ ...again, repeats: delivery.id });
    }
  }

  #bodyOf(events: readonly WebhookEvent[]): string {
    const { format, clientId } = this.settings;
    return JSON.stringify(
      format === 'legacy'
        ? legacyEvents(events)
        : cloudEvents(events, clientId, this.around.style()),
    );
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { url, verifierToken, contentType, timeoutMs } = this.settings;
    const { requests, attempted } = this.around;
    const { body, id } = delivery;
    const at = this.#now();
    const nowMs = at.getTime();
    const headers = deliveryHeaders({ body, tid: id, nowMs, verifierToken, contentType });
    const { status, error } = await requests.send({
      method: 'POST',
      url,
      headers,
      body,
      timeoutMs,
    });
    noteAttempt(delivery, { at: at.toISOString(), status, error }, this.#now().getTime());
    if (delivery.delivered) {
      this.#line.shift();
      this.#past.push(delivery);
      if (this.#past.length > PAST_MAX) this.#past.shift();
    }
    attempted(delivery);
  }
}

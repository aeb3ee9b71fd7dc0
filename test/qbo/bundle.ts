import { randomUUID } from 'node:crypto';
import { type LaneWindows, laneStore } from '../../src/ledger/companies/lanes.js';
import { readMeter } from '../../src/ledger/companies/read-meter.js';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import { openLedger } from '../../src/ledger/database/open.js';
import type { QuickBooksEvent } from '../../src/qbo/log-events.js';
import { openQuickBooks, type QuickBooks } from '../../src/qbo/quickbooks.js';
import type { LaneLimits, RequestStore, WriteEnding, WriteRequest } from '../../src/qbo/stores.js';
import type { QuickBooksWaits } from '../../src/qbo/waits.js';
import { freshLedger, TEST_KEYS } from '../support/ledger.js';
import { aConnected, anApp } from '../support/tenancy.js';

/** Limits nobody reaches by accident. */
export const WIDE: LaneLimits = {
  inFlight: 50,
  perSecond: 1_000_000,
  perMinute: 10_000_000,
  batchesPerMinute: 1_000_000,
  slotHoldMs: 60_000,
};

/** Waits of a test: short where something is waited for in vain. */
const SHORT: Partial<QuickBooksWaits> = {
  connectMs: 2_000,
  callMs: 5_000,
  readRetryMs: 1,
  tokenCallMs: 2_000,
  tokenClaimMs: 5_000,
  tokenWaitMs: 5_000,
  tokenPollMs: 10,
  pauseJitterMs: 0,
};

export interface ClientOptions {
  limits?: LaneLimits;
  waits?: Partial<QuickBooksWaits>;
  windows?: LaneWindows;
  maxBodyBytes?: number;
  /** Leads the client's way to its database elsewhere. */
  throughProxy?: (databaseUrl: string) => string;
}

export interface Bundle {
  /** The ledger's own connection, for looking at rows. */
  ledger: Awaited<ReturnType<typeof freshLedger>>['ledger'];
  companyId: string;
  realmId: string;
  /** Moves business time on. */
  passMs(ms: number): void;
  databaseUrl: string;
  /** A client with a pool of its own, as another process would have. */
  client(options?: ClientOptions): Promise<QuickBooks>;
  events: QuickBooksEvent[];
  requests: MemoryRequests;
  close(): Promise<void>;
}

let realms = 0;

/** A ledger with one connected company, whose QuickBooks is at `baseUrl`. */
export async function bundle(baseUrl: string, givenRealmId?: string): Promise<Bundle> {
  let offsetMs = 0;
  const clock = () => new Date(Date.now() + offsetMs);
  const { ledger, url, close } = await freshLedger({ clock });
  const { app } = await anApp(ledger);
  realms += 1;
  const realmId = givenRealmId ?? `93414570000${realms}`;
  const { companyId } = await aConnected(ledger, app.id, realmId);
  const events: QuickBooksEvent[] = [];
  const requests = new MemoryRequests();
  const closers: (() => Promise<void>)[] = [];
  return {
    ledger,
    companyId,
    realmId,
    databaseUrl: url,
    events,
    requests,
    passMs(ms) {
      offsetMs += ms;
    },
    async client({ limits = WIDE, waits, windows, maxBodyBytes, throughProxy } = {}) {
      const own = await openLedger({
        url: throughProxy?.(url) ?? url,
        keys: TEST_KEYS,
        poolSize: 4,
        clock,
      });
      const client = openQuickBooks({
        environment: 'simulator',
        baseUrl,
        clientId: 'client',
        clientSecret: 'canary-secret',
        redirectUri: 'https://sync.example/oauth/callback',
        tokens: tokenStore(own),
        lanes: laneStore(own, windows),
        requests,
        reads: readMeter(own),
        limits,
        waits: { ...SHORT, ...waits },
        clock,
        random: () => 0.5,
        log: (event) => events.push(event),
        maxBodyBytes,
      });
      closers.push(async () => {
        await client.close();
        await own.close();
      });
      return client;
    },
    async close() {
      for (const closer of closers) await closer();
      await close();
    },
  };
}

/**
 * The seam of requests, kept in memory: what the client promises is the order of its notes. The
 * ledger's own implementation is tested with the ledger.
 */
export class MemoryRequests implements RequestStore {
  readonly notes: string[] = [];
  readonly endings: WriteEnding[] = [];
  onSent: () => void = () => undefined;

  async markSent(id: string): Promise<void> {
    this.onSent();
    this.notes.push(`sent ${id}`);
  }

  async markEnded(id: string, ending: WriteEnding): Promise<void> {
    this.notes.push(`${ending.kind} ${id}`);
    this.endings.push(ending);
  }
}

/** A write of an invoice. */
export function aWrite(companyId: string, more: Partial<WriteRequest> = {}): WriteRequest {
  return {
    id: '1',
    companyId,
    requestId: randomUUID(),
    path: 'invoice',
    body: '{"DocNumber":"7","PrivateNote":"žluť \\u0000  "} ',
    call: 'single',
    ...more,
  };
}

/** Options of a call that nobody aborts. */
export const free = () => ({ signal: new AbortController().signal });

export const sending = () => ({ ...free(), deadlineMs: 5_000, mayStillSend: () => true });

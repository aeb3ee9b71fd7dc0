import { RETRY_DELAYS_MS } from '../deliver/schedule.js';
import { MIGRATION_LOCK_MS } from '../ledger/database/migrate.js';
import type { ChangesTimes } from '../ledger/runs/changes-wanted.js';
import { DEFAULT_PACE, type RetryPace } from '../push/failure-policy.js';
import { DEFAULT_PUSH_WAITS, type PushWaits } from '../push/sending.js';
import { DEFAULT_WAITS, type QuickBooksWaits } from '../qbo/waits.js';
import type { CanaryTimes } from '../queue/canary.js';
import type { LeaseTimes } from '../queue/lease.js';

/** Every wait of the product in one place, in milliseconds; tests run all of them at a fraction. */
export interface Waits {
  quickbooks: QuickBooksWaits;
  push: PushWaits;
  pace: RetryPace;
  lease: LeaseTimes;
  /** Between two sweeps. */
  sweepEveryMs: number;
  /** Work younger than this has its own wake-up on the way. */
  sweepQuietMs: number;
  /** Between two looks for companies to be asked whether they can be used, or whose tokens end. */
  checkEveryMs: number;
  /** Between two rounds of forgetting what is old. */
  forgetEveryMs: number;
  canary: CanaryTimes;
  deliver: {
    /** Between two looks for events that were not delivered yet. */
    everyMs: number;
    /** Connect, send and be answered. */
    postMs: number;
    /** A delivery is held this long past its last event. */
    leaseMs: number;
    /** Waits between the tries of one event; after the last the endpoint is given up. */
    retryDelaysMs: readonly number[];
  };
  changes: ChangesTimes & {
    /** Between two looks for webhooks that came. */
    everyMs: number;
  };
  /** Between two looks at what has fallen due by the clock. */
  schedulesEveryMs: number;
  bulk: {
    /** Between two shares of a bulk action: a share is what its rate allows in a second. */
    everyMs: number;
    /** A share whose worker died is taken over after this. */
    leaseMs: number;
  };
  database: {
    /** For a connection. */
    connectMs: number;
    /** The database cancels a statement after this. */
    statementMs: number;
    /** A migration waits so long for one table, with everybody who wants it waiting behind. */
    lockMs: number;
  };
  web: {
    /** A request that is not answered within this is answered 503. */
    answerMs: number;
    /** The same for a webhook; Intuit waits 3 s. */
    webhookMs: number;
    /** A database that says nothing for this long is not ready. */
    readyMs: number;
  };
  /** In-flight work may take this long after SIGTERM. */
  graceMs: number;
  queue: {
    addTimeoutMs: number;
    lockDurationMs: number;
    stalledIntervalMs: number;
    storeTimeoutMs: number;
    errorSummaryMs: number;
    drainDelaySeconds: number;
  };
}

/** Counts among the waits of the QuickBooks client; they are not scaled. */
const QUICKBOOKS_COUNTS: ReadonlySet<string> = new Set(['readRetries', 'laneQueue']);
/** Network time-outs that a slow machine needs even in a test. */
const QUICKBOOKS_UNSCALED: ReadonlySet<string> = new Set([
  // The lane's own pace is Intuit's and not scaled, so neither is the wait for it.
  'laneMs',
  'laneBatchMs',
  'laneTurnMs',
  'connectMs',
  'idleSocketMs',
  'tokenPollMs',
  'tokenCallMs',
  'tokenFloorMs',
]);

/** A process that has to share its processor must renew in time, even in a test. */
const LEASE_MIN: LeaseTimes = { leaseMs: 3_000, renewMs: 1_000 };
/** And keep its jobs and hear what the queue's store answers: else no wake-up is ever added. */
const QUEUE_MIN = { addTimeoutMs: 2_500, lockDurationMs: 3_000, storeTimeoutMs: 3_000 };
/** Whoever holds a refresh must be done with it, or another one asks with the same token. */
const TOKEN_CLAIM_MS_MIN = 6_000;
/** A worker that looks twenty times a second for what may have come takes an eighth of a processor. */
const LOOK_MIN = { everyMs: 200 };
const SHARE_MIN_MS = 100;
/** What comes wakes a queue's worker; this is for a wake-up that was lost. */
const DRAIN_DELAY_SECONDS_MIN = 1;

const noShorter = <Group extends object>(group: Group, least: Partial<Group>): Group =>
  Object.fromEntries(
    Object.entries(group).map(([name, value]) => [
      name,
      Math.max(value as number, Number(least[name as keyof Group] ?? 0)),
    ]),
  ) as Group;

/**
 * The waits of production at `scale` 1; the test profile is 1/20 of them. Those for the lane are
 * shorter by `laneScale`, as its windows are. Those for a database's answer are scaled by
 * themselves: a slow machine needs them even in a test, and so it does a lease and an answer of the
 * queue's store of some seconds.
 */
export function waitsAtScale(scale: number, laneScale = 1, databaseScale = 1): Waits {
  const scaled = (valueMs: number) => Math.max(1, Math.round(valueMs * scale));
  const all = <Group extends object>(group: Group, keep: ReadonlySet<string> = new Set()): Group =>
    Object.fromEntries(
      Object.entries(group).map(([name, value]) => [
        name,
        keep.has(name) ? value : scaled(value as number),
      ]),
    ) as Group;
  return {
    quickbooks: {
      ...all(DEFAULT_WAITS, new Set([...QUICKBOOKS_COUNTS, ...QUICKBOOKS_UNSCALED])),
      laneMs: DEFAULT_WAITS.laneMs / laneScale,
      laneBatchMs: DEFAULT_WAITS.laneBatchMs / laneScale,
      laneTurnMs: DEFAULT_WAITS.laneTurnMs / laneScale,
      laneStoreMs: DEFAULT_WAITS.laneStoreMs * databaseScale,
      tokenClaimMs: Math.max(TOKEN_CLAIM_MS_MIN, scaled(DEFAULT_WAITS.tokenClaimMs)),
    },
    push: all(DEFAULT_PUSH_WAITS),
    pace: all(DEFAULT_PACE),
    lease: noShorter(all({ leaseMs: 30_000, renewMs: 10_000 }), LEASE_MIN),
    sweepEveryMs: scaled(15_000),
    sweepQuietMs: scaled(5_000),
    checkEveryMs: scaled(15_000),
    forgetEveryMs: scaled(600_000),
    canary: all({ everyMs: 30_000, standstillMs: 120_000 }),
    deliver: {
      ...noShorter(all({ everyMs: 1_000, leaseMs: 60_000 }), LOOK_MIN),
      // A slow machine needs it even in a test.
      postMs: 20_000 * Math.max(scale, 0.25),
      retryDelaysMs: RETRY_DELAYS_MS.map(scaled),
    },
    changes: noShorter(all({ everyMs: 1_000, gatherMs: 3_000, settleMs: 60_000 }), LOOK_MIN),
    schedulesEveryMs: scaled(10_000),
    bulk: {
      everyMs: Math.max(SHARE_MIN_MS, scaled(1_000)),
      leaseMs: Math.max(LEASE_MIN.leaseMs, scaled(30_000)),
    },
    database: {
      connectMs: 5_000 * databaseScale,
      statementMs: 10_000 * databaseScale,
      lockMs: MIGRATION_LOCK_MS * databaseScale,
    },
    web: {
      answerMs: 10_000 * databaseScale,
      webhookMs: 2_500 * databaseScale,
      readyMs: 5_000 * databaseScale,
    },
    graceMs: scaled(25_000),
    queue: {
      ...noShorter(
        all({
          addTimeoutMs: 5_000,
          lockDurationMs: 30_000,
          stalledIntervalMs: 30_000,
          storeTimeoutMs: 30_000,
          errorSummaryMs: 10_000,
        }),
        QUEUE_MIN,
      ),
      drainDelaySeconds: Math.max(DRAIN_DELAY_SECONDS_MIN, 5 * scale),
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import Bottleneck from 'bottleneck';
import { LaneBusy } from './errors.js';
import type { QuickBooksLog } from './log-events.js';
import type {
  CallClass,
  CompanyId,
  LaneGrant,
  LaneLimits,
  LaneSlot,
  LaneStore,
  NotedPause,
} from './stores.js';
import type { QuickBooksWaits } from './waits.js';
import { within } from './within.js';

/** Leave to make one call. */
export interface LaneTurn {
  /**
   * Called right before the call goes. A turn is good for `laneTurnMs`: a call that comes later,
   * because the process stood still, would come together with those of the next turns. It then waits
   * for another one, as long as for the first.
   * @throws LaneBusy when there is none to be had
   */
  makeGood(): Promise<void>;
  /** QuickBooks throttles: nobody calls the company for a while. */
  pause(retryAfterMs: number | null): Promise<NotedPause>;
  /** QuickBooks answered and did not throttle: whoever waited for that may go. */
  passed(): void;
}

/** All traffic to a company goes through here. */
export interface Lane {
  /**
   * Runs `fn` when the company's limits allow a call, after at most `laneMs` or `laneBatchMs`. With
   * `behindLive` all who wait in the same line go before it.
   * @throws LaneBusy when that is too short; `fn` was not run
   */
  withLane<T>(
    companyId: CompanyId,
    call: CallClass,
    o: { signal: AbortSignal; behindLive?: boolean },
    fn: (turn: LaneTurn) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
}

export interface LaneOptions {
  lanes: LaneStore;
  limits: LaneLimits;
  waits: QuickBooksWaits;
  random: () => number;
  log: QuickBooksLog;
}

/** A grant, and when the store was asked for it: it was given after that. */
type Granted = Extract<LaneGrant, { granted: true }> & { askedAtMs: number };

/** Places in a line: Bottleneck's own for whoever names none, and its last. */
const PRIORITY = { inTurn: 5, behindLive: 9 } as const;

/** The machine's clock is set right by less than this all the time. */
const STEP_MS = 100;

/**
 * How often the machine's clock was set back so far. Bottleneck keeps the time of a line's next call
 * by that clock, and would hold the line for as long as it was set back: it gets a new one instead.
 */
function clockSteps(): () => number {
  const aheadMs = () => Date.now() - performance.now();
  let steps = 0;
  let beforeMs = aheadMs();
  return () => {
    const nowMs = aheadMs();
    if (nowMs < beforeMs - STEP_MS) steps += 1;
    beforeMs = nowMs;
    return steps;
  };
}

/**
 * The lane of every company. What the company has left is known by the store alone, which all workers
 * share and which spaces the calls; Bottleneck lines them up inside this process, so that they go in
 * the order they came and the store is asked for one at a time. Batch calls have a line of their
 * own: their limit is tighter, and single calls pass them.
 */
export function openLane({ lanes, limits, waits, random, log }: LaneOptions): Lane {
  const lines = new Bottleneck.Group({
    maxConcurrent: 1,
    highWater: waits.laneQueue,
    strategy: Bottleneck.strategy.OVERFLOW,
    timeout: waits.idleLaneMs,
  });

  const stepsBack = clockSteps();
  const isStale = ({ askedAtMs }: Granted) => performance.now() - askedAtMs > waits.laneTurnMs;

  // A slot that cannot be given back is free again when its hold ends.
  const giveBack = (companyId: CompanyId, slot: LaneSlot, passed = false) =>
    lanes
      .release(companyId, slot, passed)
      .catch(() => log({ event: 'qbo_slot_not_released', companyId }));

  const ask = async (
    companyId: CompanyId,
    call: CallClass,
    signal: AbortSignal,
    endMs: number,
  ): Promise<Granted> => {
    let staleBefore = false;
    for (;;) {
      signal.throwIfAborted();
      const askedAtMs = performance.now();
      const answer = await within(waits.laneStoreMs, lanes.acquire(companyId, call, limits), {
        error: () => new LaneBusy({ waitMs: waits.laneMs, paused: false }),
        onLate: (late) => {
          if (late.granted) void giveBack(companyId, late);
        },
      });
      if (answer.granted) {
        const granted = { ...answer, askedAtMs };
        // Twice late is no accident: a store that is always slow must not keep calls from going.
        if (staleBefore || !isStale(granted)) return granted;
        staleBefore = true;
        await giveBack(companyId, granted);
        continue;
      }
      const waitMs = Math.max(1, Math.ceil(answer.waitMs));
      if (performance.now() + waitMs > endMs) {
        throw new LaneBusy({ ...answer, waitMs });
      }
      await delay(waitMs, undefined, { signal });
    }
  };

  const enter = async (
    companyId: CompanyId,
    call: CallClass,
    { signal, behindLive = false }: { signal: AbortSignal; behindLive?: boolean },
  ) => {
    const priority = behindLive ? PRIORITY.behindLive : PRIORITY.inTurn;
    const longestMs = call === 'batch' ? waits.laneBatchMs : waits.laneMs;
    const endMs = performance.now() + longestMs;
    const line = lines.key(`${companyId} ${call} ${stepsBack()}`);
    try {
      // Whoever stands in a line whose clock was set back is not kept there.
      return await within(
        longestMs + waits.laneStoreMs,
        line.schedule({ priority }, () => ask(companyId, call, signal, endMs)),
        {
          error: () => new LaneBusy({ waitMs: longestMs, paused: false }),
          onLate: (late) => void giveBack(companyId, late),
        },
      );
    } catch (error) {
      // The line is full, or this process is closing.
      if (error instanceof Bottleneck.BottleneckError) {
        throw new LaneBusy({ waitMs: longestMs, paused: false });
      }
      throw error;
    }
  };

  const pause = async (
    companyId: CompanyId,
    retryAfterMs: number | null,
    { probe }: Granted,
  ): Promise<NotedPause> => {
    const asked = Math.max(waits.pauseMs, retryAfterMs ?? 0);
    const pauseMs = Math.min(asked, waits.maxPauseMs) + random() * waits.pauseJitterMs;
    const { probeEveryMs } = waits;
    const noted = await lanes.pause(companyId, { pauseMs, probeEveryMs, probe });
    log({ event: 'qbo_paused', companyId, ...noted });
    return noted;
  };

  return {
    async withLane(companyId, call, o, fn) {
      let granted = await enter(companyId, call, o);
      let hasPassed = false;
      const makeGood = async () => {
        if (!isStale(granted)) return;
        // Before another one is asked for: nobody is granted anything while a probe is on its way.
        await giveBack(companyId, granted);
        granted = await enter(companyId, call, o);
      };
      try {
        return await fn({
          makeGood,
          pause: (retryAfterMs) => pause(companyId, retryAfterMs, granted),
          passed: () => {
            hasPassed = true;
          },
        });
      } finally {
        await giveBack(companyId, granted, hasPassed);
      }
    },

    async close() {
      await Promise.all(lines.limiters().map(({ limiter }) => limiter.stop()));
    },
  };
}

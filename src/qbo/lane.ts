import type { QuickBooksLog } from './log-events.js';
import type { CallClass, CompanyId, LaneLimits, LaneStore, NotedPause } from './stores.js';
import { type GrantedTurn, openTurns } from './turns.js';
import type { QuickBooksWaits } from './waits.js';

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
   * `behindLive` all of this process who have no turn yet go before it.
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

/** The lane of every company: turns for its calls, and the pause that QuickBooks asks for. */
export function openLane({ lanes, limits, waits, random, log }: LaneOptions): Lane {
  const turns = openTurns({ lanes, limits, waits, log });

  const pause = async (
    companyId: CompanyId,
    retryAfterMs: number | null,
    { probe }: GrantedTurn,
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
      let granted = await turns.next(companyId, call, o);
      let hasPassed = false;
      const makeGood = async () => {
        if (!turns.isMissed(granted)) return;
        // Before another one is asked for: nobody is granted anything while a probe is on its way.
        await turns.giveBack(companyId, granted);
        granted = await turns.next(companyId, call, { ...o, batchTurn: granted.batchTurn });
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
        await turns.giveBack(companyId, granted, hasPassed);
      }
    },

    close: turns.close,
  };
}

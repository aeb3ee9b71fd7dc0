import type { LaneLimits, LaneStore, NotedPause } from '../../qbo/stores.js';
import type { Ledger } from '../database/open.js';
import { giveTurn, type LaneIntervals } from './lane-turns.js';

/** The windows Intuit counts in. */
export interface LaneWindows {
  secondMs: number;
  minuteMs: number;
  /**
   * Added to each window: two calls granted a window apart may arrive a little closer together,
   * because the first one was slow on its way.
   */
  secondMarginMs: number;
  minuteMarginMs: number;
}

/** Intuit's windows with our margins; `scale` times shorter for a simulator that is. */
export function intuitWindows(scale = 1): LaneWindows {
  return {
    secondMs: 1_000 / scale,
    minuteMs: 60_000 / scale,
    secondMarginMs: 180 / scale,
    minuteMarginMs: 400 / scale,
  };
}

/**
 * The lane's state in Postgres, on the database's clock, shared by every worker.
 *
 * Rates are kept as the moment of the next call (GCRA): who asks has that turn for its own, now or
 * later, and moves the next one on by an interval of window / limit. So no window ever holds more
 * than `limit` calls, all go in the order they asked, and nobody finds its turn taken by a faster
 * process. Calls come one by one, evenly, which also keeps them apart on the way. Calls in flight
 * are slots, taken when a turn has come and each held until a time, so that the slot of a killed
 * process comes free by itself.
 *
 * A batch needs a turn among the batches as well. These are seconds apart: it has that one first, and
 * takes the next turn among the calls when its moment comes, so that single calls go in between.
 *
 * After a throttle one call goes alone, the probe, and no turn is given ahead. Where it passes, all
 * others follow; where it is throttled as well, a limit of the day or month is used up, and the pause
 * is a long one.
 */
export function laneStore(ledger: Ledger, windows: LaneWindows = intuitWindows()): LaneStore {
  const { sql } = ledger;
  return {
    async acquire(companyId, request) {
      const intervals = intervalsOf(request.limits, windows);
      const first = await giveTurn(ledger, companyId, request, intervals);
      if (first !== 'no_lane') return first;
      await openLane(ledger, companyId, request.limits);
      const second = await giveTurn(ledger, companyId, request, intervals);
      if (second === 'no_lane') throw new Error(`The lane of company ${companyId} is not there`);
      return second;
    },

    async release(companyId, { slot, ticket, probe }, passed) {
      await sql`
        with freed as (
          update lane_slots set held_until = null
          where company_id = ${companyId} and slot = ${slot} and ticket = ${ticket}
            and held_until is not null
          returning 1
        )
        update lanes set probe_until = null,
          throttled_since = case when ${passed} then null else throttled_since end,
          probes_failed = case when ${passed} then 0 else probes_failed end
        where company_id = ${companyId} and ${probe} and exists (select 1 from freed)`;
    },

    async pause(companyId, { pauseMs, probeEveryMs, probe }) {
      const probeMs = Math.max(pauseMs, probeEveryMs);
      const [noted] = await sql<NotedPause[]>`
        update lanes set
          paused_until = greatest(paused_until, now()
            + ${probe ? probeMs : pauseMs}::float8 * interval '1 millisecond'),
          throttled_since = coalesce(throttled_since, now()),
          probes_failed = probes_failed + ${probe ? 1 : 0}
        where company_id = ${companyId}
        returning case when probes_failed > 0 then throttled_since end as throttled_since,
          (extract(epoch from paused_until - now()) * 1000)::float8 as pause_ms`;
      if (noted === undefined) throw new Error(`The lane of company ${companyId} is not there`);
      return noted;
    },
  };
}

/**
 * How much later than its turn among the batches a batch may have that among the calls without moving
 * the batches after it, as a share of the minute. It costs as much of the limit.
 */
const BATCH_LATE = 0.003;

function intervalsOf(limits: LaneLimits, windows: LaneWindows): LaneIntervals {
  const secondMs = windows.secondMs + windows.secondMarginMs;
  const minuteMs = windows.minuteMs + windows.minuteMarginMs;
  const batchLateMs = minuteMs * BATCH_LATE;
  return {
    callMs: secondMs / limits.perSecond,
    minuteMs: minuteMs / limits.perMinute,
    batchMs: (minuteMs + batchLateMs) / limits.batchesPerMinute,
    batchLateMs,
  };
}

async function openLane({ sql }: Ledger, companyId: string, limits: LaneLimits): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`insert into lanes (company_id) values (${companyId}) on conflict do nothing`;
    await tx`
      insert into lane_slots (company_id, slot)
      select ${companyId}, slot from generate_series(0, ${limits.inFlight - 1}) slot
      on conflict do nothing`;
  });
}

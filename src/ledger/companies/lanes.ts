import type { CallClass, LaneGrant, LaneLimits, LaneStore, NotedPause } from '../../qbo/stores.js';
import type { Ledger } from '../database/open.js';

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
 * How far calls may run ahead of their even spacing, as a share of the window. Whoever comes late
 * for a turn, because a process was busy or another one was faster, is made up for by this much; it
 * costs as much of the limit.
 */
const SECOND_AHEAD = 0.02;
const MINUTE_AHEAD = 0.003;
/** A batch also has to win a turn from the single calls that wait, which takes it a few of theirs. */
const BATCH_AHEAD = 0.01;
/** When a slot comes free is not known: somebody asks again after this. */
const SLOT_WAIT_MS = 50;
/** Nor when a probe is answered. */
const PROBE_WAIT_MS = 1_000;

/**
 * The lane's state in Postgres, on the database's clock, shared by every worker.
 *
 * Rates are kept as the moment of the next call (GCRA): a grant moves it on by one interval, and may
 * come `ahead` of it. With an interval of (window + ahead) / limit, no window ever holds more than
 * `limit` calls. Calls come one by one, nearly evenly, which also keeps them apart on the way. Calls
 * in flight are slots, each held until a time, so that the slot of a killed process comes free by
 * itself.
 *
 * After a throttle one call goes alone, the probe. Where it passes, all others follow; where it is
 * throttled as well, a limit of the day or month is used up, and the pause is a long one.
 */
export function laneStore(ledger: Ledger, windows: LaneWindows = intuitWindows()): LaneStore {
  const { sql } = ledger;
  return {
    async acquire(companyId, call, limits) {
      const first = await ask(ledger, companyId, call, limits, windows);
      if (first !== 'no_lane') return first;
      await openLane(ledger, companyId, limits);
      const second = await ask(ledger, companyId, call, limits, windows);
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

interface Asked {
  hasLane: boolean;
  slots: number;
  slot: number | null;
  ticket: number | null;
  probe: boolean;
  /** Somebody else's probe is on its way. */
  probing: boolean;
  waitMs: number;
  paused: boolean;
  throttledSince: Date | null;
}

/**
 * One statement: a free slot is locked, the lane moved on if every limit allows it now, and the slot
 * taken if the lane moved. The lane's row decides under its lock, on its newest version.
 */
async function ask(
  { sql }: Ledger,
  companyId: string,
  call: CallClass,
  limits: LaneLimits,
  windows: LaneWindows,
): Promise<LaneGrant | 'no_lane'> {
  const isBatch = call === 'batch';
  const { callMs, callAheadMs, minuteMs, minuteAheadMs, batchMs, batchAheadMs } = intervalsOf(
    limits,
    windows,
  );
  const [row] = await sql<Asked[]>`
    with free as (
      select slot from lane_slots
      where company_id = ${companyId} and slot < ${limits.inFlight}
        and (held_until is null or held_until <= clock_timestamp())
      order by slot limit 1 for update skip locked
    ), moved as (
      update lanes set
        next_call_at = greatest(next_call_at, clock_timestamp())
          + ${callMs}::float8 * interval '1 millisecond',
        next_minute_at = greatest(next_minute_at, clock_timestamp())
          + ${minuteMs}::float8 * interval '1 millisecond',
        next_batch_at = case when ${isBatch} then greatest(next_batch_at, clock_timestamp())
          + ${batchMs}::float8 * interval '1 millisecond' else next_batch_at end,
        probe_until = case when throttled_since is not null then clock_timestamp()
          + ${limits.slotHoldMs}::float8 * interval '1 millisecond' end
      where company_id = ${companyId} and exists (select 1 from free)
        and next_call_at <= clock_timestamp() + ${callAheadMs}::float8 * interval '1 millisecond'
        and next_minute_at
          <= clock_timestamp() + ${minuteAheadMs}::float8 * interval '1 millisecond'
        and (not ${isBatch} or next_batch_at
          <= clock_timestamp() + ${batchAheadMs}::float8 * interval '1 millisecond')
        and (paused_until is null or paused_until <= clock_timestamp())
        and (probe_until is null or probe_until <= clock_timestamp())
      returning throttled_since is not null as probe
    ), taken as (
      update lane_slots s set ticket = s.ticket + 1,
        held_until = clock_timestamp() + ${limits.slotHoldMs}::float8 * interval '1 millisecond'
      from free, moved
      where s.company_id = ${companyId} and s.slot = free.slot
      returning s.slot, s.ticket, moved.probe
    )
    select l.company_id is not null as has_lane, taken.slot, taken.ticket,
      coalesce(taken.probe, false) as probe,
      coalesce(l.probe_until > clock_timestamp(), false) as probing,
      case when l.probes_failed > 0 then l.throttled_since end as throttled_since,
      (select count(*)::int from lane_slots
        where company_id = ${companyId} and slot < ${limits.inFlight}) as slots,
      coalesce(l.paused_until > clock_timestamp(), false) as paused,
      coalesce((extract(epoch from greatest(
        l.next_call_at - ${callAheadMs}::float8 * interval '1 millisecond',
        l.next_minute_at - ${minuteAheadMs}::float8 * interval '1 millisecond',
        case when ${isBatch} then
          l.next_batch_at - ${batchAheadMs}::float8 * interval '1 millisecond' end,
        l.paused_until) - clock_timestamp()) * 1000)::float8, 0) as wait_ms
    from (select 1) one
      left join lanes l on l.company_id = ${companyId}
      left join taken on true`;
  if (row === undefined || !row.hasLane || row.slots < limits.inFlight) return 'no_lane';
  const { slot, ticket, probe, waitMs, paused, throttledSince } = row;
  if (slot !== null && ticket !== null) return { granted: true, slot, ticket, probe };
  const leastMs = row.probing ? PROBE_WAIT_MS : SLOT_WAIT_MS;
  return { granted: false, waitMs: waitMs > 0 ? waitMs : leastMs, paused, throttledSince };
}

/** Milliseconds between grants under each limit, and how far a call may run ahead of them. */
function intervalsOf(limits: LaneLimits, windows: LaneWindows) {
  const secondMs = windows.secondMs + windows.secondMarginMs;
  const wholeMinuteMs = windows.minuteMs + windows.minuteMarginMs;
  const callAheadMs = secondMs * SECOND_AHEAD;
  const minuteAheadMs = wholeMinuteMs * MINUTE_AHEAD;
  const batchAheadMs = wholeMinuteMs * BATCH_AHEAD;
  return {
    callMs: (secondMs + callAheadMs) / limits.perSecond,
    callAheadMs,
    minuteMs: (wholeMinuteMs + minuteAheadMs) / limits.perMinute,
    minuteAheadMs,
    batchMs: (wholeMinuteMs + batchAheadMs) / limits.batchesPerMinute,
    batchAheadMs,
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

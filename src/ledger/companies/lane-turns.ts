import type { LaneGrant, LaneLimits, LaneRequest, ReservedTurn } from '../../qbo/stores.js';
import type { AnySql, Ledger } from '../database/open.js';

/** Milliseconds between two turns under each limit. */
export interface LaneIntervals {
  callMs: number;
  minuteMs: number;
  batchMs: number;
  /** A batch that goes so much after its turn among the batches does not move those after it. */
  batchLateMs: number;
}

/** When a slot comes free is not known: somebody asks again after this. */
const SLOT_WAIT_MS = 50;
/** Nor when a probe is answered. */
const PROBE_WAIT_MS = 1_000;

/**
 * Leave for a call now, or a turn that comes later, or neither. `no_lane`: the company has no rows yet.
 */
export async function giveTurn(
  ledger: Ledger,
  companyId: string,
  request: LaneRequest,
  intervals: LaneIntervals,
): Promise<LaneGrant | 'no_lane'> {
  const { turn, limits } = request;
  if (turn?.of === 'call') return takeSlot(ledger, companyId, limits, turn);
  const row = await askForCall(ledger, companyId, request, intervals);
  if (row === undefined || !row.hasLane || row.slots < limits.inFlight) return 'no_lane';
  const { slot, ticket, probe, turnAtMs, turnInMs, waitMs, paused, throttledSince } = row;
  if (slot !== null && ticket !== null) return { granted: true, lateMs: 0, slot, ticket, probe };
  const later = { granted: false, paused, throttledSince } as const;
  if (turnAtMs !== null)
    return { ...later, waitMs: turnInMs, turn: { of: 'call', atMs: turnAtMs } };
  const isEarlyBatch = request.call === 'batch' && turn === null && !row.isBatchDue;
  const batch = isEarlyBatch
    ? await reserveBatch(ledger, companyId, request, intervals)
    : undefined;
  if (batch !== undefined) return batch;
  const leastMs = row.probing ? PROBE_WAIT_MS : SLOT_WAIT_MS;
  return { ...later, waitMs: waitMs > 0 ? waitMs : leastMs, turn };
}

interface Asked {
  hasLane: boolean;
  slots: number;
  slot: number | null;
  ticket: number | null;
  probe: boolean;
  /** The call has a turn, and that comes later. */
  turnAtMs: number | null;
  turnInMs: number;
  /** A batch may go at the next turn among the calls. */
  isBatchDue: boolean;
  /** Somebody else's probe is on its way. */
  probing: boolean;
  waitMs: number;
  paused: boolean;
  throttledSince: Date | null;
}

/**
 * One statement: a free slot is locked, the lane moved on if the call may have the next turn, and the
 * slot taken if that has come. The lane's row decides under its lock, on its newest version.
 */
async function askForCall(
  { sql }: Ledger,
  companyId: string,
  { call, limits, withinMs, turn }: LaneRequest,
  { callMs, minuteMs, batchMs, batchLateMs }: LaneIntervals,
): Promise<Asked | undefined> {
  const isBatch = call === 'batch';
  const ms = (amount: number) => sql`${amount}::float8 * interval '1 millisecond'`;
  const next = sql`greatest(next_call_at, next_minute_at, clock_timestamp())`;
  const batchAtMs = turn?.of === 'batch' ? turn.atMs : null;
  const batchAt = sql`coalesce(to_timestamp(${batchAtMs}::float8 / 1000), next_batch_at)`;
  const [row] = await sql<Asked[]>`
    with free as (${freeSlot(sql, companyId, limits)}), moved as (
      update lanes set
        next_call_at = ${next} + ${ms(callMs)},
        next_minute_at = ${next} + ${ms(minuteMs)},
        next_batch_at = case when ${isBatch} then
          next_batch_at + ${ms(batchAtMs === null ? batchMs : 0)}
            + greatest(interval '0', ${next} - ${batchAt} - ${ms(batchLateMs)})
          else next_batch_at end,
        probe_until = case when throttled_since is not null
          then clock_timestamp() + ${ms(limits.slotHoldMs)} end
      where company_id = ${companyId} and exists (select 1 from free)
        and greatest(next_call_at, next_minute_at) <= clock_timestamp()
          + case when throttled_since is null then ${ms(withinMs)} else interval '0' end
        and (not ${isBatch} or ${batchAt} <= ${next})
        and (paused_until is null or paused_until <= clock_timestamp())
        and (probe_until is null or probe_until <= clock_timestamp())
      returning next_call_at - ${ms(callMs)} as turn_at, throttled_since is not null as probe
    ), taken as (
      update lane_slots s set ticket = s.ticket + 1,
        held_until = clock_timestamp() + ${ms(limits.slotHoldMs)}
      from free, moved
      where s.company_id = ${companyId} and s.slot = free.slot
        and moved.turn_at <= clock_timestamp()
      returning s.slot, s.ticket
    )
    select l.company_id is not null as has_lane, taken.slot, taken.ticket,
      coalesce(moved.probe, false) as probe,
      (extract(epoch from moved.turn_at) * 1000)::float8 as turn_at_ms,
      coalesce(extract(epoch from moved.turn_at - clock_timestamp()) * 1000, 0)::float8 as turn_in_ms,
      coalesce(${batchAt} <= ${next}, false) as is_batch_due,
      coalesce(l.probe_until > clock_timestamp(), false) as probing,
      case when l.probes_failed > 0 then l.throttled_since end as throttled_since,
      (select count(*)::int from lane_slots
        where company_id = ${companyId} and slot < ${limits.inFlight}) as slots,
      coalesce(l.paused_until > clock_timestamp(), false) as paused,
      coalesce((extract(epoch from greatest(l.paused_until,
        case when ${isBatch} and ${batchAt} > ${next} then clock_timestamp() + (${batchAt} - ${next})
          else ${next} end) - clock_timestamp()) * 1000)::float8, 0) as wait_ms
    from (select 1) one
      left join lanes l on l.company_id = ${companyId}
      left join moved on true
      left join taken on true`;
  return row;
}

/**
 * A turn among the batches, which comes later. Its caller comes back when the next turn among the
 * calls may be as late: better too early, because what it is late by is lost.
 */
async function reserveBatch(
  { sql }: Ledger,
  companyId: string,
  { withinMs }: LaneRequest,
  { callMs, batchMs }: LaneIntervals,
): Promise<LaneGrant | undefined> {
  const [row] = await sql<{ atMs: number; waitMs: number }[]>`
    with moved as (
      update lanes set next_batch_at = greatest(next_batch_at, clock_timestamp())
        + ${batchMs}::float8 * interval '1 millisecond'
      where company_id = ${companyId} and throttled_since is null
        and next_batch_at <= clock_timestamp() + ${withinMs}::float8 * interval '1 millisecond'
        and (paused_until is null or paused_until <= clock_timestamp())
      returning next_batch_at - ${batchMs}::float8 * interval '1 millisecond' as batch_at,
        greatest(next_call_at, next_minute_at, clock_timestamp()) as call_at
    )
    select (extract(epoch from batch_at) * 1000)::float8 as at_ms,
      (extract(epoch from batch_at - call_at) * 1000)::float8 - ${callMs}::float8 as wait_ms
    from moved`;
  if (row === undefined) return undefined;
  const { atMs, waitMs } = row;
  const turn = { of: 'batch', atMs } as const;
  return { granted: false, waitMs: Math.max(0, waitMs), turn, paused: false, throttledSince: null };
}

/**
 * A slot for a call whose turn has come. Without a free one the turn stays the caller's; what
 * QuickBooks has throttled since takes it away.
 */
async function takeSlot(
  { sql }: Ledger,
  companyId: string,
  limits: LaneLimits,
  turn: ReservedTurn,
): Promise<LaneGrant> {
  const [row] = await sql<{ slot: number | null; ticket: number | null; lateMs: number }[]>`
    with free as (${freeSlot(sql, companyId, limits)}), open as (
      select 1 from lanes where company_id = ${companyId} and throttled_since is null
        and (paused_until is null or paused_until <= clock_timestamp())
    ), taken as (
      update lane_slots s set ticket = s.ticket + 1, held_until = clock_timestamp()
        + ${limits.slotHoldMs}::float8 * interval '1 millisecond'
      from free, open
      where s.company_id = ${companyId} and s.slot = free.slot
      returning s.slot, s.ticket
    )
    select taken.slot, taken.ticket,
      (extract(epoch from clock_timestamp()) * 1000)::float8 - ${turn.atMs}::float8 as late_ms
    from open left join taken on true`;
  const refused = { granted: false, paused: false, throttledSince: null } as const;
  if (row === undefined) return { ...refused, waitMs: 0, turn: null };
  const { slot, ticket, lateMs } = row;
  if (slot === null || ticket === null) return { ...refused, waitMs: SLOT_WAIT_MS, turn };
  return { granted: true, lateMs, slot, ticket, probe: false };
}

/** Locked, so that two who ask at once find two. */
function freeSlot(sql: AnySql, companyId: string, { inFlight }: LaneLimits) {
  return sql`
    select slot from lane_slots
    where company_id = ${companyId} and slot < ${inFlight}
      and (held_until is null or held_until <= clock_timestamp())
    order by slot limit 1 for update skip locked`;
}

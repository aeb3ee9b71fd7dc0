import { setTimeout as delay } from 'node:timers/promises';
import Bottleneck from 'bottleneck';
import { LaneBusy } from './errors.js';
import type { QuickBooksLog } from './log-events.js';
import type {
  CallClass,
  CompanyId,
  LaneGrant,
  LaneLimits,
  LaneRequest,
  LaneSlot,
  LaneStore,
  ReservedTurn,
} from './stores.js';
import type { QuickBooksWaits } from './waits.js';
import { within } from './within.js';

/** A slot, and the turn it was given for: that came no earlier, by the clock of this process. */
export type GrantedTurn = Extract<LaneGrant, { granted: true }> & {
  turnAtMs: number;
  /** Its turn among the batches, which is not lost with that among the calls. */
  batchTurn: ReservedTurn | null;
};

/** Turns of companies, as the calls of this process get them. */
export interface Turns {
  /** @throws LaneBusy when there is none within `laneMs` or `laneBatchMs` */
  next(companyId: CompanyId, call: CallClass, o: StandOptions): Promise<GrantedTurn>;
  /** Whether a call that goes now would come together with those of the next turns. */
  isMissed(turn: { turnAtMs: number }): boolean;
  giveBack(companyId: CompanyId, slot: LaneSlot, passed?: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface StandOptions {
  signal: AbortSignal;
  behindLive?: boolean;
  /** Of a turn that was missed. */
  batchTurn?: ReservedTurn | null;
}

/** A turn that comes later. */
type ComingTurn = Extract<LaneGrant, { granted: false }> & { turn: ReservedTurn };

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
 * What a company has left is known by the store alone, which all workers share and which gives each
 * call a turn of its own; Bottleneck lines up who asks for one inside this process, one question at a
 * time. Batch calls have a line of their own, because who finds no free slot stays in its line. Of
 * those who go behind live work only one at a time asks at all.
 */
export function openTurns(options: {
  lanes: LaneStore;
  limits: LaneLimits;
  waits: QuickBooksWaits;
  log: QuickBooksLog;
}): Turns {
  const { lanes, limits, waits, log } = options;
  const lines = new Bottleneck.Group({
    maxConcurrent: 1,
    highWater: waits.laneQueue,
    strategy: Bottleneck.strategy.OVERFLOW,
    timeout: waits.idleLaneMs,
  });
  const stepsBack = clockSteps();
  const lineOf = (companyId: CompanyId, name: CallClass | 'behind live') =>
    lines.key(`${companyId} ${name} ${stepsBack()}`);

  const isMissed: Turns['isMissed'] = ({ turnAtMs }) =>
    performance.now() - turnAtMs > waits.laneTurnMs;

  // A slot that cannot be given back is free again when its hold ends.
  const giveBack: Turns['giveBack'] = (companyId, slot, passed = false) =>
    lanes
      .release(companyId, slot, passed)
      .catch(() => log({ event: 'qbo_slot_not_released', companyId }));

  const ask = (companyId: CompanyId, request: Omit<LaneRequest, 'limits'>) =>
    within(waits.laneStoreMs, lanes.acquire(companyId, { ...request, limits }), {
      error: () => new LaneBusy({ waitMs: waits.laneMs, paused: false }),
      onLate: (late) => {
        if (late.granted) void giveBack(companyId, late);
      },
    });

  /** A slot at once, or a turn to wait for: that of a call where a batch has its own already. */
  const askInLine = async (
    companyId: CompanyId,
    { call, turn }: Pick<LaneRequest, 'call' | 'turn'>,
    { signal, lastMs }: { signal: AbortSignal; lastMs: number },
  ): Promise<GrantedTurn | ComingTurn> => {
    for (;;) {
      signal.throwIfAborted();
      const askedAtMs = performance.now();
      const withinMs = Math.max(0, lastMs - askedAtMs);
      const answer = await ask(companyId, { call, turn, withinMs });
      if (answer.granted) return { ...answer, turnAtMs: askedAtMs, batchTurn: turn };
      const waitMs = Math.max(1, Math.ceil(answer.waitMs));
      if (answer.turn !== null && answer.turn.of !== turn?.of) {
        return { ...answer, turn: answer.turn, waitMs };
      }
      // A pause is QuickBooks' and told of; what is full for a moment is not.
      if (answer.paused || performance.now() + waitMs > lastMs) {
        throw new LaneBusy({ ...answer, waitMs });
      }
      await delay(waitMs, undefined, { signal });
    }
  };

  /** Undefined: the turn was taken away, or no slot came free while it was good. */
  const take = async (
    companyId: CompanyId,
    { call, turn }: { call: CallClass; turn: ReservedTurn },
    batchTurn: ReservedTurn | null,
    signal: AbortSignal,
  ): Promise<GrantedTurn | undefined> => {
    const endMs = performance.now() + waits.laneTurnMs;
    for (;;) {
      signal.throwIfAborted();
      const askedAtMs = performance.now();
      const answer = await ask(companyId, { call, turn, withinMs: 0 });
      if (answer.granted) return { ...answer, turnAtMs: askedAtMs - answer.lateMs, batchTurn };
      if (answer.turn === null || performance.now() + answer.waitMs > endMs) return undefined;
      await delay(answer.waitMs, undefined, { signal });
    }
  };

  const stand = async (
    companyId: CompanyId,
    call: CallClass,
    { signal, behindLive = false, batchTurn = null }: StandOptions,
    endMs: number,
  ): Promise<GrantedTurn> => {
    const priority = behindLive ? PRIORITY.behindLive : PRIORITY.inTurn;
    let turn = batchTurn;
    let hasMissed = false;
    for (;;) {
      const asked = { call, turn };
      // Whoever has a turn among the batches stands a little longer rather than lose it.
      const lastMs = turn === null ? endMs : endMs + waits.laneMs;
      const answer: GrantedTurn | ComingTurn = await lineOf(companyId, call).schedule(
        { priority },
        () => askInLine(companyId, asked, { signal, lastMs }),
      );
      if (!answer.granted) await delay(answer.waitMs, undefined, { signal });
      if (!answer.granted && answer.turn.of === 'batch') {
        turn = answer.turn;
        continue;
      }
      const granted = answer.granted
        ? answer
        : await take(companyId, { call, turn: answer.turn }, turn, signal);
      if (granted === undefined) continue;
      // Twice late is no accident: a store that is always slow must not keep calls from going.
      if (hasMissed || !isMissed(granted)) return granted;
      hasMissed = true;
      await giveBack(companyId, granted);
    }
  };

  return {
    async next(companyId, call, o) {
      const longestMs = call === 'batch' ? waits.laneBatchMs : waits.laneMs;
      const endMs = performance.now() + longestMs;
      const standing = () => stand(companyId, call, o, endMs);
      try {
        // Whoever stands in a line whose clock was set back is not kept there.
        return await within(
          longestMs + waits.laneMs + waits.laneStoreMs,
          o.behindLive ? lineOf(companyId, 'behind live').schedule(standing) : standing(),
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
    },
    isMissed,
    giveBack,
    async close() {
      await Promise.all(lines.limiters().map(({ limiter }) => limiter.stop()));
    },
  };
}

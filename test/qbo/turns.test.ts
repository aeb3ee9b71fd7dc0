import { describe, expect, it } from '@jest/globals';
import { laneStore } from '../../src/ledger/companies/lanes.js';
import { openLane } from '../../src/qbo/lane.js';
import type { LaneGrant, LaneLimits, LaneStore, ReservedTurn } from '../../src/qbo/stores.js';
import { DEFAULT_WAITS } from '../../src/qbo/waits.js';
import { free } from './bundle.js';
import { aCall, laneSetup, pauseOf } from './lane-setup.js';

// Who asks for a turn has one of its own, in the order of asking, whichever worker it is.

const { setup, open } = laneSetup();

/** Intuit's, whole. */
const LIMITS: LaneLimits = {
  inFlight: 10,
  perSecond: 10,
  perMinute: 500,
  batchesPerMinute: 40,
  slotHoldMs: 60_000,
};
/** A minute and its margin, shared out. */
const CALL_MS = 60_400 / LIMITS.perMinute;
const LONG_MS = 3_600_000;

const aCompany = async () => {
  const { ledger, companyId } = await setup(() => undefined);
  const lanes = laneStore(ledger);
  const ask = (call: 'single' | 'batch', withinMs = LONG_MS, turn: ReservedTurn | null = null) =>
    lanes.acquire(companyId, { ...aCall(LIMITS, call, withinMs), turn });
  return { ledger, companyId, lanes, ask };
};

/** @returns the turn that was given ahead */
const turnOf = (answer: LaneGrant, of: ReservedTurn['of'] = 'call'): ReservedTurn => {
  expect(answer).toMatchObject({ granted: false, turn: { of } });
  if (answer.granted || answer.turn === null) throw new Error('There is no turn');
  return answer.turn;
};

describe('turns of a company', () => {
  it('are given one after the other, evenly, to whoever asks', async () => {
    const { ask } = await aCompany();
    expect(await ask('single')).toMatchObject({ granted: true });
    const times: number[] = [];
    for (let call = 0; call < 600; call += 1) times.push(turnOf(await ask('single')).atMs);
    const apart = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...apart)).toBeGreaterThan(CALL_MS - 0.01);
    expect(Math.max(...apart)).toBeLessThan(CALL_MS + 0.01);
  });

  it('are not given beyond the time somebody would wait, and that costs nobody a turn', async () => {
    const { ask } = await aCompany();
    await ask('single');
    const first = turnOf(await ask('single'));
    expect(await ask('single', 0)).toMatchObject({ granted: false, turn: null, paused: false });
    expect(turnOf(await ask('single')).atMs - first.atMs).toBeCloseTo(CALL_MS, 1);
  });

  it('leave the turns before a batch to single calls', async () => {
    const { ask } = await aCompany();
    expect(await ask('batch')).toMatchObject({ granted: true });
    const batch = turnOf(await ask('batch'), 'batch');
    const single = turnOf(await ask('single'));
    expect(single.atMs).toBeLessThan(batch.atMs);
    // Too early: it keeps its turn.
    expect(turnOf(await ask('batch', LONG_MS, batch), 'batch')).toEqual(batch);
    let last = single;
    while (last.atMs + CALL_MS < batch.atMs) last = turnOf(await ask('single'));
    const call = turnOf(await ask('batch', LONG_MS, batch));
    expect(call.atMs - last.atMs).toBeCloseTo(CALL_MS, 1);
    expect(call.atMs).toBeGreaterThanOrEqual(batch.atMs);
  });

  it('move the next batches on by what one of them is too late', async () => {
    const { ask } = await aCompany();
    await ask('batch');
    const [first, second] = [
      turnOf(await ask('batch'), 'batch'),
      turnOf(await ask('batch'), 'batch'),
    ];
    const apartMs = second.atMs - first.atMs;
    for (let call = 0; call < 30; call += 1) await ask('single');
    const late = turnOf(await ask('batch', LONG_MS, first)).atMs - first.atMs;
    const third = turnOf(await ask('batch'), 'batch');
    // Forty of these are a minute and its margin, and what may be late without moving others.
    const freeMs = apartMs * LIMITS.batchesPerMinute - 60_400;
    expect(freeMs).toBeGreaterThan(0);
    expect(late).toBeGreaterThan(freeMs);
    expect(third.atMs - second.atMs).toBeCloseTo(apartMs + late - freeMs, 0);
  });

  it('are taken away by a throttle, and one call at a time finds out whether it lasts', async () => {
    const { ledger, companyId, lanes, ask } = await aCompany();
    await ask('single');
    const turn = turnOf(await ask('single'));
    await lanes.pause(companyId, pauseOf(60_000));
    expect(await ask('single', LONG_MS, turn)).toMatchObject({ granted: false, turn: null });
    expect(await ask('single')).toMatchObject({ granted: false, turn: null, paused: true });

    await ledger.sql`
      update lanes set paused_until = now(), next_call_at = now(), next_minute_at = now()
      where company_id = ${companyId}`;
    expect(await ask('single')).toMatchObject({ granted: true, probe: true });
    expect(await ask('single')).toMatchObject({ granted: false, turn: null, paused: false });
    expect(await ask('batch')).toMatchObject({ granted: false, turn: null, paused: false });
  });

  it('stay whose they are while no slot is free', async () => {
    const { ledger, companyId, lanes, ask } = await aCompany();
    await ask('single');
    const turn = turnOf(await ask('single'));
    await ledger.sql`
      update lane_slots set held_until = now() + interval '1 hour' where company_id = ${companyId}`;
    expect(turnOf(await ask('single', 0, turn))).toEqual(turn);
    await lanes.release(companyId, { slot: 3, ticket: 0, probe: false }, false);
    expect(await ask('single', 0, turn)).toMatchObject({ granted: true, slot: 3 });
  });
});

it('pushes of several workers find none of their turns taken', async () => {
  const { ledger, companyId } = await setup(() => undefined);
  const refused: LaneGrant[] = [];
  const given: ReservedTurn[] = [];
  const store = laneStore(ledger);
  const watched: LaneStore = {
    ...store,
    async acquire(company, request) {
      const answer = await store.acquire(company, request);
      if (answer.granted) return answer;
      if (answer.turn === null) refused.push(answer);
      else if (answer.turn.of !== request.turn?.of) given.push(answer.turn);
      return answer;
    },
  };
  const workers = [1, 2, 3, 4].map(() =>
    openLane({
      lanes: watched,
      // Turns are what it is about: a slot is looked at and given back a moment later on a slow machine.
      limits: { ...LIMITS, inFlight: 30 },
      // A machine that is slow is in no hurry.
      waits: { ...DEFAULT_WAITS, laneMs: 60_000, laneBatchMs: 60_000, laneTurnMs: 60_000 },
      random: Math.random,
      log: () => undefined,
    }),
  );
  open.push(...workers.map(({ close }) => close));
  // As many as a company has open, unevenly spread.
  const pushes = [0, 0, 0, 0, 1, 2, 3].map((worker) => [worker, 'single'] as const);
  const batches = [0, 1, 2].map((worker) => [worker, 'batch'] as const);
  const went: string[] = [];
  await Promise.all(
    [...pushes, ...batches].map(([worker, call]) =>
      workers[worker]?.withLane(companyId, call, free(), async () => void went.push(call)),
    ),
  );
  expect(went).toHaveLength(pushes.length + batches.length);
  expect(refused).toEqual([]);
  expect(new Set(given.map(({ atMs }) => atMs)).size).toBe(given.length);
  // The first batch may go at once; each of the others has a turn of its own, and so have single calls.
  const batchTurns = given.filter(({ of }) => of === 'batch');
  expect(batchTurns).toHaveLength(batches.length - 1);
  expect(given.length - batchTurns.length).toBeGreaterThanOrEqual(pushes.length - 1);
});

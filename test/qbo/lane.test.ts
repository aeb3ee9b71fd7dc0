import { describe, expect, it } from '@jest/globals';
import { laneStore } from '../../src/ledger/companies/lanes.js';
import { LaneBusy } from '../../src/qbo/errors.js';
import { openLane } from '../../src/qbo/lane.js';
import { DEFAULT_WAITS } from '../../src/qbo/waits.js';
import { ownTime } from '../support/own-time.js';
import { waitFor } from '../support/wait-for.js';
import { type ClientOptions, free, WIDE } from './bundle.js';
import { aCall, laneSetup, pauseOf } from './lane-setup.js';
import type { Arrived } from './scripted-server.js';

// Limits are measured where they count: at the server, over several clients of one Postgres. The
// windows are shorter than Intuit's so that a test sees several of them go by.

const { setup, open } = laneSetup();

/** Most calls that arrived within any `windowMs`. */
function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [index, time] of sorted.entries()) {
    while (time - (sorted[from] ?? time) > windowMs) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}

/** Of hammering a lane. */
const MOST_MS = 60_000;

const isBatch = ({ path }: Arrived) => path.includes('/batch?');
const EMPTY_BATCH = JSON.stringify({ BatchItemResponse: [{ bId: 'q1', QueryResponse: {} }] });

describe('the limits of a company', () => {
  /**
   * For as long as several windows take, and on a busy machine until enough was seen.
   * @returns whether that is so
   */
  const over = (leastMs: number, isEnough: () => boolean) => {
    const startMs = performance.now();
    return () => {
      const passedMs = performance.now() - startMs;
      return passedMs > MOST_MS || (passedMs > leastMs && isEnough());
    };
  };
  /** Calls one after the other until it is over, and again after each busy lane. */
  const hammer = async (isOver: () => boolean, call: () => Promise<unknown>) => {
    while (!isOver()) {
      await call().catch((error: unknown) => {
        if (!(error instanceof LaneBusy)) throw error;
      });
    }
  };

  it('hold at the server while three clients push as hard as they can, and are used up', async () => {
    // Wider than a busy machine lets this process stand still between a call's leaving and its coming.
    const windows = { secondMs: 500, secondMarginMs: 250, minuteMs: 3_000, minuteMarginMs: 400 };
    const limits = {
      inFlight: 10,
      perSecond: 12,
      perMinute: 50,
      batchesPerMinute: 12,
      slotHoldMs: 60_000,
    };
    const { client, server, read, readBatch } = await setup(() => ({ body: EMPTY_BATCH }));
    const options: ClientOptions = { limits, windows, waits: { laneMs: 700, laneTurnMs: 60 } };
    const clients = await Promise.all([1, 2, 3].map(() => client(options)));
    const most = (calls: readonly Arrived[], windowMs: number) =>
      mostWithin(
        calls.map(({ atMs }) => atMs),
        windowMs,
      );
    const batches = () => server.calls.filter(isBatch);
    const areUsedUp = () =>
      most(batches(), windows.minuteMs) > 0.75 * limits.batchesPerMinute &&
      most(server.calls, windows.minuteMs) > 0.75 * limits.perMinute;
    // Seven seconds hold 2.3 windows.
    const isOver = over(7_000, areUsedUp);
    await Promise.all(
      clients.flatMap((one) => [
        ...[1, 2, 3, 4].map(() => hammer(isOver, () => read(one))),
        ...[1, 2].map(() => hammer(isOver, () => readBatch(one))),
      ]),
    );

    expect(most(server.calls, windows.secondMs)).toBeLessThanOrEqual(limits.perSecond);
    expect(most(server.calls, windows.minuteMs)).toBeLessThanOrEqual(limits.perMinute);
    expect(most(batches(), windows.minuteMs)).toBeLessThanOrEqual(limits.batchesPerMinute);
    expect(areUsedUp()).toBe(true);
  });

  it('are given to whoever waits before one that goes behind live work', async () => {
    const { ledger, companyId } = await setup(() => undefined);
    const store = laneStore(ledger);
    // Nobody is answered before all stand in line.
    let answer = () => {};
    const standing = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const lane = openLane({
      lanes: {
        ...store,
        acquire: (company, request) => standing.then(() => store.acquire(company, request)),
      },
      limits: { ...WIDE, perSecond: 10 },
      waits: { ...DEFAULT_WAITS, laneMs: 60_000, laneStoreMs: 60_000, laneTurnMs: 60_000 },
      random: () => 0,
      log: () => undefined,
    });
    open.push(lane.close);
    const went: string[] = [];
    const go = (name: string, behindLive = false) =>
      lane.withLane(companyId, 'single', { signal: free().signal, behindLive }, async () => {
        went.push(name);
      });
    const all = [go('first'), go('behind', true), go('second'), go('third')];
    await new Promise(setImmediate);
    answer();
    await Promise.all(all);
    expect(went).toHaveLength(4);
    expect(went.at(-1)).toBe('behind');
  });

  it('hold in every second, however much of the minute is left', async () => {
    const windows = { secondMs: 400, secondMarginMs: 80, minuteMs: 60_000, minuteMarginMs: 500 };
    const limits = { ...WIDE, perSecond: 10 };
    const { client, server, read } = await setup(() => undefined);
    const clients = await Promise.all(
      [1, 2, 3].map(() => client({ limits, windows, waits: { laneTurnMs: 40 } })),
    );
    const isOver = over(2_000, () => server.calls.length > limits.perSecond);
    await Promise.all(
      clients.flatMap((one) => [1, 2, 3, 4].map(() => hammer(isOver, () => read(one)))),
    );
    const times = server.calls.map(({ atMs }) => atMs);
    expect(mostWithin(times, windows.secondMs)).toBeLessThanOrEqual(limits.perSecond);
    // More than one second lets go.
    expect(times.length).toBeGreaterThan(limits.perSecond);
  });

  it('keep calls in flight to the slots, over three clients', async () => {
    let inFlight = 0;
    let most = 0;
    const { client, read, server } = await setup(() => (response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        response.setHeader('content-type', 'application/json').end('{}');
      }, 60);
    });
    const options: ClientOptions = { limits: { ...WIDE, inFlight: 3 }, waits: { laneMs: 500 } };
    const clients = await Promise.all([1, 2, 3].map(() => client(options)));
    const isOver = over(2_000, () => most === 3 && server.calls.length > 30);
    await Promise.all(
      clients.flatMap((one) => [1, 2, 3].map(() => hammer(isOver, () => read(one)))),
    );
    expect(most).toBe(3);
    expect(server.calls.length).toBeGreaterThan(30);
  });

  it('let the first call after a rest go at once', async () => {
    const { client, read } = await setup(() => undefined);
    const one = await client({ limits: { ...WIDE, inFlight: 10, perSecond: 10, perMinute: 450 } });
    await read(one);
    const tookMs = ownTime();
    await expect(read(one)).resolves.toEqual({});
    expect(tookMs()).toBeLessThan(600);
  });

  it('answer that the lane is full within the wait that is allowed', async () => {
    const hung: (() => void)[] = [];
    const { client, read, server } = await setup(() => (response) => {
      hung.push(() => response.setHeader('content-type', 'application/json').end('{}'));
    });
    const one = await client({ limits: { ...WIDE, inFlight: 1 }, waits: { laneMs: 200 } });
    const first = read(one);
    await waitFor(() => server.calls.length > 0, { what: 'the call to arrive' });
    const tookMs = ownTime();
    const refused = await read(one).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(LaneBusy);
    expect(refused).toMatchObject({ paused: false });
    expect(tookMs()).toBeLessThan(1_000);
    expect(server.calls).toHaveLength(1);
    for (const end of hung) end();
    await first;
  });

  it('are lined up by call class: a batch that waits does not stop single calls', async () => {
    const { client, read, readBatch } = await setup((arrived) =>
      isBatch(arrived) ? { body: EMPTY_BATCH } : undefined,
    );
    // The first goes at once, the next one three seconds after it.
    const limits = { ...WIDE, batchesPerMinute: 20 };
    const one = await client({ limits, waits: { laneBatchMs: 60_000 } });
    await readBatch(one);
    const order: string[] = [];
    const waiting = readBatch(one).then(() => order.push('batch'));
    for (const number of [1, 2, 3]) await read(one).then(() => order.push(`single ${number}`));
    await waiting;
    expect(order).toEqual(['single 1', 'single 2', 'single 3', 'batch']);
  });

  it('bound the line inside a process', async () => {
    const { client, read } = await setup(() => undefined);
    const limits = { ...WIDE, perSecond: 2 };
    const one = await client({ limits, waits: { laneMs: 300, laneQueue: 3 } });
    const ended = await Promise.allSettled(Array.from({ length: 20 }, () => read(one)));
    const busy = ended.filter(({ status }) => status === 'rejected');
    expect(busy.length).toBeGreaterThanOrEqual(15);
    for (const end of busy) expect(end).toMatchObject({ reason: expect.any(LaneBusy) });
  });
});

describe('a store that never answers', () => {
  it('is not waited for, and its late grant is given back', async () => {
    const { ledger, companyId } = await setup(() => undefined);
    const real = laneStore(ledger);
    let answerLate: () => void = () => undefined;
    let isStuck = true;
    const lane = openLane({
      lanes: {
        ...real,
        async acquire(...asked) {
          if (isStuck) await new Promise<void>((resolve) => (answerLate = resolve));
          return real.acquire(...asked);
        },
      },
      limits: { ...WIDE, inFlight: 1 },
      waits: { ...DEFAULT_WAITS, laneStoreMs: 3_000, laneMs: 10_000 },
      random: () => 0,
      log: () => undefined,
    });
    const run = () => lane.withLane(companyId, 'single', free(), async () => 'done');
    await expect(run()).rejects.toThrow(LaneBusy);
    isStuck = false;
    expect(await run()).toBe('done');
    answerLate();
    expect(await run()).toBe('done');
    await lane.close();
  });
});

describe('a clock that is set back by an hour', () => {
  it('holds nobody up, neither who comes then nor who waits', async () => {
    const hung: (() => void)[] = [];
    const { client, read, server } = await setup(() => (response) => {
      hung.push(() => response.setHeader('content-type', 'application/json').end('{}'));
    });
    const one = await client({ limits: { ...WIDE, inFlight: 1 }, waits: { laneMs: 1_000 } });
    const first = read(one);
    await waitFor(() => server.calls.length === 1, { what: 'the first call to arrive' });
    const inLine = Promise.allSettled([read(one), read(one)]);
    const now = Date.now;
    Date.now = () => now() - 3_600_000;
    try {
      for (const ended of await inLine) {
        expect(ended).toMatchObject({ reason: { name: 'LaneBusy', paused: false } });
      }
      hung[0]?.();
      await first;

      const next = read(one);
      await waitFor(() => server.calls.length === 2, { what: 'the next call to arrive' });
      hung[1]?.();
      await next;
    } finally {
      Date.now = now;
    }
  });
});

describe('a turn that was missed', () => {
  const late = async () => {
    const { ledger, companyId, client, read } = await setup(() => undefined);
    await read(await client());
    const lanes = laneStore(ledger);
    const lane = openLane({
      lanes,
      limits: { ...WIDE, inFlight: 2, perSecond: 10 },
      // Every call comes too late.
      waits: { ...DEFAULT_WAITS, laneTurnMs: 0 },
      random: Math.random,
      log: () => undefined,
    });
    open.push(lane.close);
    return { ledger, companyId, lanes, lane };
  };

  it('is made up for by another one, and no slot is lost', async () => {
    const { ledger, companyId, lane } = await late();
    for (let call = 0; call < 3; call += 1) {
      await lane.withLane(companyId, 'single', free(), (turn) => turn.makeGood());
    }
    const [held] = await ledger.sql<{ slots: number; grants: number }[]>`
      select count(held_until)::int as slots, sum(ticket)::int as grants from lane_slots
      where company_id = ${companyId}`;
    expect(held?.slots).toBe(0);
    expect(held?.grants).toBeGreaterThan(6);
  });

  it('is not used once QuickBooks has asked for a pause', async () => {
    const { companyId, lanes, lane } = await late();
    const mayGo = lane.withLane(companyId, 'single', free(), async (turn) => {
      await lanes.pause(companyId, pauseOf(60_000));
      return turn.makeGood();
    });
    await expect(mayGo).rejects.toMatchObject({ name: 'LaneBusy', paused: true });
  });
});

describe('slots', () => {
  const limits = { ...WIDE, inFlight: 1, slotHoldMs: 500 };

  it('of a process that died come free by themselves', async () => {
    const { ledger, companyId, client, read } = await setup(() => undefined);
    const one = await client({ limits, waits: { laneMs: 10_000 } });
    const startMs = performance.now();
    expect(await laneStore(ledger).acquire(companyId, aCall(limits))).toMatchObject({
      granted: true,
    });
    await read(one);
    expect(performance.now() - startMs).toBeGreaterThan(limits.slotHoldMs * 0.9);
  });

  it('are freed by their own ticket only', async () => {
    const { ledger, companyId } = await setup(() => undefined);
    const lanes = laneStore(ledger);
    const first = await lanes.acquire(companyId, aCall({ ...limits, slotHoldMs: 0 }));
    const second = await lanes.acquire(companyId, aCall({ ...limits, slotHoldMs: 60_000 }));
    if (!first.granted || !second.granted) throw new Error('Not granted');
    expect(second).toMatchObject({ slot: first.slot, ticket: first.ticket + 1 });
    await lanes.release(companyId, first, false);
    expect(await lanes.acquire(companyId, aCall(limits))).toMatchObject({ granted: false });
    await lanes.release(companyId, second, false);
    expect(await lanes.acquire(companyId, aCall(limits))).toMatchObject({ granted: true });
  });

  it('are never given twice, however many ask at once', async () => {
    const { ledger, companyId } = await setup(() => undefined);
    const lanes = laneStore(ledger, {
      secondMs: 0.001,
      minuteMs: 0.001,
      secondMarginMs: 0,
      minuteMarginMs: 0,
    });
    const ten = { ...WIDE, inFlight: 10 };
    for (let round = 0; round < 20; round += 1) {
      const asked = await Promise.all(
        Array.from({ length: 40 }, () => lanes.acquire(companyId, aCall(ten))),
      );
      const granted = asked.filter((grant) => grant.granted);
      expect(new Set(granted.map(({ slot }) => slot)).size).toBe(granted.length);
      for (const slot of granted) await lanes.release(companyId, slot, false);
    }
  });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { laneStore } from '../../src/ledger/companies/lanes.js';
import { LaneBusy, Throttled } from '../../src/qbo/errors.js';
import { openLane } from '../../src/qbo/lane.js';
import type { QuickBooks } from '../../src/qbo/quickbooks.js';
import { DEFAULT_WAITS } from '../../src/qbo/waits.js';
import { ownTime } from '../support/own-time.js';
import { waitFor } from '../support/wait-for.js';
import { aWrite, bundle, type ClientOptions, free, sending, WIDE } from './bundle.js';
import { type Arrived, type Reply, startScripted } from './scripted-server.js';

// Limits are measured where they count: at the server, over several clients of one Postgres. The
// windows are shorter than Intuit's so that a test sees several of them go by.

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function setup(script: (arrived: Arrived, number: number) => Reply | undefined) {
  const server = await startScripted(script);
  open.push(server.close);
  const made = await bundle(server.url);
  open.push(made.close);
  const { companyId } = made;
  const read = (client: QuickBooks) => client.read(companyId, 'companyinfo/1', free());
  const readBatch = (client: QuickBooks) =>
    client.queryBatch(companyId, ['SELECT * FROM Term'], free());
  return { ...made, server, read, readBatch };
}

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

/** A pause another process asks for. */
const pauseOf = (pauseMs: number) => ({ pauseMs, probeEveryMs: pauseMs, probe: false });

const isBatch = ({ path }: Arrived) => path.includes('/batch?');
const EMPTY_BATCH = JSON.stringify({ BatchItemResponse: [{ bId: 'q1', QueryResponse: {} }] });

describe('the limits of a company', () => {
  /** Calls one after the other until the time is up, and again after each busy lane. */
  const hammer = async (endMs: number, call: () => Promise<unknown>) => {
    while (performance.now() < endMs) {
      await call().catch((error: unknown) => {
        if (!(error instanceof LaneBusy)) throw error;
      });
    }
  };

  it('hold at the server while three clients push as hard as they can, and are used up', async () => {
    const windows = { secondMs: 500, secondMarginMs: 100, minuteMs: 3_000, minuteMarginMs: 200 };
    const limits = {
      inFlight: 10,
      perSecond: 12,
      perMinute: 50,
      batchesPerMinute: 12,
      slotHoldMs: 60_000,
    };
    const { client, server, read, readBatch } = await setup(() => ({ body: EMPTY_BATCH }));
    const options: ClientOptions = { limits, windows, waits: { laneMs: 700 } };
    const clients = await Promise.all([1, 2, 3].map(() => client(options)));
    const endMs = performance.now() + 7_000;
    await Promise.all(
      clients.flatMap((one) => [
        ...[1, 2, 3, 4].map(() => hammer(endMs, () => read(one))),
        ...[1, 2].map(() => hammer(endMs, () => readBatch(one))),
      ]),
    );

    const times = (calls: readonly Arrived[]) => calls.map(({ atMs }) => atMs);
    const batches = server.calls.filter(isBatch);
    expect(mostWithin(times(server.calls), windows.secondMs)).toBeLessThanOrEqual(limits.perSecond);
    expect(mostWithin(times(server.calls), windows.minuteMs)).toBeLessThanOrEqual(limits.perMinute);
    expect(mostWithin(times(batches), windows.minuteMs)).toBeLessThanOrEqual(
      limits.batchesPerMinute,
    );
    // Seven seconds hold 2.3 windows.
    expect(batches.length).toBeGreaterThan(0.75 * 2.3 * limits.batchesPerMinute);
    expect(server.calls.length).toBeGreaterThan(0.75 * 2.3 * limits.perMinute);
  });

  it('are given to whoever waits before one that goes behind live work', async () => {
    const windows = { secondMs: 500, secondMarginMs: 100, minuteMs: 60_000, minuteMarginMs: 500 };
    const limits = { ...WIDE, perSecond: 4 };
    const { client, companyId, server } = await setup(() => undefined);
    const one = await client({ limits, windows, waits: { laneMs: 10_000 } });
    const read = (name: string, behindLive = false) =>
      one.read(companyId, `companyinfo/${name}`, { ...free(), behindLive });
    await Promise.all([read('first'), read('behind', true), read('second'), read('third')]);
    const names = server.calls.flatMap(({ path }) => /companyinfo\/(\w+)/.exec(path)?.[1] ?? []);
    expect(names.at(-1)).toBe('behind');
    expect(names).toHaveLength(4);
  });

  it('hold in every second, however much of the minute is left', async () => {
    const windows = { secondMs: 400, secondMarginMs: 80, minuteMs: 60_000, minuteMarginMs: 500 };
    const limits = { ...WIDE, perSecond: 10 };
    const { client, server, read } = await setup(() => undefined);
    const clients = await Promise.all([1, 2, 3].map(() => client({ limits, windows })));
    const endMs = performance.now() + 2_000;
    await Promise.all(
      clients.flatMap((one) => [1, 2, 3, 4].map(() => hammer(endMs, () => read(one)))),
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
    const endMs = performance.now() + 2_000;
    await Promise.all(
      clients.flatMap((one) => [1, 2, 3].map(() => hammer(endMs, () => read(one)))),
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
    const limits = { ...WIDE, batchesPerMinute: 100 };
    const one = await client({ limits, waits: { laneMs: 2_000 } });
    // The first goes at once, each of the others at its turn.
    await readBatch(one);
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
      waits: { ...DEFAULT_WAITS, laneStoreMs: 1_000, laneMs: 5_000 },
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
    const one = await client({ limits: { ...WIDE, inFlight: 1 }, waits: { laneMs: 300 } });
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
    const one = await client({ limits, waits: { laneMs: 2_000 } });
    expect(await laneStore(ledger).acquire(companyId, 'single', limits)).toMatchObject({
      granted: true,
    });
    const startMs = performance.now();
    await read(one);
    expect(performance.now() - startMs).toBeGreaterThan(100);
  });

  it('are freed by their own ticket only', async () => {
    const { ledger, companyId } = await setup(() => undefined);
    const lanes = laneStore(ledger);
    const first = await lanes.acquire(companyId, 'single', { ...limits, slotHoldMs: 0 });
    const second = await lanes.acquire(companyId, 'single', { ...limits, slotHoldMs: 60_000 });
    if (!first.granted || !second.granted) throw new Error('Not granted');
    expect(second).toMatchObject({ slot: first.slot, ticket: first.ticket + 1 });
    await lanes.release(companyId, first, false);
    expect(await lanes.acquire(companyId, 'single', limits)).toMatchObject({ granted: false });
    await lanes.release(companyId, second, false);
    expect(await lanes.acquire(companyId, 'single', limits)).toMatchObject({ granted: true });
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
        Array.from({ length: 40 }, () => lanes.acquire(companyId, 'single', ten)),
      );
      const granted = asked.filter((grant) => grant.granted);
      expect(new Set(granted.map(({ slot }) => slot)).size).toBe(granted.length);
      for (const slot of granted) await lanes.release(companyId, slot, false);
    }
  });
});

describe('a throttle', () => {
  const text = 'message=ThrottleExceeded; errorCode=003001; statusCode=429';
  const xml = `<IntuitResponse><Fault type="SERVICE"><Error code="3001"><Message>${text}</Message>
    </Error></Fault></IntuitResponse>`;
  const asXml = { 'content-type': 'application/xml' };
  const service = '{"Fault":{"Error":[{"code":"3001","Message":"x"}],"type":"SERVICE"}}';
  const shapes: [string, Reply, number][] = [
    ['429 in JSON', { status: 429, body: service }, 60_000],
    ['429 in gateway JSON', { status: 429, body: `{"fault":{"error":[{"code":"3001"}]}}` }, 60_000],
    ['429 in XML', { status: 429, headers: asXml, body: xml }, 60_000],
    ['429 without body', { status: 429, body: '' }, 60_000],
    ['403 with 003001', { status: 403, headers: asXml, body: xml }, 60_000],
    ['200 with a fault', { status: 200, body: service }, 60_000],
    ['a longer Retry-After', { status: 429, headers: { 'retry-after': '120' }, body: '' }, 120_000],
    ['a shorter Retry-After', { status: 429, headers: { 'retry-after': '5' }, body: '' }, 60_000],
    [
      'an endless Retry-After',
      { status: 429, headers: { 'retry-after': '99999' }, body: '' },
      3_600_000,
    ],
  ];

  it.each(shapes)(
    'as %s pauses the company for every client, reads and writes',
    async (_, reply, pauseMs) => {
      const { client, companyId, server, read, requests } = await setup(() => reply);
      const [one, two] = await Promise.all([client(), client()]);
      const first = await read(one).catch((error: unknown) => error);
      expect(first).toBeInstanceOf(Throttled);
      expect(first).toMatchObject({ pauseMs });
      for (const other of [one, two]) {
        const busy = await read(other).catch((error: unknown) => error);
        expect(busy).toBeInstanceOf(LaneBusy);
        expect(busy).toMatchObject({ paused: true });
        expect((busy as LaneBusy).waitMs).toBeGreaterThan(pauseMs - 5_000);
        expect((busy as LaneBusy).waitMs).toBeLessThanOrEqual(pauseMs);
      }
      await expect(two.write(aWrite(companyId), sending())).rejects.toThrow(LaneBusy);
      expect(requests.notes).toEqual([]);
      expect(server.calls).toHaveLength(1);
    },
  );

  it('of a write is not executed and pauses as well', async () => {
    const { client, companyId, read } = await setup(() => ({ status: 403, body: xml }));
    const [one, two] = await Promise.all([client(), client()]);
    expect(await one.write(aWrite(companyId), sending())).toEqual({
      kind: 'not_executed',
      status: 429,
      intuitTid: '1-tid-1',
    });
    await expect(read(two)).rejects.toMatchObject({ name: 'LaneBusy', paused: true });
  });

  it('of one item of a batch pauses as well, and the answer counts', async () => {
    const body = `{"BatchItemResponse":[{"bId":"a","Invoice":{"Id":"1"}},{"bId":"b",${service.slice(1)}]}`;
    const { client, companyId, read } = await setup(() => ({ body }));
    const one = await client();
    const write = aWrite(companyId, { path: 'batch', call: 'batch' });
    expect(await one.write(write, sending())).toMatchObject({ kind: 'answered', body });
    await expect(read(one)).rejects.toMatchObject({ name: 'LaneBusy', paused: true });
  });

  it('never shortens a pause that runs', async () => {
    const { ledger, companyId, client, read } = await setup(() => undefined);
    const one = await client();
    await read(one);
    const lanes = laneStore(ledger);
    await lanes.pause(companyId, pauseOf(60_000));
    await lanes.pause(companyId, pauseOf(10));
    const busy = await read(one).catch((error: unknown) => error);
    expect((busy as LaneBusy).waitMs).toBeGreaterThan(50_000);
  });

  describe('that lasts', () => {
    /** Throttles until it is told otherwise; the pause is over at once, the next probe is not. */
    const throttling = async (probeEveryMs = 60_000) => {
      let over = false;
      const held: (() => void)[] = [];
      const { client, companyId, ledger, server, read } = await setup(() =>
        over
          ? (response) => {
              held.push(() => response.setHeader('content-type', 'application/json').end('{}'));
            }
          : { status: 429, body: '' },
      );
      const waits = { pauseMs: 1, probeEveryMs, laneMs: 50 };
      const [one, two] = await Promise.all([client({ waits }), client({ waits })]);
      const outcome = (asked: QuickBooks) => read(asked).catch((error: unknown) => error);
      const pauseEnds = async () => {
        await ledger.sql`update lanes set paused_until = now() where company_id = ${companyId}`;
      };
      const end = () => {
        over = true;
      };
      return { one, two, companyId, server, read, outcome, pauseEnds, end, held };
    };

    it('is asked again at its own pace, and says since when it lasts', async () => {
      const { one, two, outcome, pauseEnds, server } = await throttling();
      const first = await outcome(one);
      expect(first).toMatchObject({ name: 'Throttled', throttledSince: null });
      await pauseEnds();

      const probed = await outcome(two);

      expect(probed).toMatchObject({ name: 'Throttled', throttledSince: expect.any(Date) });
      expect((probed as Throttled).pauseMs).toBeGreaterThan(55_000);
      const { throttledSince } = probed as Throttled;
      for (const other of [one, two]) {
        expect(await outcome(other)).toMatchObject({
          name: 'LaneBusy',
          paused: true,
          throttledSince,
        });
      }
      expect(server.calls).toHaveLength(2);
    });

    it('is probed by one call, and all go once that has passed', async () => {
      const { one, two, read, outcome, pauseEnds, server, end, held } = await throttling();
      await outcome(one);
      await pauseEnds();
      await outcome(one);
      await pauseEnds();
      end();

      const probe = read(one);
      await waitFor(() => held.length === 1, { what: 'the probe to arrive' });
      expect(await outcome(two)).toMatchObject({ name: 'LaneBusy', paused: false });
      held[0]?.();
      await expect(probe).resolves.toEqual({});
      const all = [read(one), read(two), read(one)];
      await waitFor(() => held.length === 4, { what: 'all calls to arrive' });
      for (const answer of held.slice(1)) answer();

      await Promise.all(all);
      expect(server.calls).toHaveLength(6);
    });

    it('has the next call for a probe where one never left', async () => {
      const { one, two, companyId, outcome, read, pauseEnds, end, held } = await throttling();
      await outcome(one);
      await pauseEnds();
      end();
      const fenced = { ...sending(), mayStillSend: () => false };
      await expect(one.write(aWrite(companyId), fenced)).rejects.toThrow('lease');

      const probe = read(two);
      await waitFor(() => held.length === 1, { what: 'the probe to arrive' });
      held[0]?.();

      await expect(probe).resolves.toEqual({});
    });
  });

  it('leaves other companies alone', async () => {
    const server = await startScripted(({ path }) =>
      path.includes('/companyinfo/1?') ? { status: 429, body: '' } : undefined,
    );
    open.push(server.close);
    const [mine, theirs] = [await bundle(server.url), await bundle(server.url)];
    open.push(mine.close, theirs.close);
    const [one, two] = [await mine.client(), await theirs.client()];
    await expect(one.read(mine.companyId, 'companyinfo/1', free())).rejects.toThrow(Throttled);
    await expect(two.read(theirs.companyId, 'companyinfo/2', free())).resolves.toEqual({});
  });
});

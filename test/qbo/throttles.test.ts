import { describe, expect, it } from '@jest/globals';
import { laneStore } from '../../src/ledger/companies/lanes.js';
import { LaneBusy, Throttled } from '../../src/qbo/errors.js';
import type { QuickBooks } from '../../src/qbo/quickbooks.js';
import { waitFor } from '../support/wait-for.js';
import { aWrite, bundle, free, sending } from './bundle.js';
import { laneSetup, pauseOf } from './lane-setup.js';
import { type Reply, startScripted } from './scripted-server.js';

// What QuickBooks throttles pauses the company, for every client of it.

const { setup, open } = laneSetup();

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

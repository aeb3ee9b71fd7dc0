import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  lastNight,
  NIGHTS_APART_MAX_MS,
  nextNight,
  SPREAD_MS,
  spreadOf,
} from '../../../src/ledger/runs/nights.js';
import { beginNight, dueNights, planNights } from '../../../src/ledger/runs/schedules.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

const ZONES = [
  'UTC',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Asuncion',
  'America/Nuuk',
  'Europe/London',
  'Europe/Berlin',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Tehran',
  'Asia/Kolkata',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Antarctica/Troll',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'Pacific/Chatham',
];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const zones = fc.constantFrom(...ZONES);
const times = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const nightly = fc.record({
  at: times,
  timeZone: zones,
  delayMs: fc.integer({ min: 0, max: SPREAD_MS - 1 }),
});
const moments = fc.date({
  min: new Date('1990-01-01T00:00:00Z'),
  max: new Date('2037-12-01T00:00:00Z'),
  noInvalidDate: true,
});

/** A zone's clocks at a moment, told by another implementation than the one in use. */
const clockOf = (timeZone: string, moment: Date) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
    moment,
  );
const dayAfter = (date: string) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
const nightAt = (moment: string, timeZone: string, at: string) => {
  const { date, dueAt } = nextNight(new Date(moment), { at, timeZone, delayMs: 0 });
  return `${date} ${dueAt.toISOString().slice(0, 16)}`;
};

describe('nights', () => {
  it('come one after the other for a year, each local date once and none left out', () => {
    fc.assert(
      fc.property(nightly, moments, (time, from) => {
        let night = nextNight(from, time);
        for (let count = 0; count < 370; count += 1) {
          const next = nextNight(night.dueAt, time);
          expect(next.dueAt > night.dueAt).toBe(true);
          // A zone that crosses the date line has no such date at all.
          const leftOut = time.timeZone === 'Pacific/Apia' && night.date === '2011-12-29';
          const alsoLeftOut = time.timeZone === 'Pacific/Kwajalein' && night.date === '1993-08-20';
          const expected = dayAfter(night.date);
          expect(next.date).toBe(leftOut || alsoLeftOut ? dayAfter(expected) : expected);
          expect(next.dueAt.getTime() - night.dueAt.getTime()).toBeLessThan(NIGHTS_APART_MAX_MS);
          night = next;
        }
      }),
      { numRuns: 12 },
    );
  });

  it('begin when the clocks show their time, or as much later as the clocks skip', () => {
    fc.assert(
      fc.property(zones, times, moments, (timeZone, at, from) => {
        const { date, dueAt } = nextNight(from, { at, timeZone, delayMs: 0 });
        const shown = clockOf(timeZone, dueAt);
        if (shown === `${date} ${at}`) {
          // Shown a second time, it does not count.
          const before = new Date(dueAt.getTime() - HOUR_MS);
          expect(clockOf(timeZone, before)).not.toBe(shown);
          return;
        }
        const skipped = [
          ...Array.from({ length: 24 * 4 }, (_, quarter) => dueAt.getTime() - quarter * 900_000),
        ].some((moment) => clockOf(timeZone, new Date(moment)) === `${date} ${at}`);
        expect(skipped).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('follow and precede each other from any moment between two', () => {
    fc.assert(
      fc.property(nightly, moments, (time, moment) => {
        const last = lastNight(moment, time);
        const next = nextNight(moment, time);
        expect(last.dueAt <= moment && moment < next.dueAt).toBe(true);
        expect(nextNight(last.dueAt, time)).toEqual(next);
        expect(lastNight(next.dueAt, time)).toEqual(next);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      'skips 02:30',
      '2026-03-08T05:00:00Z',
      'America/New_York',
      '02:30',
      '2026-03-08 2026-03-08T07:30',
    ],
    [
      'shows 01:30 twice',
      '2026-11-01T00:00:00Z',
      'America/New_York',
      '01:30',
      '2026-11-01 2026-11-01T05:30',
    ],
    [
      'has shown 01:30 once',
      '2026-11-01T05:30:00Z',
      'America/New_York',
      '01:30',
      '2026-11-02 2026-11-02T06:30',
    ],
    [
      'moves by half an hour',
      '2026-10-03T12:00:00Z',
      'Australia/Lord_Howe',
      '02:15',
      '2026-10-04 2026-10-03T15:45',
    ],
    [
      'skips midnight',
      '2018-11-04T00:00:00Z',
      'America/Sao_Paulo',
      '00:00',
      '2018-11-04 2018-11-04T03:00',
    ],
    [
      'leaves out a date',
      '2011-12-30T00:00:00Z',
      'Pacific/Apia',
      '02:00',
      '2011-12-31 2011-12-30T12:00',
    ],
    [
      'nobody knows',
      '2026-11-22T12:00:00Z',
      'Mars/Olympus',
      '02:00',
      '2026-11-23 2026-11-23T02:00',
    ],
  ])('are right in a zone that %s', (_what, moment, timeZone, at, expected) => {
    expect(nightAt(moment, timeZone, at)).toBe(expected);
  });

  it('are spread over the hour, the same each time', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const names = Array.from({ length: 10_000 }, (_, index) => `${seed}-${index}`);
        const minutes = new Map<number, number>();
        for (const name of names) {
          const minute = Math.floor(spreadOf(name) / 60_000);
          minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
        }
        expect(Math.max(...minutes.keys())).toBeLessThan(60);
        // 167 in each of 60 minutes, were they even.
        expect(minutes.size).toBe(60);
        expect(Math.max(...minutes.values())).toBeLessThan(250);
        expect(names.map(spreadOf)).toEqual(names.map(spreadOf));
      }),
      { numRuns: 5 },
    );
  });
});

describe('the night of a company with two connections', () => {
  let fresh: FreshLedger;
  let now = new Date('2026-11-22T12:00:00Z');
  beforeAll(async () => {
    fresh = await freshLedger({ clock: () => now });
  });
  afterAll(() => fresh?.close());

  it('is read once, and by the later one again where that of the earlier one failed', async () => {
    const { ledger } = fresh;
    const { sql } = ledger;
    const { app } = await anApp(ledger);
    const both = [await aConnected(ledger, app.id), await aConnected(ledger, app.id)];
    const [early, late] = both.map(({ connection }) => connection.id);
    const at = (id: string | undefined, nightlyAt: string) => sql`
      update connections set settings = settings || ${sql.json({ nightlyAt })} where id = ${id ?? ''}`;
    await at(early, '01:00');
    await at(late, '05:00');
    await planNights(ledger, 10);
    const begin = async (moment: string) => {
      now = new Date(moment);
      const due = await dueNights(ledger, 10);
      const runs = await Promise.all(due.map((id) => beginNight(ledger, id)));
      return runs.flat().length;
    };
    const end = (status: string) =>
      sql`update runs set status = ${status}, ended_at = now() where ended_at is null`;

    expect(await begin('2026-11-23T02:30:00Z')).toBe(2);
    await end('succeeded');
    expect(await begin('2026-11-23T06:30:00Z')).toBe(0);

    expect(await begin('2026-11-24T02:30:00Z')).toBe(2);
    await end('failed');
    expect(await begin('2026-11-24T06:30:00Z')).toBe(2);
  });
});

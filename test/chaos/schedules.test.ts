import { expect } from '@jest/globals';
import { waitFor } from '../support/wait-for.js';
import { describeHouse, row } from './row.js';

const HOUR_MS = 3_600_000;
/** Clocks of Berlin skip 02:30 on 29 March 2026; those of Sydney show it twice on 5 April. */
const FROM = '2026-03-27T09:00:00Z';
const TO = '2026-04-07T09:00:00Z';

const environment = { QBO_SYNC_TEST_SCHEDULES: '' };

describeHouse('schedules', { queue: 'redis', environment, now: FROM }, (house) => {
  row('F30', async () => {
    const { simulator } = house();
    const { sql } = house().house.ledger;
    const zones = ['Europe/Berlin', 'Australia/Sydney'];
    const ids = new Map<string, string>();
    for (const timeZone of zones) {
      const settings = { timeZone, nightlyAt: '02:30' };
      const { id } = await house().connect({ settings });
      ids.set(id, timeZone);
    }
    let worker = await house().startWorker();
    await house().startWorker();
    const settled = (now: string) =>
      waitFor(
        async () => {
          const left = await sql`
            select 1 from schedules where due_at <= ${now} union all
            select 1 from runs where ended_at is null union all
            select 1 from connections c left join schedules s on s.connection_id = c.id
            where s.connection_id is null`;
          return left.count === 0;
        },
        { what: `everything due by ${now} to be done`, withinMs: 120_000 },
      );
    const goOn = async (now: string) => {
      simulator.control.setClock({ now });
      await settled(now);
    };
    await settled(FROM);

    for (const now of moments()) {
      if (now === '2026-03-29T01:00:00.000Z') {
        worker.kill('SIGKILL');
        worker = await house().startWorker();
      }
      await goOn(now);
    }
    // The host's clock is put back, over a night, and right again.
    simulator.control.setClock({ now: '2026-04-06T09:00:00Z' });
    const ahead = () => sql`select 1 from change_looks where due_at > '2026-04-06T15:00:00Z'`;
    await waitFor(async () => (await ahead()).count === 0, {
      what: 'looks to be planned by the clock that was put back',
    });
    await settled('2026-04-06T09:00:00Z');
    await goOn(TO);

    const nights = await sql<{ connectionId: string; night: string; count: number }[]>`
      select connection_id, night::text, count(*)::int as count from runs
      where job = 'refresh_master_data' and trigger = 'schedule' group by 1, 2 order by 1, 2`;
    for (const [id, timeZone] of ids) {
      const dates = nights.filter(({ connectionId }) => connectionId === id);
      expect([timeZone, ...dates.map(({ night, count }) => `${night} ${count}`)]).toEqual([
        timeZone,
        ...datesFrom('2026-03-28').map((date) => `${date} 1`),
      ]);
    }
    await house().check();
  });
});

/** Each day's morning, and half hours where clocks change. */
function moments(): string[] {
  const from = Date.parse(FROM);
  const days = Array.from({ length: 12 }, (_, day) => from + day * 24 * HOUR_MS);
  const changes = ['2026-03-29T00:00:00Z', '2026-04-04T15:00:00Z'].flatMap((start) =>
    Array.from({ length: 6 }, (_, half) => Date.parse(start) + (half * HOUR_MS) / 2),
  );
  return [...days, ...changes]
    .toSorted((one, other) => one - other)
    .map((at) => new Date(at).toISOString());
}

/** Local dates of both zones up to 7 April. */
function datesFrom(first: string): string[] {
  const dates: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse('2026-04-07'); at += 24 * HOUR_MS) {
    dates.push(new Date(at).toISOString().slice(0, 10));
  }
  return dates;
}

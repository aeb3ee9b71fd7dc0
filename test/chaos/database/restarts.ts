import { expect } from '@jest/globals';
import { waitForStatus } from '../../support/journey.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { ChaosHouse } from '../house.js';
import { hasLeft } from '../queue/seen.js';
import { row } from '../row.js';
import { type Asked, expectRefused, put, ready, stated } from './asked.js';

/** F40: the database goes away and comes back, while a worker works and apps state documents. */
export function restarts(house: () => ChaosHouse, company: () => SalesCompany): void {
  const synced = (number: string) =>
    waitForStatus(house(), company().id, 'invoice', number, 'synced');

  row('F40', () => survives('F40-FAST', () => house().postgres.restart()), 'fast');

  row(
    'F40',
    () =>
      survives('F40-KILLED', async () => {
        await house().postgres.kill();
        expectRefused(house(), await put(house(), company(), 'F40-KILLED-REFUSED'));
        expect((await fetch(`${house().webUrl}/livez`)).status).toBe(200);
        await house().postgres.restart();
      }),
    'at once',
  );

  row('F40', () => survives('F40-ENDED', () => endAllSessions(house())), 'every session is ended');

  /** Work is on its way, the database goes, apps go on stating; everything arrives, once. */
  async function survives(prefix: string, outage: () => Promise<void>): Promise<void> {
    const at = company();
    await house().startWorker();
    at.fault({ do: 'delay', delayMs: 500, match: { method: 'POST' } });
    await stated(at, `${prefix}-SENT`);
    await hasLeft(house(), `${prefix}-SENT`);

    const sessions = await sessionsOf(house());
    if (house().queue === 'postgres') expect(sessions.length).toBeGreaterThan(2);

    const answers: Asked[] = [];
    let isOver = false;
    const app = (async () => {
      while (!isOver) answers.push(await put(house(), at, `${prefix}-AMID`));
    })();
    await outage();
    await ready(house());
    isOver = true;
    await app;

    for (const answer of answers) if (answer.status !== 202) expectRefused(house(), answer);
    await stated(at, `${prefix}-AMID`, `${prefix}-AFTER`);
    await Promise.all([`${prefix}-SENT`, `${prefix}-AMID`, `${prefix}-AFTER`].map(synced));
    expect(at.invoices(`${prefix}-SENT`)).toHaveLength(1);
    await waitFor(async () => (await sessionsOf(house())).join() === sessions.join(), {
      what: `sessions of ${sessions.join(', ')}, who listen among them`,
    });
    await house().check();
  }
}

/** Ends every session but the one that asks, theirs and those of the test. */
async function endAllSessions({ house: { ledger } }: ChaosHouse): Promise<void> {
  await ledger.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`;
}

/** Names of the sessions there are; those that listen for new jobs have names of their own. */
async function sessionsOf({ house: { ledger } }: ChaosHouse): Promise<string[]> {
  const rows = await ledger.sql<{ name: string }[]>`
    select distinct application_name as name from pg_stat_activity
    where backend_type = 'client backend' and application_name <> '' order by 1`;
  return rows.map(({ name }) => name);
}

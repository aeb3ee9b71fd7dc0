import { expect } from '@jest/globals';
import { connect, type Sql } from '../../../src/ledger/database/open.js';
import { waitForStatus } from '../../support/journey.js';
import { holdLocks } from '../../support/row-lock.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { ask, expectRefused, put, ready, stated } from './asked.js';

/** More than web has connections. */
const AT_ONCE = 30;

/** F42: every connection is taken, ours or the server's. */
export function connections(house: () => ChaosHouse, company: () => SalesCompany): void {
  const numbersOf = (prefix: string) =>
    Array.from({ length: AT_ONCE }, (_, index) => `${prefix}-${index + 1}`);
  const allSynced = (numbers: readonly string[]) =>
    Promise.all(
      numbers.map((number) => waitForStatus(house(), company().id, 'invoice', number, 'synced')),
    );

  row(
    'F42',
    async () => {
      const at = company();
      const numbers = numbersOf('F42-POOL');
      await house().startWorker();
      const letGo = await holdLocks(
        house().house.ledger,
        (tx) => tx`lock table documents in exclusive mode`,
      );
      const asked = Promise.all(numbers.map((number) => put(house(), at, number)));
      const alive = await ask(house(), '/livez');
      for (const answer of await asked) expectRefused(house(), answer);
      await letGo();

      expect(alive.status).toBe(200);
      await ready(house());
      await stated(at, ...numbers);
      await allSynced(numbers);
      await house().check();
    },
    'of our own pool',
  );

  row(
    'F42',
    async () => {
      const at = company();
      const numbers = numbersOf('F42-FULL');
      await house().startWorker();
      const taken = await takeEveryConnection(house().postgres.url);
      const asked = await Promise.all(numbers.map((number) => put(house(), at, number)));
      await taken.end({ timeout: 1 });

      for (const answer of asked) if (answer.status !== 202) expectRefused(house(), answer);
      await ready(house());
      await stated(at, ...numbers);
      await allSynced(numbers);
      await house().check();
    },
    'of the server',
  );
}

/** Sessions that do nothing, as many as the server gives. */
async function takeEveryConnection(url: string): Promise<Sql> {
  const sql = connect(url, { poolSize: 200, connectTimeoutMs: 20_000 });
  const opened = await Promise.allSettled(
    Array.from({ length: 120 }, () => sql`select pg_sleep(1)`),
  );
  const refused = opened.filter(({ status }) => status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  return sql;
}

import { randomBytes } from 'node:crypto';
import { beforeAll, expect } from '@jest/globals';
import { countPerKey } from '../../src/ledger/database/rotate-keys.js';
import { waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { describeHouse, row } from './row.js';

const newKey = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const FIRST = newKey('k1');
const SECOND = newKey('k2');
const COUNT = 3;

// The keys of the ledger are missing, others, or on their way from one process to the next. The
// house itself can read under both.
const environment = { ENCRYPTION_KEYS: `${FIRST},${SECOND}` };

describeHouse('keys', { queue: 'redis', environment }, (house) => {
  let at: SalesCompany;

  beforeAll(async () => {
    await house().startWorker();
    at = await house().company();
    await house().stopWorkers();
  });

  const workerWith = (...keys: string[]) =>
    house().startWorker({ environment: { ENCRYPTION_KEYS: keys.join(',') } });
  const webWith = async (...keys: string[]) => {
    house().web().kill('SIGTERM');
    await house().web().exitCode();
    await house().startWeb({ ENCRYPTION_KEYS: keys.join(',') });
  };
  const numbersOf = (prefix: string) =>
    Array.from({ length: COUNT }, (_, index) => `${prefix}-${index + 1}`);
  const state = (numbers: readonly string[]) =>
    Promise.all(numbers.map((number) => at.invoice(number)));
  const allSynced = (numbers: readonly string[]) =>
    Promise.all(
      numbers.map((number) => waitForStatus(house(), at.id, 'invoice', number, 'synced')),
    );
  /** Ids of the keys that something is encrypted under. */
  const keysInUse = async () => Object.keys(await countPerKey(house().house.ledger)).sort();

  row(
    'F50',
    async () => {
      for (const keys of ['', 'k1:c2hvcnQ=', newKey('k1'), SECOND]) {
        await expect(workerWith(keys)).rejects.toThrow(/ENCRYPTION_KEYS/);
      }
      await house().check();
    },
    'missing, short, or another one',
  );

  row(
    'F50',
    async () => {
      const numbers = numbersOf('F50-LACKS');
      await webWith(SECOND, FIRST);
      const lacking = await workerWith(FIRST);
      await state(numbers);
      const failures = () => eventsOf(house(), 'push_failed').map(({ error }) => error);
      // More often than a push may crash.
      await waitFor(() => failures().length > COUNT * 3, {
        what: 'pushes that cannot be read',
      });
      expect(new Set(failures())).toEqual(new Set(['UnreadableCiphertext']));
      lacking.kill('SIGTERM');
      expect(await lacking.exitCode()).toBe(0);

      await workerWith(FIRST, SECOND);

      await allSynced(numbers);
      await house().check();
    },
    'one process was not given the new one yet',
  );

  row(
    'F50',
    async () => {
      const numbers = numbersOf('F50-HALF');
      await webWith(FIRST, SECOND);
      await state(numbers);
      expect(await keysInUse()).toContain('k1');
      await Promise.all([workerWith(SECOND, FIRST), workerWith(FIRST, SECOND)]);
      await allSynced(numbers);
      await house().check();

      await webWith(SECOND, FIRST);
      await workerWith(SECOND, FIRST);
      await waitFor(async () => (await keysInUse()).join() === 'k2', {
        what: 'everything to be under the new key',
      });
      await house().stopWorkers();
      await webWith(SECOND);
      await workerWith(SECOND);
      const late = numbersOf('F50-OVER');
      await state(late);
      await allSynced([...numbers, ...late]);
      await house().check();
    },
    'half-way, and over',
  );
});

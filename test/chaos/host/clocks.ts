import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { waitForStatus } from '../../support/journey.js';
import { eventsOf } from '../../support/log-lines.js';
import type { SalesCompany } from '../../support/sales-company.js';
import { waitFor } from '../../support/wait-for.js';
import type { QboSyncProcess } from '../../support/worker-process.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';

const TEN_MINUTES_MS = 600_000;
/** Documents that are in flight on both workers. */
const COUNT = 6;

const SKEWED_CLOCK = new URL('skewed-clock.mjs', import.meta.url);

/** F29: workers whose clocks are wrong, each in its own way. */
export function clocks(house: () => ChaosHouse, company: () => SalesCompany): void {
  const numbersOf = (prefix: string) =>
    Array.from({ length: COUNT }, (_, index) => `${prefix}-${index + 1}`);
  const synced = (number: string) =>
    waitForStatus(house(), company().id, 'invoice', number, 'synced');
  const refreshes = () => eventsOf(house(), 'qbo_token_refresh').length;
  const leasesLost = () => eventsOf(house(), 'lease_lost').length;

  row('F29', async () => {
    const at = company();
    const { leaseMs } = house().processConfig.waits.lease;
    const [fast] = await Promise.all([
      workerOffBy(house(), TEN_MINUTES_MS),
      workerOffBy(house(), -TEN_MINUTES_MS),
    ]);
    const [refreshed, lost] = [refreshes(), leasesLost()];
    // Longer than a lease: whoever sends it keeps it all the same.
    at.fault({ do: 'delay', delayMs: leaseMs * 2, count: COUNT, match: { method: 'POST' } });
    await Promise.all(numbersOf('F29').map((number) => at.invoice(number)));
    await Promise.all(numbersOf('F29').map(synced));
    expect(leasesLost()).toBe(lost);

    fast.kill('SIGUSR2');
    await Promise.all(numbersOf('F29-BACK').map((number) => at.invoice(number)));
    await Promise.all(numbersOf('F29-BACK').map(synced));
    expect(refreshes()).toBe(refreshed);

    // Who refreshes stores an end of life by its own clock; the other one may not believe it, once.
    await house().house.ledger.sql`update tokens set access_expires_at = now() - interval '1 day'`;
    await Promise.all(numbersOf('F29-FRESH').map((number) => at.invoice(number)));
    await Promise.all(numbersOf('F29-FRESH').map(synced));
    expect(refreshes() - refreshed).toBeLessThanOrEqual(2);
    await house().check();
  });

  row(
    'F29',
    async () => {
      const at = company();
      const fast = await workerOffBy(house(), TEN_MINUTES_MS);
      at.fault({ do: 'throttle', match: { method: 'POST' } });
      await at.invoice('F29-DELAYED');
      await waitForStatus(house(), at.id, 'invoice', 'F29-DELAYED', 'waiting');
      fast.kill('SIGKILL');
      await fast.exitCode();

      await house().startWorker();

      await synced('F29-DELAYED');
      await house().check();
    },
    'what a fast clock put off, another worker goes on with in time',
  );
}

async function workerOffBy(house: ChaosHouse, offMs: number): Promise<QboSyncProcess> {
  const clock = new URL(SKEWED_CLOCK);
  clock.searchParams.set('offMs', String(offMs));
  const worker = await house.startWorker({ nodeArguments: ['--import', clock.href] });
  await waitFor(() => isOff(house, worker.pid, offMs), {
    what: `the clock of ${fileURLToPath(SKEWED_CLOCK)} to be off`,
  });
  return worker;
}

/** By the times of its log lines. */
function isOff(house: ChaosHouse, pid: number, offMs: number): boolean {
  const [started] = eventsOf(house, 'process_started').filter((line) => line['pid'] === pid);
  if (started === undefined) return false;
  return Math.abs(Date.parse(String(started['ts'])) - Date.now() - offMs) < TEN_MINUTES_MS / 2;
}

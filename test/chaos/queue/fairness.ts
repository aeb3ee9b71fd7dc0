import { expect } from '@jest/globals';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { loseQueue } from './lose-queue.js';
import { openedPushes, synced } from './seen.js';

const BACKLOG = 300;
const STATED_AT_ONCE = 100;
const QUIET = 4;
/** One does one thing at a time: who goes before whom is what QuickBooks sees. */
const ONE_AT_A_TIME = { PUSH_CONCURRENCY: '1' };

/** One company has a long backlog and others a document each; a worker dies, the queue is lost. */
export function fairness(house: () => ChaosHouse, busy: () => SalesCompany): void {
  row('F48', async () => {
    await house().startWorker();
    const quiet = await Promise.all(Array.from({ length: QUIET }, () => house().company()));
    await house().stopWorkers();
    await stateBacklog(busy());
    await openedPushes(house(), 10);
    for (const one of quiet) await one.invoice('F48');
    await openedPushes(house(), 10 + QUIET);
    // It has done the busy one's first push, and holds the first quiet one's.
    const fault = 'push_claimed:2:kill';
    const doomed = await house().startWorker({ fault, environment: ONE_AT_A_TIME });
    expect(await doomed.exitCode()).toBeNull();
    await loseQueue(house());

    const { control } = house().simulator;
    const calls: string[] = [];
    const commits: string[] = [];
    const stops = [
      control.onCall(({ realmId, method }) => void (method === 'POST' && calls.push(realmId))),
      control.onCommit(({ realmId }) => void commits.push(realmId)),
    ];
    const slow = { count: 1_000, match: { method: 'POST', realm: busy().realmId } };
    const { id } = control.addFault({ do: 'delay', delayMs: 600, ...slow });
    await house().startWorker({ environment: ONE_AT_A_TIME });
    for (const one of quiet) await synced(house(), one, ['F48']);
    for (const stop of stops) stop();
    control.removeFaults(id);

    const [held, ...others] = quiet.map(({ realmId }) => realmId);
    // One may have begun before all wake-ups were added again.
    for (const realmId of others) expect(busyOnesBefore(realmId, calls)).toBeLessThanOrEqual(2);
    // This one waited for a lease to lapse, and not for the backlog.
    expect(busyOnesBefore(held ?? '', commits)).toBeLessThan(BACKLOG);
    await house().check();
  });

  const busyOnesBefore = (realmId: string, seen: readonly string[]): number => {
    expect(seen).toContain(realmId);
    const before = seen.slice(0, seen.indexOf(realmId));
    return before.filter((one) => one === busy().realmId).length;
  };
}

async function stateBacklog(company: SalesCompany): Promise<void> {
  for (let from = 0; from < BACKLOG; from += STATED_AT_ONCE) {
    const numbers = Array.from({ length: STATED_AT_ONCE }, (_, index) => `F48-${from + index}`);
    await company.invoicesOf(numbers);
  }
}

import { expect } from '@jest/globals';
import { eventsOf } from '../../support/log-lines.js';
import type { SalesCompany } from '../../support/sales-company.js';
import type { ChaosHouse } from '../house.js';
import { row } from '../row.js';
import { loseQueue } from './lose-queue.js';
import { hasLeft, openedPushes, synced } from './seen.js';

const DOCUMENTS = 40;

/** The store of the queue loses everything it held. */
export function lostQueue(house: () => ChaosHouse, at: () => SalesCompany): void {
  row('F35', async () => {
    const numbers = Array.from({ length: DOCUMENTS }, (_, index) => `F35-${index + 1}`);
    await at().invoicesOf(numbers);
    await openedPushes(house(), 2);
    const seenBefore = eventsOf(house(), 'sweep').length;
    // One at a time: the others wait in the queue, and are lost there.
    at().fault({ do: 'delay', delayMs: 500, match: { method: 'POST' } });
    await house().startWorker({ environment: { PUSH_CONCURRENCY: '1' } });
    await hasLeft(house(), ...numbers);

    await loseQueue(house());

    await synced(house(), at(), numbers);
    const sweeps = eventsOf(house(), 'sweep').slice(seenBefore);
    expect(sweeps.some(({ pushes }) => Number(pushes) > 0)).toBe(true);
    await house().check();
  });
}

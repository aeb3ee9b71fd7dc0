import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { PushWorker } from '../../src/queue/worker.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

describeOnBothQueues('a document that waits for its turn', (queue) => {
  let journey: Journey;
  let worker: PushWorker;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({ ...(await queue()), idle: true });
    worker = journey.startWorker();
    company = await salesCompany(journey);
  });
  afterAll(() => journey?.close());

  const read = (number: string) => journey.client.document(company.id, 'invoice', number);

  const pauseFor = (time: string) => journey.house.ledger.sql`
    update lanes set paused_until = now() + ${time}::interval`;

  it('says how many go before it and when it is expected, and nothing once it has arrived', async () => {
    company.fault({ do: 'throttle', match: { method: 'POST' } });
    await company.invoice('P-1');
    await waitForStatus(journey, company.id, 'invoice', 'P-1', 'waiting');
    // Until the last one was read, however long that takes on a busy machine; nobody is there to put
    // pushes off for as long.
    await worker.stop();
    await pauseFor('1 hour');
    const numbers = Array.from({ length: 14 }, (_, index) => `P-${index + 2}`);
    await company.invoicesOf(numbers);

    const last = await read('P-15');

    // As many as go before it: documents of its own push do not, if it is in one by now.
    const before = last.place?.before ?? 0;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThanOrEqual(14);
    expect(last.place?.more).toBe(false);
    expect(Date.parse(last.place?.expectedAt ?? '')).toBeGreaterThan(Date.now());
    expect(last.details).toContain(`${before} before it, expected about `);
    await pauseFor('0 s');
    journey.startWorker();
    const arrived = await waitForStatus(journey, company.id, 'invoice', 'P-15', 'synced');
    expect(arrived.place).toBeNull();
    expect(arrived.details).not.toContain('before it');
  });
});

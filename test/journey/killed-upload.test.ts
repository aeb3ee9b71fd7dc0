import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aPdf } from '../support/pdfs.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { startWorkerProcess } from '../support/worker-process.js';

// A worker is killed after QuickBooks has stored a file and before it says so; another one takes over.
describeOnBothQueues('a worker that is killed while it uploads', (queue) => {
  let journey: Journey;
  let at: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({ ...(await queue()), idle: true });
    const worker = await startWorkerProcess(journey);
    at = await salesCompany(journey);
    await at.invoice('K-1');
    await waitForStatus(journey, at.id, 'invoice', 'K-1', 'synced');
    at.fault({ do: 'delay', delayMs: 4_000, at: 'after_commit', match: { operation: 'upload' } });
    await journey.client.attach(at.id, 'invoice', 'K-1', { name: 'a.pdf', pdf: aPdf('a') });
    await at.committed('create Attachable');
    worker.kill('SIGKILL');
    await worker.exitCode();
    journey.startWorker();
  });
  afterAll(() => journey?.close());

  it('leaves one file, which another one finds', async () => {
    const key = 'invoice/K-1/a.pdf';
    const file = await waitForStatus(journey, at.id, 'attachment', key, 'synced');

    // Noted by QuickBooks once its answer, which nobody waits for any more, is due.
    await waitFor(() => at.quickbooks.calls().includes('POST upload'), { what: 'the call' });
    expect(at.quickbooks.all('Attachable')).toHaveLength(1);
    expect(at.quickbooks.calls().filter((call) => call === 'POST upload')).toHaveLength(1);
    expect(file.warnings).toEqual([{ name: 'adopted' }]);
    await checkTruth(journey, { stated: { [at.id]: 2 } });
  });
});

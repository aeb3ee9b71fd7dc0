import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';

/** Far from both calls' ends, on a busy machine too. */
const GRACE_OF_5_S = { QBO_SYNC_TEST_WAITS: '0.2' };

// SIGTERM with two calls on their way: one ends within the grace, the other does not. Two more
// signals on top change nothing.
describeOnBothQueues('a worker that is told to stop', (queue) => {
  let journey: Journey;
  let worker: WorkerProcess;
  let quick: SalesCompany;
  let slow: SalesCompany;
  let exitCode: number | null;

  beforeAll(async () => {
    journey = await startJourney({ ...(await queue()), idle: true });
    worker = await startWorkerProcess({
      environment: { ...journey.environment, ...GRACE_OF_5_S },
      logLines: journey.logLines,
    });
    [quick, slow] = await Promise.all([salesCompany(journey), salesCompany(journey)]);
    quick.fault({ do: 'delay', delayMs: 1_000, match: { method: 'POST' } });
    slow.fault({ do: 'delay', delayMs: 12_000, at: 'after_commit', match: { method: 'POST' } });
    await Promise.all([quick.invoice('S-1'), slow.invoice('S-1')]);
    await slow.committed('create Invoice');
    await waitFor(async () => (await sentRequests()) === 2, { what: 'both calls to be out' });

    worker.kill('SIGTERM');
    await waitFor(() => eventsOf(journey, 'process_stopping').length > 0, { what: 'the stop' });
    worker.kill('SIGTERM');
    worker.kill('SIGINT');
    await quick.invoice('S-2');
    exitCode = await worker.exitCode();
  });
  afterAll(() => journey?.close());

  const sentRequests = async () => {
    const [row] = await journey.house.ledger.sql<{ sent: number }[]>`
      select count(*)::int as sent from requests where sent_at is not null`;
    return row?.sent;
  };
  const statusOf = async ({ id }: SalesCompany, number: string) =>
    (await journey.client.document(id, 'invoice', number)).status;

  it('ends with exit code 0, takes nothing new and keeps nothing', async () => {
    expect(exitCode).toBe(0);
    expect(await statusOf(quick, 'S-2')).toBe('queued');
    const [held] = await journey.house.ledger.sql`
      select count(*)::int as pushes from pushes where lease_until is not null`;
    expect(held?.['pushes']).toBe(0);
  });

  it('lets a call that ends within the grace end', async () => {
    expect(await statusOf(quick, 'S-1')).toBe('synced');
  });

  it('leaves a call that takes longer in doubt, and another worker resolves it', async () => {
    expect(await statusOf(slow, 'S-1')).toBe('checking');
    const survivor = await startWorkerProcess(journey);

    const invoice = await waitForStatus(journey, slow.id, 'invoice', 'S-1', 'synced');
    await waitForStatus(journey, quick.id, 'invoice', 'S-2', 'synced');

    expect(slow.quickbooks.commits()).toEqual(['create Invoice']);
    expect(invoice.warnings).toEqual([{ name: 'replayed' }]);
    const [crashed] = await journey.house.ledger.sql`
      select count(*)::int as pushes from pushes where crashes > 0`;
    expect(crashed?.['pushes']).toBe(0);
    survivor.kill('SIGTERM');
    expect(await survivor.exitCode()).toBe(0);
  });

  it('leaves one document per key, and nothing open', async () => {
    await checkTruth(journey, { stated: { [quick.id]: 2, [slow.id]: 1 } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { laneStore } from '../../src/ledger/companies/lanes.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// One worker that does one thing at a time: who goes before whom is what QuickBooks sees, call by call.
describeOnBothQueues('companies that share a worker', (queue) => {
  let journey: Journey;
  const calls: string[] = [];
  let busy: SalesCompany;
  let paused: SalesCompany[];
  let quiet: SalesCompany;

  beforeAll(async () => {
    const environment = { PUSH_CONCURRENCY: '1' };
    journey = await startJourney({ ...(await queue()), idle: true, environment });
    const worker = journey.startWorker();
    [busy, quiet, ...paused] = (await Promise.all(
      Array.from({ length: 4 }, () => salesCompany(journey)),
    )) as [SalesCompany, SalesCompany, ...SalesCompany[]];
    await worker.stop();
    journey.simulator.control.onCall(({ realmId }) => calls.push(realmId));
  });
  afterAll(() => journey?.close());

  const state = (company: SalesCompany, name: string, documents: number) =>
    company.invoicesOf(Array.from({ length: documents }, (_, index) => `${name}-${index}`));
  const pausedForAnHour = async ({ realmId }: SalesCompany) => {
    const { ledger } = journey.house;
    const hash = ledger.hash.hash('companies.realm', realmId);
    const [company] = await ledger.sql<{ id: string }[]>`
      select id from companies where realm_hash = ${hash}`;
    const pause = { pauseMs: 3_600_000, probeEveryMs: 0, probe: false };
    await laneStore(ledger).pause(company?.id ?? '', pause);
  };
  const isOpened = ({ id }: SalesCompany, pushes: number) =>
    waitFor(
      async () => {
        const found = await journey.house.ledger.sql`
          select distinct i.push_id from push_items i join documents d on d.id = i.document_id
          where d.connection_id = ${id} and d.kind = 'invoice'`;
        return found.count === pushes;
      },
      { what: `${pushes} pushes to be opened` },
    );

  it('let a quiet one’s document pass the backlog of a busy one, and those that are paused hold nobody', async () => {
    await Promise.all(paused.map(pausedForAnHour));
    for (const company of paused) await state(company, 'P', 20);
    await state(busy, 'B', 150);
    for (const company of paused) await isOpened(company, 1);
    await isOpened(busy, 10);
    await state(quiet, 'Q', 1);
    await isOpened(quiet, 1);

    journey.startWorker();
    await waitForStatus(journey, quiet.id, 'invoice', 'Q-0', 'synced');
    await waitForStatus(journey, busy.id, 'invoice', 'B-149', 'synced');

    const turn = calls.indexOf(quiet.realmId);
    // Only the busy one's first push, which was waiting when the quiet one came, goes before it.
    expect(calls.slice(0, turn)).toEqual([busy.realmId]);
    expect(calls.filter((realmId) => realmId === busy.realmId).length).toBeGreaterThan(5);
    expect(calls.filter((realmId) => paused.some((one) => one.realmId === realmId))).toEqual([]);
  });
});

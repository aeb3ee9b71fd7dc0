import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { QboSyncError } from '../../src/client/index.js';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import {
  type Connected,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';

// A released order, a known client, one new product; the second click is refused. The whole way
// through HTTP: the app's client, web, queue, worker and a QuickBooks that counts what it is asked.
describeOnBothQueues('export-on-click', (queue) => {
  let journey: Journey;
  let connected: Connected;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    connected = await journey.connect({
      profile: 'export-on-click',
      settings: {
        accounts: {
          income: { name: 'Sales of Product Income' },
          receivable: { name: 'Accounts Receivable (A/R)' },
        },
      },
    });
    journey.simulator.control.load(connected.realmId, {
      Customer: [
        { Id: '9058', SyncToken: '0', DisplayName: 'Blue Spruce Dispensary', Active: true },
      ],
      Item: [
        {
          Id: '9019',
          SyncToken: '0',
          Name: 'OG Kush 3.5g',
          Type: 'Service',
          Active: true,
          IncomeAccountRef: { value: '79' },
        },
      ],
    });
  });
  afterAll(() => journey?.close());

  const order: InvoiceInput = {
    number: 'SO-10452',
    status: 'released',
    issueDate: '2026-11-20',
    customer: { name: 'Blue Spruce Dispensary' },
    lines: [
      { name: 'OG Kush 3.5g', quantity: '40', unitPrice: '18.00', amount: '720.00' },
      { name: 'Lemon Haze Pre-roll 1g', quantity: '100', unitPrice: '4.25', amount: '425.00' },
    ],
    total: '1145.00',
  };

  it('waits for the click, sends once on two clicks at the same time, refuses the next one', async () => {
    const { client, simulator } = journey;
    await refresh(journey, connected.id);
    simulator.control.clearLog(connected.realmId);

    const stated = await client.state(connected.id, 'invoice', 'SO-10452', order);
    expect(stated).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
      label: 'Not synced',
    });

    await Promise.all([1, 2].map(() => client.sync(connected.id, 'invoice', 'SO-10452')));
    const synced = await waitForStatus(journey, connected.id, 'invoice', 'SO-10452', 'synced');

    const id = synced.quickbooks?.id;
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Invoice SO-10452 created in QuickBooks (Id ${id}), total 1,145.00. Created 1 product: Lemon Haze Pre-roll 1g.`,
    });
    const { commits, calls } = simulator.control.log(connected.realmId);
    expect(commits.map((commit) => `${commit.operation} ${commit.entity}`)).toEqual([
      'create Item',
      'create Invoice',
    ]);
    expect(calls.filter(({ method }) => method === 'POST')).toHaveLength(2);
    const [invoice] = simulator.control
      .objects(connected.realmId, 'Invoice')
      .filter((one) => one['Id'] === id);
    expect(invoice).toMatchObject({
      DocNumber: 'SO-10452',
      TotalAmt: 1145,
      CustomerRef: { value: '9058' },
    });

    const refusal = await client
      .sync(connected.id, 'invoice', 'SO-10452')
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(QboSyncError);
    expect((refusal as QboSyncError).problem.detail).toMatch(
      /^Order SO-10452 was already exported to QuickBooks as invoice SO-10452 on \d{4}-\d\d-\d\d\. An order can be exported only once\.$/,
    );
    expect(await client.document(connected.id, 'invoice', 'SO-10452')).toMatchObject({
      status: 'synced',
    });
    expect(simulator.control.log(connected.realmId).commits).toHaveLength(2);
  });
});

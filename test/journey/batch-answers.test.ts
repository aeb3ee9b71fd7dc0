import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { FaultRule } from '../../src/simulator/index.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

/** Enough to go in batches. */
const COUNT = 14;

// A batch answers for each of its documents, in any order and not always for all.
describeOnBothQueues('a batch answer', (queue) => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    company = await salesCompany(journey);
  });
  afterAll(() => journey?.close());

  const numbersOf = (prefix: string) =>
    Array.from({ length: COUNT }, (_, index) => `${prefix}-${index + 1}`);
  const allSettled = (numbers: readonly string[]) =>
    Promise.all(
      numbers.map((number) => waitForStatus(journey, company.id, 'invoice', number, 'synced')),
    );

  it('in another order gives each document its own id', async () => {
    const numbers = numbersOf('S');
    company.fault({ do: 'shuffle', at: 'after_commit', match: { operation: 'batch' } });
    await company.invoicesOf(numbers);

    const synced = await allSettled(numbers);

    for (const { number, quickbooks, warnings } of synced) {
      expect(company.invoices(number ?? '')).toMatchObject([{ Id: quickbooks?.id }]);
      expect(warnings).toEqual([]);
    }
  });

  it('that leaves one out: that one is looked up and adopted, never sent again', async () => {
    const numbers = numbersOf('M');
    const before = company.quickbooks.commits().length;
    company.fault({ do: 'drop', at: 'after_commit', match: { batchItem: 'i2' } });
    await company.invoicesOf(numbers);

    const synced = await allSettled(numbers);

    expect(company.quickbooks.commits()).toHaveLength(before + COUNT);
    const adopted = synced.filter(({ warnings }) => warnings.length > 0);
    expect(adopted.map(({ warnings }) => warnings)).toEqual([[{ name: 'adopted' }]]);
  });

  it('that leaves out one it did not do: that one goes again after two looks, far apart', async () => {
    const numbers = numbersOf('N');
    company.fault({ do: 'drop', at: 'before_commit', match: { batchItem: 'i2' } });
    await company.invoicesOf(numbers);
    const [left] = await waitFor(
      async () => {
        const { documents } = await journey.client.documents(company.id, { status: 'checking' });
        return documents.length === 1 && documents;
      },
      { what: 'one document in doubt' },
    );
    expect(company.invoices(left?.number ?? '')).toHaveLength(0);

    await letTimePass();

    await allSettled(numbers);
    expect(company.invoices(left?.number ?? '')).toHaveLength(1);
  });

  /** As much as lies between two looks; the clock of leases and looks is the database's own. */
  async function letTimePass(): Promise<void> {
    const { sql } = journey.house.ledger;
    await sql`update requests set sent_at = sent_at - interval '1 hour',
      looked_up_at = looked_up_at - interval '1 hour'`;
    // With a new epoch, because its wake-up for later is in the queue already.
    await sql`update pushes set not_before = now(), epoch = epoch + 1 where closed_at is null`;
  }

  /** How many invoices are made of those that meet a fault. */
  async function madeDespite(fault: FaultRule, numbers: readonly string[]): Promise<number> {
    const { control } = journey.simulator;
    const before = company.quickbooks.commits().length;
    company.fault({ at: 'after_commit', ...fault });
    // Nothing but our own look keeps a number from being there twice.
    control.setBehaviours({ refuseDuplicateNumbers: false });
    await company.invoicesOf(numbers);
    await allSettled(numbers);
    control.setBehaviours({ refuseDuplicateNumbers: true });
    const made = company.quickbooks.commits().slice(before);
    return made.filter((what) => what === 'create Invoice').length;
  }

  it('that says QuickBooks failed over one it had made: that one is found, never made again', async () => {
    const fault: FaultRule = { do: 'status', status: 500, match: { batchItem: 'i2' } };

    expect(await madeDespite(fault, numbersOf('A'))).toBe(COUNT);
  });

  it.each([
    ['10000', 'SystemFault'],
    ['600', 'ValidationFault'],
  ])(
    'that refuses all, after they were made, by %s: each is found, none made again',
    async (code, type) => {
      const body = {
        Fault: { type, Error: [{ code, Message: 'It failed', Detail: 'It failed' }] },
      };
      const fault: FaultRule = { do: 'body', status: 400, body, match: { operation: 'batch' } };

      expect(await madeDespite(fault, numbersOf(`W${code}`))).toBe(COUNT);
    },
  );

  it('that refuses one: the others are synced, that one says why', async () => {
    const numbers = numbersOf('R');
    company.quickbooks.add('Invoice', {
      DocNumber: 'R-3',
      CustomerRef: { value: '7' },
      Line: [
        {
          Amount: 5,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    });
    await company.invoicesOf(numbers);

    await allSettled(numbers.filter((number) => number !== 'R-3'));
    const refused = await waitForStatus(journey, company.id, 'invoice', 'R-3', 'failed');

    expect(refused).toMatchObject({ reason: 'duplicate_number', params: { number: 'R-3' } });
    expect(company.invoices('R-3')).toHaveLength(1);
  });

  it('that is a fault: its documents go one by one', async () => {
    const numbers = numbersOf('F');
    company.fault({
      do: 'status',
      status: 400,
      at: 'before_commit',
      match: { operation: 'batch' },
    });
    await company.invoicesOf(numbers);

    await allSettled(numbers);
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated: { [company.id]: COUNT * 8 } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});

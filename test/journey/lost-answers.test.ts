import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DocumentAnswer } from '../../src/contract/answers.js';
import type { FaultRule } from '../../src/simulator/index.js';
import { type Case, playAtOnce } from '../support/at-once.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

/** Ways in which QuickBooks' answer to a write that it did is not to be had. */
const LOSSES: Record<string, FaultRule> = {
  'is cut off': { do: 'drop', at: 'after_commit' },
  'is a 503': { do: 'status', status: 503, at: 'after_commit' },
  'is a page of HTML': { do: 'status', status: 502, shape: 'html', at: 'after_commit' },
  'is an empty body': { do: 'body', body: '', at: 'after_commit' },
  'ends in the middle': { do: 'drop', at: 'mid_body' },
};

// QuickBooks does what it is asked and the answer does not arrive. The same bytes go out again under
// the same requestid, QuickBooks answers as the first time, and nothing is there twice.
describeOnBothQueues('an answer to a write that', (queue) => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney(await queue());
    // A replay that is not the same to the byte is refused, and its document adopted.
    journey.simulator.control.setBehaviours({ requestidOtherBody: 'fault_600' });
  });
  afterAll(() => journey?.close());

  const company = (play: (at: SalesCompany) => Promise<void>) => async () =>
    play(await salesCompany(journey));
  const allEnded = playAtOnce([
    ...Object.entries(LOSSES).map(
      ([loss, rule]): Case => [
        `${loss}: a create is confirmed when asked again`,
        company((at) => losesCreate(at, rule)),
      ],
    ),
    ['is cut off: an update is confirmed when asked again', company(losesUpdate)],
    ['is cut off: a void is confirmed when asked again', company(losesVoid)],
    ['is cut off: a batch is confirmed when asked again', company(losesBatch)],
    ['is cut off twice: it is asked a third time', company(losesTwice)],
    ['is a fault under status 200: nothing is there, and a retry sends it', company(refused)],
  ]);

  it('leaves one document per key, and nothing open', async () => {
    await allEnded();
    await checkTruth(journey, { stated });
  });

  const settled = (company: SalesCompany, number: string, status = 'synced') =>
    waitForStatus(journey, company.id, 'invoice', number, status);

  async function losesCreate(company: SalesCompany, rule: FaultRule): Promise<void> {
    stated[company.id] = 1;
    company.fault({ ...rule, match: { operation: 'create' } });
    await company.invoice('L-1');

    const invoice = await settled(company, 'L-1');

    expect(company.quickbooks.commits()).toEqual(['create Invoice']);
    expectConfirmed(invoice);
    expect(invoice.quickbooks?.id).toBe(company.invoices('L-1')[0]?.['Id']);
    expect(invoice.details).toContain('The first answer was lost');
  }

  async function losesUpdate(company: SalesCompany): Promise<void> {
    stated[company.id] = 1;
    await company.invoice('L-2');
    await settled(company, 'L-2');
    company.fault({ do: 'drop', at: 'after_commit', match: { operation: 'update' } });
    const lines = [aLine({ unitPrice: '250.00', amount: '250.00' })];
    await company.invoice('L-2', { lines, total: '250.00' });

    const invoice = await settled(company, 'L-2');

    expect(company.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(company.invoices('L-2')).toMatchObject([{ TotalAmt: 250, SyncToken: '1' }]);
    expect(invoice).toMatchObject({ revision: 2, syncedRevision: 2 });
    expectConfirmed(invoice);
  }

  async function losesVoid(company: SalesCompany): Promise<void> {
    stated[company.id] = 1;
    await company.invoice('L-3');
    await settled(company, 'L-3');
    company.fault({ do: 'drop', at: 'after_commit', match: { operation: 'void' } });
    await journey.client.withdraw(company.id, 'invoice', 'L-3');

    const invoice = await settled(company, 'L-3', 'voided');

    expect(company.quickbooks.commits()).toEqual(['create Invoice', 'void Invoice']);
    expect(company.invoices('L-3')).toMatchObject([{ TotalAmt: 0 }]);
    expectConfirmed(invoice);
  }

  async function losesBatch(company: SalesCompany): Promise<void> {
    const numbers = Array.from({ length: 14 }, (_, index) => `L-B${index + 1}`);
    stated[company.id] = numbers.length;
    company.fault({ do: 'drop', at: 'after_commit', match: { operation: 'batch' } });
    await company.invoicesOf(numbers);

    const invoices = await Promise.all(numbers.map((number) => settled(company, number)));

    expect(company.quickbooks.commits()).toHaveLength(numbers.length);
    for (const invoice of invoices) expectConfirmed(invoice);
  }

  async function losesTwice(company: SalesCompany): Promise<void> {
    stated[company.id] = 1;
    company.fault({ do: 'drop', at: 'after_commit', count: 2, match: { operation: 'create' } });
    await company.invoice('L-4');

    expectConfirmed(await settled(company, 'L-4'));

    expect(company.quickbooks.commits()).toEqual(['create Invoice']);
    expect(company.quickbooks.writes()).toBe(3);
  }

  async function refused(company: SalesCompany): Promise<void> {
    stated[company.id] = 1;
    const error = { Message: 'Business rule', Detail: 'Not today.', code: '6000', element: '' };
    const body = { Fault: { Error: [error], type: 'ValidationFault' } };
    company.fault({ do: 'body', body, match: { operation: 'create' } });
    await company.invoice('L-5');

    const failed = await settled(company, 'L-5', 'failed');
    expect(failed).toMatchObject({ reason: 'refused_by_quickbooks', params: { code: '6000' } });
    expect(company.quickbooks.commits()).toEqual([]);

    await journey.client.retry(company.id, 'invoice', 'L-5');
    await settled(company, 'L-5');
    expect(company.quickbooks.commits()).toEqual(['create Invoice']);
  }
});

/** It was said to be in doubt, and settled by QuickBooks' word. */
function expectConfirmed(document: DocumentAnswer): void {
  expect(document.warnings).toEqual([{ name: 'replayed' }]);
  expect(document.history.map(({ status }) => status)).toContain('checking');
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

const COUNT = 12;

// QuickBooks here lets numbers be used twice, as most companies do: nothing but our own care keeps a
// document from being there twice.
describe('a document that may be in QuickBooks already', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, {
      company: { preferences: { SalesFormsPrefs: { CustomTxnNumbers: false } } },
    });
  });
  afterAll(() => journey?.close());

  it('is adopted when the replay of its lost batch is refused as a whole', async () => {
    const numbers = Array.from({ length: COUNT }, (_, index) => `W-${index + 1}`);
    company.fault({ do: 'drop', at: 'after_commit', match: { operation: 'batch' } });
    await company.invoicesOf(numbers);
    await waitFor(
      async () => {
        const { documents } = await journey.client.documents(company.id, { status: 'checking' });
        return documents.length > 1;
      },
      { what: 'a batch in doubt' },
    );

    company.fault({
      do: 'body',
      at: 'before_commit',
      status: 400,
      match: { operation: 'batch' },
      body: {
        Fault: {
          Error: [{ code: '6000', Message: 'Refused', Detail: 'Business Validation Error' }],
          type: 'ValidationFault',
        },
      },
    });

    for (const number of numbers) {
      await waitForStatus(journey, company.id, 'invoice', number, 'synced');
      expect(company.invoices(number)).toHaveLength(1);
    }
  });

  it('is left to a person when the answer has an unknown shape, and a repeat sends nothing', async () => {
    const before = company.quickbooks.commits().length;
    company.fault({
      do: 'body',
      at: 'after_commit',
      match: { entity: 'Invoice' },
      body: { Invoice: { Id: '990', SyncToken: '0', TotalAmt: '100.00' } },
    });
    await company.invoice('U-1');

    const failed = await waitForStatus(journey, company.id, 'invoice', 'U-1', 'failed');
    expect(failed.reason).toBe('outcome_unknown');
    await company.invoice('U-1');

    expect(await journey.client.document(company.id, 'invoice', 'U-1')).toMatchObject({
      status: 'failed',
      revision: 1,
    });
    expect(company.quickbooks.commits()).toHaveLength(before + 1);
  });
});

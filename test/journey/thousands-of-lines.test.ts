import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

/** With a parameter per column of each row, more than one statement takes. */
const LINES = 5_500;

/** A line per product, each named by the app's own id for it. */
function manyLines(word: string): Pick<InvoiceInput, 'lines' | 'total'> {
  const lines = Array.from({ length: LINES }, (_, index) => ({
    name: `${word} ${index}`,
    item: { externalId: `${word}-${index}` },
    quantity: '1',
    unitPrice: '1.00',
    amount: '1.00',
  }));
  return { lines, total: `${LINES}.00` };
}

describe('an invoice of thousands of lines', () => {
  let journey: Journey;

  beforeAll(async () => {
    // Its planning takes the whole process for a while; at the usual 1/20 a lease is over by then.
    journey = await startJourney({ environment: { QBO_SYNC_TEST_WAITS: '0.2' } });
  });

  afterAll(() => journey?.close());

  it('is previewed and sent, with a link for each product it names', async () => {
    const company = await salesCompany(journey, { pull: false });
    const products = manyLines('Product').lines.map(({ name }, index) => ({
      Id: String(1_000 + index),
      Name: name,
      Type: 'Service',
      IncomeAccountRef: { value: '79' },
    }));
    journey.simulator.control.load(company.realmId, { Item: products });
    await refresh(journey, company.id);

    const invoice = anInvoice({ number: 'M1', ...manyLines('Product') });
    const preview = await journey.client.preview(company.id, 'invoice', 'M1', invoice);
    expect(preview.status).toBe('synced');
    expect(preview.request?.body['Line']).toHaveLength(LINES);

    await company.invoice('M1', manyLines('Product'));
    const sent = await waitForStatus(journey, company.id, 'invoice', 'M1', ['synced', 'failed']);
    expect([sent.status, sent.reason, company.invoices('M1').length]).toEqual(['synced', null, 1]);
    const [links] = await journey.house.ledger.sql<{ saved: number }[]>`
      select count(*)::int as saved from links
      where connection_id = ${company.id} and kind = 'item' and quickbooks_id >= '1000'`;
    expect(links?.saved).toBe(LINES);
  });

  it('asks for all products QuickBooks lacks, and waits for them', async () => {
    const company = await salesCompany(journey, {
      settings: { item: { missing: 'create' }, accounts: { income: { name: 'Sales' } } },
    });
    await company.invoice('M2', manyLines('New'));
    await waitFor(
      async () => {
        const { reason } = await journey.client.document(company.id, 'invoice', 'M2');
        expect(reason).not.toBe('crashed');
        return reason === 'blocked_by';
      },
      { what: 'the invoice to wait for its products' },
    );
    const [asked] = await journey.house.ledger.sql<{ names: number }[]>`
      select count(*)::int as names from documents
      where connection_id = ${company.id} and kind = 'item'`;
    expect(asked?.names).toBe(LINES);
    await journey.client.disconnect(company.id);
  });
});

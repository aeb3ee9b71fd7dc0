import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CausePage } from '../../src/contract/causes.js';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import {
  type Connected,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { rawApi, refusalOf } from '../support/raw-api.js';

// Invoices are sent by themselves, and only for customers QuickBooks has. One that is missing fails
// its invoices with a reason; added there by hand and pulled, they go out when they are retried.
describeOnBothQueues('auto-invoices', (queue) => {
  let journey: Journey;
  let harborview: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    const { control } = journey.simulator;
    const { realmId } = control.createCompany({ country: 'GB', seed: 'new' });
    control.load(realmId, {
      Customer: [
        { Id: '7', DisplayName: 'Northwind Traders Ltd' },
        { Id: '8', DisplayName: 'Contoso Ltd' },
        { Id: '11', DisplayName: 'Fabrikam Ltd' },
      ],
      Item: [
        { Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } },
        { Id: '4', Name: 'Training', Type: 'Service', IncomeAccountRef: { value: '79' } },
      ],
    });
    harborview = await journey.connect({ profile: 'auto-invoices', realmId });
    quickbooks = quickBooksSide(journey, harborview);
  });
  afterAll(() => journey?.close());

  const invoices = { 'APT-2032': '120.00', 'APT-2033': '75.50', 'APT-2034': '310.00' };
  const numbers = Object.keys(invoices) as (keyof typeof invoices)[];

  function invoiceFor(customer: string, number: string, net: string): InvoiceInput {
    return {
      number,
      status: 'sent',
      issueDate: '2026-11-22',
      customer: { name: customer },
      lines: [
        {
          name: number === 'APT-2033' ? 'Training' : 'Consulting',
          quantity: '1',
          unitPrice: net,
          amount: net,
          taxCode: { name: 'No VAT' },
        },
      ],
      total: net,
    };
  }

  const settled = (number: string, status: string) =>
    waitForStatus(journey, harborview.id, 'invoice', number, status);
  const causes = () => rawApi<CausePage>(journey, 'GET', '/v1/causes');

  it('fails what names a customer QuickBooks lacks without a call, and sends it on retry', async () => {
    const { client } = journey;
    await refresh(journey, harborview.id);
    quickbooks.forget();

    for (const number of numbers) {
      const invoice = invoiceFor('Acme Rocket Skates', number, invoices[number]);
      await client.state(harborview.id, 'invoice', number, invoice);
    }
    for (const number of numbers) {
      expect(await settled(number, 'failed')).toMatchObject({
        label: 'Failed',
        reason: 'customer_missing',
        params: { name: 'Acme Rocket Skates' },
        details:
          'Customer "Acme Rocket Skates" was not found in QuickBooks. Add or rename the customer in QuickBooks, press Force Sync from QB, then retry.',
        nextAttemptAt: null,
        quickbooks: null,
        actions: ['retry', 'skip', 'link', 'look_again', 'mark_handled'],
      });
    }
    expect(quickbooks.calls()).toEqual([]);
    expect((await causes()).body.causes).toMatchObject([
      {
        reason: 'customer_missing',
        params: { name: 'Acme Rocket Skates' },
        documents: 3,
        amounts: [{ currency: 'GBP', amount: '505.50' }],
        connections: [harborview.id],
      },
    ]);

    expect(quickbooks.add('Customer', { DisplayName: 'Acme Rocket Skates' })).toBe('12');
    await refresh(journey, harborview.id);
    quickbooks.forget();
    // A refresh alone sends nothing: failed documents are a person's to retry.
    expect(await client.documents(harborview.id, { status: 'failed' })).toMatchObject({
      documents: [{ number: 'APT-2034' }, { number: 'APT-2033' }, { number: 'APT-2032' }],
    });

    for (const number of numbers) await client.retry(harborview.id, 'invoice', number);
    for (const number of numbers) {
      const synced = await settled(number, 'synced');
      expect(synced).toMatchObject({ label: 'Synced', warnings: [], reason: null });
      expect(synced.details).toBe(
        `Invoice ${number} created in QuickBooks (Id ${synced.quickbooks?.id}), total ${invoices[number]}.`,
      );
      expect(quickbooks.one('Invoice', synced.quickbooks?.id)).toMatchObject({
        DocNumber: number,
        TxnDate: '2026-11-22',
        CustomerRef: { value: '12' },
        TotalAmt: Number(invoices[number]),
        GlobalTaxCalculation: 'TaxExcluded',
        Line: [
          {
            Amount: Number(invoices[number]),
            SalesItemLineDetail: {
              ItemRef: { value: number === 'APT-2033' ? '4' : '3' },
              TaxCodeRef: { value: '10' },
            },
          },
          { DetailType: 'SubTotalLineDetail' },
        ],
      });
    }
    expect(quickbooks.commits()).toEqual(['create Invoice', 'create Invoice', 'create Invoice']);
    expect(quickbooks.calls()).toEqual(['POST invoice', 'POST invoice', 'POST invoice']);
    expect(quickbooks.all('Invoice')).toHaveLength(3);
    expect((await causes()).body).toEqual({ causes: [], after: null });

    for (const number of numbers) {
      const refusal = await refusalOf(client.retry(harborview.id, 'invoice', number));
      expect(refusal).toMatchObject({
        status: 409,
        problem: { type: 'urn:qbo-sync:problem:not_retryable' },
      });
    }
    expect(quickbooks.writes()).toBe(3);
  });

  it('sends at once what names a customer QuickBooks has, with VAT computed there', async () => {
    const invoice = invoiceFor('Northwind Traders Ltd', 'APT-2040', '100.00');
    const [line] = invoice.lines;
    if (line === undefined) throw new Error('The invoice has no line');
    line.taxCode = { name: '20.0% S' };
    await journey.client.state(harborview.id, 'invoice', 'APT-2040', {
      ...invoice,
      tax: { total: '20.00' },
      total: '120.00',
    });

    const synced = await settled('APT-2040', 'synced');
    expect(synced.money).toEqual({
      sourceTotal: '120.00',
      quickbooksTotal: '120.00',
      difference: '0.00',
    });
    expect(quickbooks.one('Invoice', synced.quickbooks?.id)).toMatchObject({
      CustomerRef: { value: '7' },
      TotalAmt: 120,
      TxnTaxDetail: { TotalTax: 20 },
    });
  });

  it('fails a product QuickBooks lacks by its name, and creates none', async () => {
    const invoice = invoiceFor('Contoso Ltd', 'APT-2041', '10.00');
    const [line] = invoice.lines;
    if (line === undefined) throw new Error('The invoice has no line');
    line.name = 'Moon Boots';
    quickbooks.forget();
    await journey.client.state(harborview.id, 'invoice', 'APT-2041', invoice);

    expect(await settled('APT-2041', 'failed')).toMatchObject({
      reason: 'item_missing',
      params: { name: 'Moon Boots' },
    });
    expect(quickbooks.calls()).toEqual([]);
  });
});

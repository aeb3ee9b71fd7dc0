import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CausePage } from '../../src/contract/causes.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import { harborview, harborviewInvoice, ROCKET_SKATES } from '../support/harborview.js';
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
  let tenant: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    tenant = await harborview(journey);
    quickbooks = quickBooksSide(journey, tenant);
  });
  afterAll(() => journey?.close());

  const invoices = ROCKET_SKATES;
  const numbers = Object.keys(invoices) as (keyof typeof invoices)[];

  const settled = (number: string, status: string) =>
    waitForStatus(journey, tenant.id, 'invoice', number, status);
  const causes = () => rawApi<CausePage>(journey, 'GET', '/v1/causes');

  it('fails what names a customer QuickBooks lacks without a call, and sends it on retry', async () => {
    const { client } = journey;
    await refresh(journey, tenant.id);
    quickbooks.forget();

    for (const number of numbers) {
      const invoice = harborviewInvoice('Acme Rocket Skates', number, invoices[number]);
      await client.state(tenant.id, 'invoice', number, invoice);
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
        connections: [tenant.id],
      },
    ]);

    expect(quickbooks.add('Customer', { DisplayName: 'Acme Rocket Skates' })).toBe('12');
    await refresh(journey, tenant.id);
    quickbooks.forget();
    // A refresh alone sends nothing: failed documents are a person's to retry.
    expect(await client.documents(tenant.id, { status: 'failed' })).toMatchObject({
      documents: [{ number: 'APT-2034' }, { number: 'APT-2033' }, { number: 'APT-2032' }],
    });

    for (const number of numbers) await client.retry(tenant.id, 'invoice', number);
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
      const refusal = await refusalOf(client.retry(tenant.id, 'invoice', number));
      expect(refusal).toMatchObject({
        status: 409,
        problem: { type: 'urn:qbo-sync:problem:not_retryable' },
      });
    }
    expect(quickbooks.writes()).toBe(3);
  });

  it('sends at once what names a customer QuickBooks has, with VAT computed there', async () => {
    const invoice = harborviewInvoice('Northwind Traders Ltd', 'APT-2040', '100.00');
    const [line] = invoice.lines;
    if (line === undefined) throw new Error('The invoice has no line');
    line.taxCode = { name: '20.0% S' };
    await journey.client.state(tenant.id, 'invoice', 'APT-2040', {
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
    const invoice = harborviewInvoice('Contoso Ltd', 'APT-2041', '10.00');
    const [line] = invoice.lines;
    if (line === undefined) throw new Error('The invoice has no line');
    line.name = 'Moon Boots';
    quickbooks.forget();
    await journey.client.state(tenant.id, 'invoice', 'APT-2041', invoice);

    expect(await settled('APT-2041', 'failed')).toMatchObject({
      reason: 'item_missing',
      params: { name: 'Moon Boots' },
    });
    expect(quickbooks.calls()).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import {
  type Connected,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';

// What QuickBooks computes is compared to the cent, what it would refuse is not sent, and a refusal
// says whose document is in the way.
describe('money, numbers and closed books', () => {
  let journey: Journey;
  let connected: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney();
    const { realmId } = journey.simulator.control.createCompany({
      country: 'GB',
      seed: 'new',
      // Numbers are the app's own, and QuickBooks refuses one that is taken.
      preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } },
    });
    journey.simulator.control.load(realmId, {
      Customer: [{ Id: '7', DisplayName: 'Northwind Traders Ltd' }],
      Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
      // Tax on tax is nothing we foresee: what QuickBooks makes of it is seen in its answer.
      TaxCode: [
        {
          Id: '50',
          Name: 'Compound',
          Active: true,
          Taxable: true,
          SalesTaxRateList: {
            TaxRateDetail: [
              { TaxRateRef: { value: '3' }, TaxTypeApplicable: 'TaxOnAmountPlusTax' },
            ],
          },
        },
      ],
    });
    connected = await journey.connect({ profile: 'auto-invoices', realmId });
    quickbooks = quickBooksSide(journey, connected);
    await refresh(journey, connected.id);
  });
  afterAll(() => journey?.close());

  const state = (invoice: InvoiceInput) =>
    journey.client.state(connected.id, 'invoice', invoice.number, invoice);
  const settled = (number: string, status: string) =>
    waitForStatus(journey, connected.id, 'invoice', number, status);
  const closeBooks = (date: string | null) =>
    journey.simulator.control.act(connected.realmId, { do: 'close_books', date });
  const aBritishInvoice = (number: string, overrides: Partial<InvoiceInput> = {}) =>
    anInvoice({
      number,
      customer: { name: 'Northwind Traders Ltd' },
      lines: [aLine({ taxCode: { name: '20.0% S' } })],
      tax: { total: '20.00' },
      total: '120.00',
      ...overrides,
    });

  it('foresees another total and refuses it without a call', async () => {
    quickbooks.forget();
    await state(aBritishInvoice('M-0', { tax: { total: '20.01' }, total: '120.01' }));
    expect(await settled('M-0', 'failed')).toMatchObject({
      label: 'Failed',
      reason: 'amount_differs',
      params: { source: '120.01', quickbooks: '120.00' },
      quickbooks: null,
      money: {
        sourceTotal: '120.01',
        quickbooksTotal: '120.00',
        difference: '-0.01',
        line: 'lines.0',
        rule: 'tax_per_rate',
        policy: 'refuse',
      },
    });
    expect(quickbooks.calls()).toEqual([]);
    await state(aBritishInvoice('M-0'));
    await settled('M-0', 'synced');
  });

  it('compares the total to the cent, and updates the same invoice once it is corrected', async () => {
    const lines = [aLine({ taxCode: { name: 'Compound' } })];
    quickbooks.forget();
    await state(aBritishInvoice('M-1', { lines, tax: { total: '20.01' }, total: '120.01' }));
    const failed = await settled('M-1', 'failed');
    expect(failed).toMatchObject({
      label: 'Failed',
      reason: 'amount_differs',
      params: { source: '120.01', quickbooks: '120.00' },
      details:
        'QuickBooks computed a total of 120.00 where the invoice says 120.01. Compare both and correct one of them.',
      quickbooks: { total: '120.00' },
      money: { sourceTotal: '120.01', quickbooksTotal: '120.00', difference: '-0.01' },
    });

    await state(aBritishInvoice('M-1'));
    const synced = await settled('M-1', 'synced');
    expect(synced).toMatchObject({
      quickbooks: { id: failed.quickbooks?.id },
      money: { difference: '0.00' },
    });
    expect(quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
  });

  it('withdraws from QuickBooks what came out with another total', async () => {
    const lines = [aLine({ taxCode: { name: 'Compound' } })];
    await state(aBritishInvoice('M-2', { lines, tax: { total: '19.99' }, total: '119.99' }));
    const failed = await settled('M-2', 'failed');
    await journey.client.withdraw(connected.id, 'invoice', 'M-2');

    await settled('M-2', 'voided');
    expect(quickbooks.one('Invoice', failed.quickbooks?.id)).toMatchObject({ TotalAmt: 0 });
  });

  it('compares the tax inside prices, where the totals agree', async () => {
    const line = aLine({ amount: '120.00', unitPrice: '120.00', taxCode: { name: '20.0% S' } });
    await state(
      aBritishInvoice('M-3', {
        taxMode: 'inclusive',
        lines: [{ ...line, taxAmount: '19.98' }],
        tax: { total: '19.98' },
      }),
    );
    expect(await settled('M-3', 'failed')).toMatchObject({
      reason: 'tax_differs',
      params: { source: '19.98', quickbooks: '20.00' },
    });
  });

  it('stores a sum that does not agree as failed, naming both sums, without a call', async () => {
    quickbooks.forget();
    const stated = await state(aBritishInvoice('M-4', { total: '120.10' }));
    expect(stated).toMatchObject({
      result: 'stored',
      status: 'failed',
      reason: 'total_mismatch',
      params: { source: '120.10', lines: '120.00' },
      details:
        'The total is 120.10 but the lines come to 120.00. Correct the invoice and send it again.',
    });
    expect(quickbooks.calls()).toEqual([]);

    expect(await state(aBritishInvoice('M-4'))).toMatchObject({ revision: 2 });
    await settled('M-4', 'synced');
  });

  it('sends nothing into a closed period, and looks again when a person retries', async () => {
    closeBooks('2026-10-31');
    await refresh(journey, connected.id);
    quickbooks.forget();
    await state(aBritishInvoice('B-1', { issueDate: '2026-10-31' }));
    await state(aBritishInvoice('B-2', { issueDate: '2026-11-01' }));
    expect(await settled('B-1', 'failed')).toMatchObject({
      reason: 'period_closed',
      params: { closedThrough: '2026-10-31', date: '2026-10-31' },
    });
    await settled('B-2', 'synced');
    expect(quickbooks.calls()).toEqual(['POST invoice']);

    closeBooks(null);
    await journey.client.retry(connected.id, 'invoice', 'B-1');
    await settled('B-1', 'synced');
    expect(quickbooks.where('Invoice', 'DocNumber', 'B-1')).toHaveLength(1);
  });

  it('says so when QuickBooks refuses a period that was closed a moment ago', async () => {
    closeBooks('2026-09-30');
    await state(aBritishInvoice('B-3', { issueDate: '2026-09-30' }));
    const failed = await settled('B-3', 'failed');
    expect(failed).toMatchObject({
      reason: 'period_closed',
      params: { closedThrough: '2026-09-30', date: '2026-09-30' },
    });
    expect(quickbooks.where('Invoice', 'DocNumber', 'B-3')).toEqual([]);
    closeBooks(null);
    await refresh(journey, connected.id);
  });

  it('does not void into a closed period either', async () => {
    await state(aBritishInvoice('B-4', { issueDate: '2026-08-15' }));
    const { quickbooks: copy } = await settled('B-4', 'synced');
    closeBooks('2026-08-31');
    await refresh(journey, connected.id);
    await journey.client.withdraw(connected.id, 'invoice', 'B-4');
    expect(await settled('B-4', 'failed')).toMatchObject({
      label: 'Update failed (an earlier version is in QuickBooks)',
      reason: 'period_closed',
    });
    expect(quickbooks.one('Invoice', copy?.id)).toMatchObject({ TotalAmt: 120 });
    closeBooks(null);
    await journey.client.retry(connected.id, 'invoice', 'B-4');
    await settled('B-4', 'voided');
  });

  it('names the invoice that holds its number already', async () => {
    const taken = quickbooks.add('Invoice', {
      DocNumber: 'D-1',
      CustomerRef: { value: '7' },
      Line: [
        {
          Amount: 5,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' }, TaxCodeRef: { value: '10' } },
        },
      ],
    });
    quickbooks.forget();
    await state(aBritishInvoice('D-1'));
    expect(await settled('D-1', 'failed')).toMatchObject({
      reason: 'duplicate_number',
      params: { number: 'D-1', id: taken },
      details: `Number D-1 is already used in QuickBooks (Id ${taken}). Give the invoice another number, or link it to the existing one.`,
    });
    expect(quickbooks.commits()).toEqual([]);
  });

  it('passes on what QuickBooks says of a refusal that has no words of ours', async () => {
    journey.simulator.control.addFault({
      match: { realm: connected.realmId, entity: 'Invoice', operation: 'create' },
      do: 'body',
      status: 400,
      body: {
        Fault: {
          Error: [{ Message: 'Odd thing', Detail: 'The moon is in the wrong house', code: '6999' }],
          type: 'ValidationFault',
        },
        time: '2026-11-22T00:00:00.000-08:00',
      },
    });
    await state(aBritishInvoice('Q-1'));
    expect(await settled('Q-1', 'failed')).toMatchObject({
      reason: 'refused_by_quickbooks',
      params: { code: '6999', text: 'The moon is in the wrong house' },
    });
    await journey.client.retry(connected.id, 'invoice', 'Q-1');
    await settled('Q-1', 'synced');
  });

  it('says what a British line lacks before anything is sent', async () => {
    quickbooks.forget();
    await state(
      aBritishInvoice('T-1', {
        lines: [aLine()],
        taxMode: 'exclusive',
        tax: undefined,
        total: '100.00',
      }),
    );
    expect(await settled('T-1', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'lines.0.taxCode' },
    });
    await state(aBritishInvoice('T-2', { lines: [aLine({ taxCode: { name: '19% MwSt' } })] }));
    expect(await settled('T-2', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'lines.0.taxCode', rule: 'there is no tax code "19% MwSt"' },
    });
    await state(
      aBritishInvoice('T-3', {
        lines: [aLine()],
        taxMode: 'none',
        tax: undefined,
        total: '100.00',
        currency: 'EUR',
      }),
    );
    expect(await settled('T-3', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'currency' },
    });
    expect(quickbooks.calls()).toEqual([]);
  });
});

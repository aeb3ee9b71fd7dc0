import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput, SalesReceiptInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
import {
  type Connected,
  type ConnectOptions,
  type Journey,
  refresh,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';

// Tax, discounts, currencies and differences as people meet them: what is in QuickBooks afterwards,
// and what Details and the penny ledger say of it.
describe('the money of sales forms', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  interface Place extends Connected {
    quickbooks: QuickBooksSide;
    state(invoice: InvoiceInput): Promise<unknown>;
    settled(number: string, status: string): ReturnType<typeof waitForStatus>;
  }

  async function place(
    company: CompanyOptions,
    settings: SettingsInput,
    more: Pick<ConnectOptions, 'attributes'> & { load?: Record<string, JsonObject[]> } = {},
  ): Promise<Place> {
    const { control } = journey.simulator;
    const { realmId } = control.createCompany({ seed: 'new', ...company });
    const item = { Type: 'Service', IncomeAccountRef: { value: '79' } };
    control.load(realmId, {
      Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
      Item: [{ ...item, Id: '3', Name: 'Consulting' }],
      ...more.load,
    });
    const { attributes } = more;
    const connected = await journey.connect({ profile: 'crm', realmId, settings, attributes });
    await refresh(journey, connected.id);
    await runsEnded(journey, connected.id);
    const quickbooks = quickBooksSide(journey, connected);
    quickbooks.forget();
    return {
      ...connected,
      quickbooks,
      state: (invoice) => journey.client.state(connected.id, 'invoice', invoice.number, invoice),
      settled: (number, status) => waitForStatus(journey, connected.id, 'invoice', number, status),
    };
  }
  const british = { country: 'GB' } as const;
  const vat = { taxCode: { name: '20.0% S' } };

  it('folds discount and tax into the prices of a US company, and says so', async () => {
    const at = await place(
      { country: 'US' },
      { cutOff: 'none' },
      { attributes: { country: 'US' } },
    );
    await at.state(
      anInvoice({
        number: 'INV-000123',
        dueDate: '2026-12-06',
        billingEmail: 'dana@example.com',
        customer: { name: 'Dana Whitfield', email: 'dana@example.com' },
        lines: [
          aLine({ name: 'Website Design', unitPrice: '1000.00', amount: '1000.00' }),
          aLine({ name: 'Hosting', unitPrice: '200.00', amount: '200.00' }),
        ],
        discount: '120.00',
        tax: { total: '89.10' },
        total: '1169.10',
      }),
    );
    const synced = await at.settled('INV-000123', 'synced');
    expect(synced).toMatchObject({
      label: 'Synced',
      details: expect.stringMatching(
        /^Invoice INV-000123 created in QuickBooks \(Id \d+\), total 1,169\.10\. US account: discount 120\.00 and tax 89\.10 are included in the item prices\. Created /,
      ),
      money: { sourceTotal: '1169.10', quickbooksTotal: '1169.10', rule: 'folded' },
    });
    const stored = at.quickbooks.one('Invoice', synced.quickbooks?.id);
    expect(stored).toMatchObject({
      TotalAmt: 1169.1,
      TxnTaxDetail: { TotalTax: 0 },
      BillEmail: { Address: 'dana@example.com' },
      EmailStatus: 'NotSet',
    });
    expect((stored['Line'] as { Amount: number }[]).map(({ Amount }) => Amount)).toEqual([
      974.25, 194.85, 1169.1,
    ]);
  });

  it('sends discount and tax as such elsewhere, by the same setting', async () => {
    const at = await place(british, { cutOff: 'none' });
    await at.state(
      anInvoice({
        lines: [
          aLine({ ...vat, unitPrice: '1000.00', amount: '1000.00' }),
          aLine({ ...vat, unitPrice: '200.00', amount: '200.00' }),
        ],
        discount: '120.00',
        tax: { total: '216.00' },
        total: '1296.00',
      }),
    );
    const { quickbooks, money } = await at.settled('INV-1', 'synced');
    expect(money).toEqual({
      sourceTotal: '1296.00',
      quickbooksTotal: '1296.00',
      difference: '0.00',
    });
    expect(at.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({
      TotalAmt: 1296,
      TxnTaxDetail: { TotalTax: 216 },
      Line: expect.arrayContaining([
        expect.objectContaining({ DetailType: 'DiscountLineDetail', Amount: 120 }),
      ]),
    });
  });

  it('keeps the tax as it was billed where QuickBooks would be a penny off', async () => {
    const at = await place(british, { cutOff: 'none' });
    const line = aLine({ ...vat, unitPrice: '3.34', amount: '3.34', taxAmount: '0.67' });
    await at.state(
      anInvoice({ lines: [line, line, line], tax: { total: '2.01' }, total: '12.03' }),
    );
    const { quickbooks, money } = await at.settled('INV-1', 'synced');
    expect(money).toMatchObject({ difference: '0.00', rule: 'tax_as_billed' });
    expect(at.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({
      TotalAmt: 12.03,
      TxnTaxDetail: { TotalTax: 2.01 },
    });
  });

  it('makes the totals agree with a line of the rounding item, which is made when first needed', async () => {
    const at = await place(british, {
      cutOff: 'none',
      tax: 'quickbooks_computes',
      difference: 'rounding_line',
    });
    const line = aLine({ ...vat, unitPrice: '3.34', amount: '3.34', taxAmount: '0.67' });
    const tax = { total: '2.01' };
    await at.state(anInvoice({ lines: [line, line, line], tax, total: '12.03' }));
    const { quickbooks, money, warnings } = await at.settled('INV-1', 'synced');
    expect(money).toEqual({
      sourceTotal: '12.03',
      quickbooksTotal: '12.03',
      difference: '0.00',
      line: 'lines.0',
      rule: 'tax_per_rate',
      policy: 'rounding_line',
      rounding: '0.01',
    });
    expect(warnings).toEqual(
      expect.arrayContaining([
        { name: 'created', params: { type: 'product', name: 'Rounding' } },
        { name: 'tax_differs', params: { source: '2.01', quickbooks: '2.00' } },
      ]),
    );
    expect(at.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({ TotalAmt: 12.03 });
    expect(at.quickbooks.commits()).toEqual(['create Item', 'create Invoice']);
  });

  it('sends and warns where the settings say so', async () => {
    const at = await place(british, {
      cutOff: 'none',
      tax: 'quickbooks_computes',
      difference: 'warn',
    });
    await at.state(anInvoice({ lines: [aLine(vat)], tax: { total: '20.01' }, total: '120.01' }));
    expect(await at.settled('INV-1', 'synced')).toMatchObject({
      label: 'Synced with warnings',
      warnings: expect.arrayContaining([
        { name: 'amount_differs', params: { source: '120.01', quickbooks: '120.00' } },
      ]),
      money: { difference: '-0.01', policy: 'warn', rule: 'tax_per_rate', line: 'lines.0' },
    });
  });

  it('stops where the app says another country than QuickBooks', async () => {
    const at = await place(british, { cutOff: 'none' }, { attributes: { country: 'USA' } });
    await at.state(anInvoice());
    expect(await at.settled('INV-1', 'failed')).toMatchObject({
      reason: 'country_differs',
      params: { app: 'US', quickbooks: 'GB' },
    });
    expect(at.quickbooks.calls()).toEqual([]);
  });

  it('bills shipping on QuickBooks’ own line where that is switched on, else as an item', async () => {
    const shipped = anInvoice({
      taxMode: 'none',
      shipping: '5.00',
      total: '105.00',
      lines: [aLine()],
    });
    const own = await place(
      { ...british, preferences: { SalesFormsPrefs: { AllowShipping: true } } },
      { cutOff: 'none' },
    );
    await own.state(shipped);
    const { quickbooks } = await own.settled('INV-1', 'synced');
    expect(JSON.stringify(own.quickbooks.one('Invoice', quickbooks?.id))).toContain(
      'SHIPPING_ITEM_ID',
    );
    expect(own.quickbooks.commits()).toEqual(['create Invoice']);

    const item = await place(british, { cutOff: 'none', shippingItem: 'Carriage' });
    await item.state(shipped);
    expect(await item.settled('INV-1', 'synced')).toMatchObject({
      quickbooks: { total: '105.00' },
    });
    expect(item.quickbooks.where('Item', 'Name', 'Carriage')).toHaveLength(1);
  });

  it('carries class, location, terms and where the money of a receipt goes', async () => {
    const at = await place(
      {
        country: 'US',
        plan: 'plus',
        preferences: {
          AccountingInfoPrefs: { ClassTrackingPerTxnLine: true, TrackDepartments: true },
        },
      },
      { cutOff: 'none', accounts: { deposit: { name: 'Checking' } } },
      {
        load: {
          Class: [{ Id: '201', Name: 'Residential', FullyQualifiedName: 'Residential' }],
          Department: [{ Id: '2', Name: 'North', FullyQualifiedName: 'North' }],
          Account: [{ Id: '35', Name: 'Checking', AccountType: 'Bank' }],
          PaymentMethod: [{ Id: '9', Name: 'Visa card' }],
          Term: [{ Id: '31', Name: 'Net 10', DueDays: 10 }],
        },
      },
    );
    await at.state(
      anInvoice({
        lines: [aLine({ class: { name: 'Residential' } })],
        location: { name: 'North' },
        terms: { name: 'Net 10' },
        reference: 'PO-3391',
        memo: 'site visit',
      }),
    );
    const { quickbooks } = await at.settled('INV-1', 'synced');
    expect(at.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({
      DepartmentRef: { value: '2' },
      SalesTermRef: { value: '31' },
      PrivateNote: expect.stringMatching(/^PO-3391 \/ site visit\n/),
      Line: expect.arrayContaining([
        expect.objectContaining({
          SalesItemLineDetail: expect.objectContaining({
            ClassRef: expect.objectContaining({ value: '201' }),
          }),
        }),
      ]),
    });

    const receipt: SalesReceiptInput = {
      number: 'R-1',
      source: 'order_form',
      date: '2026-11-20',
      customer: { name: 'Harbor Lane Dental' },
      lines: [aLine()],
      total: '100.00',
      paymentMethod: { name: 'Visa card' },
    };
    await journey.client.state(at.id, 'sales_receipt', 'R-1', receipt);
    const sold = await waitForStatus(journey, at.id, 'sales_receipt', 'R-1', 'synced');
    expect(at.quickbooks.one('SalesReceipt', sold.quickbooks?.id)).toMatchObject({
      DepositToAccountRef: { value: '35' },
      PaymentMethodRef: { value: '9' },
    });
    const unknown = { ...receipt, number: 'R-2', paymentMethod: { name: 'Barter' } };
    await journey.client.state(at.id, 'sales_receipt', 'R-2', unknown);
    expect(await waitForStatus(journey, at.id, 'sales_receipt', 'R-2', 'synced')).toMatchObject({
      warnings: expect.arrayContaining([
        { name: 'left_out', params: expect.objectContaining({ field: 'paymentMethod' }) },
      ]),
    });
  });

  it('asks QuickBooks for an e-mail only where the settings want one', async () => {
    const at = await place({ country: 'US' }, { cutOff: 'none', quickbooksEmails: true });
    await at.state(anInvoice({ billingEmail: 'dana@example.com' }));
    const { quickbooks } = await at.settled('INV-1', 'synced');
    expect(at.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({
      EmailStatus: 'NeedToSend',
    });
  });

  it('bills in the currency of the document, and refuses one the company or customer has not', async () => {
    const many = { CurrencyPrefs: { MultiCurrencyEnabled: true } };
    const at = await place(
      { country: 'US', preferences: many },
      { cutOff: 'none' },
      {
        load: {
          CompanyCurrency: [{ Id: '1', Code: 'EUR', Name: 'Euro' }],
          Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental', CurrencyRef: { value: 'USD' } }],
        },
      },
    );
    const euro = anInvoice({ currency: 'EUR', customer: { name: 'Atelier Sud' } });
    await at.state(euro);
    const synced = await at.settled('INV-1', 'synced');
    expect(synced).toMatchObject({ currency: 'EUR', money: { quickbooksTotal: '100.00' } });
    expect(at.quickbooks.one('Invoice', synced.quickbooks?.id)).toMatchObject({
      CurrencyRef: { value: 'EUR' },
      TotalAmt: 100,
    });
    await at.state({ ...euro, number: 'INV-2', customer: { name: 'Harbor Lane Dental' } });
    expect(await at.settled('INV-2', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: {
        field: 'currency',
        rule: 'must be USD, the currency of the customer in QuickBooks',
      },
    });
  });
});

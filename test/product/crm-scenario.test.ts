import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { goOnTo, type Journey, startJourney } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type Account, account } from './profile.js';

const PRODUCTS = ['Website Design', 'Hosting', 'Consulting'].map((Name, index) => ({
  Id: String(index + 3),
  Name,
  Type: 'Service',
  IncomeAccountRef: { value: '79' },
}));
const CONTACT = { name: 'Dana Whitfield', email: 'dana@example.com' };
const BEFORE = '2026-11-20T10:00:00-07:00';
const CONNECTED = '2026-11-21T09:00:00-07:00';
const AFTER = '2026-11-22T10:00:00-07:00';
const A_MINUTE_LATER = '2026-11-22T10:01:00-07:00';

const line = (name: string, amount: string) => aLine({ name, unitPrice: amount, amount });

function anInvoice(number: string, over: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    number,
    status: 'draft',
    createdAt: AFTER,
    issueDate: '2026-11-22',
    dueDate: '2026-12-06',
    customer: CONTACT,
    billingEmail: CONTACT.email,
    lines: [line('Website Design', '1000.00'), line('Hosting', '200.00')],
    discount: '120.00',
    tax: { total: '89.10' },
    total: '1169.10',
    ...over,
  };
}

/** Amounts of the lines an app stated; QuickBooks adds the subtotal. */
const amountsOf = (form: object) =>
  (form as { Line: { Amount: number; DetailType: string }[] }).Line.filter(
    ({ DetailType }) => DetailType !== 'SubTotalLineDetail',
  ).map(({ Amount }) => Amount);

// The day after a CRM was connected: an older invoice, a new one with discount and tax, its payment.
describe('an account of a CRM, the day after it was connected', () => {
  let journey: Journey;
  let us: Account;

  beforeAll(async () => {
    journey = await startJourney({ now: CONNECTED });
    us = await account(journey, {
      profile: 'crm',
      attributes: { country: 'US' },
      company: {
        country: 'US',
        preferences: { TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: true } },
      },
      lists: { Item: PRODUCTS },
    });
    await goOnTo(journey, AFTER);
  });
  afterAll(() => journey?.close());

  it('sends nothing of drafts', async () => {
    us.quickbooks.forget();
    await us.state('invoice', '123', anInvoice('INV-000123'));
    await us.state('invoice', '122', anInvoice('INV-000122', { createdAt: BEFORE }));
    await goOnTo(journey, A_MINUTE_LATER);
    expect(await us.settled('invoice', '123', 'not_ready')).toMatchObject({
      reason: 'not_released',
    });
    expect(us.quickbooks.calls()).toEqual([]);
  });

  it('folds discount and tax of a sent invoice into its prices, and makes its customer', async () => {
    await us.state('invoice', '123', anInvoice('INV-000123', { status: 'sent' }));
    const synced = await us.settled('invoice', '123');
    const id = synced.quickbooks?.id;
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Invoice INV-000123 created in QuickBooks (Id ${id}), total 1,169.10. US account: discount 120.00 and tax 89.10 are included in the item prices. Created customer Dana Whitfield.`,
      money: { sourceTotal: '1169.10', quickbooksTotal: '1169.10', difference: '0.00' },
    });
    const [dana] = us.quickbooks.where('Customer', 'DisplayName', 'Dana Whitfield');
    expect(dana).toMatchObject({ PrimaryEmailAddr: { Address: CONTACT.email } });
    const invoice = us.quickbooks.one('Invoice', id);
    expect(invoice).toMatchObject({
      DocNumber: 'INV-000123',
      CustomerRef: { value: dana?.['Id'] },
      BillEmail: { Address: CONTACT.email },
      EmailStatus: 'NotSet',
      TxnDate: '2026-11-22',
      DueDate: '2026-12-06',
      TxnTaxDetail: { TotalTax: 0 },
      TotalAmt: 1169.1,
    });
    expect(amountsOf(invoice)).toEqual([974.25, 194.85]);
    expect(us.quickbooks.commits()).toEqual(['create Customer', 'create Invoice']);
  });

  it('registers a payment of it as a payment, not as a sale', async () => {
    us.quickbooks.forget();
    const payments = [{ externalId: 'PAY-1', date: '2026-11-22', amount: '500.00' }];
    await us.state('invoice', '123', anInvoice('INV-000123', { status: 'sent', payments }));
    await us.settled('payment', 'PAY-1');
    const { quickbooks, label } = await us.settled('invoice', '123');
    expect(label).toBe('Synced');
    expect(us.quickbooks.commits()).toEqual(['create Payment']);
    expect(us.quickbooks.all('Payment')).toMatchObject([
      { TotalAmt: 500, Line: [{ LinkedTxn: [{ TxnId: quickbooks?.id, TxnType: 'Invoice' }] }] },
    ]);
    expect(us.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({ Balance: 669.1 });
    expect(await journey.client.document(us.id, 'invoice', '123')).toMatchObject({
      quickbooks: { balance: '669.10' },
      paid: { amount: '500.00', of: '1169.10' },
    });
    expect(us.quickbooks.all('SalesReceipt')).toEqual([]);
  });

  it.each(['sent', 'void'] as const)(
    'keeps an invoice from before out when it becomes %s',
    async (status) => {
      us.quickbooks.forget();
      await us.state('invoice', '122', anInvoice('INV-000122', { createdAt: BEFORE, status }));
      expect(await journey.client.document(us.id, 'invoice', '122')).toMatchObject({
        status: 'not_ready',
        label: 'Not synced',
        reason: 'before_cut_off',
        details:
          'Created on 2026-11-20, before QuickBooks was connected (2026-11-21). Only invoices created after that are synced.',
      });
      expect(us.quickbooks.calls()).toEqual([]);
      expect(us.quickbooks.where('Invoice', 'DocNumber', 'INV-000122')).toEqual([]);
    },
  );

  it('folds a tax that does not divide evenly to the cent', async () => {
    const lines = ['33.33', '33.33', '33.34'].map((amount) => line('Consulting', amount));
    const { discount, ...plain } = anInvoice('INV-000124', { status: 'sent' });
    await us.state('invoice', '124', { ...plain, lines, tax: { total: '8.88' }, total: '108.88' });
    const { quickbooks } = await us.settled('invoice', '124');
    const invoice = us.quickbooks.one('Invoice', quickbooks?.id);
    expect(amountsOf(invoice)).toEqual([36.29, 36.29, 36.3]);
    expect(invoice).toMatchObject({ TotalAmt: 108.88 });
  });

  it('sends discount and tax as such elsewhere', async () => {
    const uk = await account(journey, {
      profile: 'crm',
      attributes: { country: 'GB' },
      company: { country: 'GB' },
      lists: { Item: PRODUCTS },
    });
    const taxCode = { name: '20.0% S' };
    const british = anInvoice('INV-000125', {
      status: 'sent',
      createdAt: '2026-11-22T18:00:00Z',
      lines: anInvoice('').lines.map((one) => ({ ...one, taxCode })),
      tax: { total: '216.00' },
      total: '1296.00',
    });
    await uk.state('invoice', '125', british);
    const synced = await uk.settled('invoice', '125');
    const id = synced.quickbooks?.id;
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Invoice INV-000125 created in QuickBooks (Id ${id}), total 1,296.00. Created customer Dana Whitfield.`,
    });
    const invoice = uk.quickbooks.one('Invoice', id);
    expect(amountsOf(invoice)).toEqual([1000, 200, 120]);
    expect(invoice).toMatchObject({
      TotalAmt: 1296,
      TxnTaxDetail: { TotalTax: 216 },
      Line: expect.arrayContaining([
        expect.objectContaining({ DetailType: 'DiscountLineDetail', Amount: 120 }),
      ]),
    });
  });
});

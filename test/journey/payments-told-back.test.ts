import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InvoiceInput, PaymentInput } from '../../src/contract/documents/index.js';
import {
  type ConnectOptions,
  type Journey,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

const settings: ConnectOptions['settings'] = {
  modules: ['invoice', 'payment', 'credit_memo', 'customer'],
};
const ENDED = ['synced', 'failed', 'skipped'];

// Whose money is on an invoice: ours, a credit, or what someone received in QuickBooks and the app
// tells back. It is booked once, whatever the app says next.
describe('money that is on an invoice', () => {
  let journey: Journey;
  let company: SalesCompany;
  let number = 0;
  let inv: string;
  let pay: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, { settings });
  });
  afterAll(() => journey?.close());
  beforeEach(() => {
    number += 1;
    inv = `INV-${number}`;
    pay = `PAY-${number}`;
    company.quickbooks.forget();
  });

  const row = (externalId: string, amount: string) => ({ externalId, date: '2026-11-21', amount });
  const invoice = (over: Partial<InvoiceInput> = {}) => company.invoice(inv, over);
  const payment = (over: Partial<PaymentInput> = {}, externalId = pay) =>
    journey.client.state(company.id, 'payment', externalId, {
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '60.00',
      applies: [{ invoice: { externalId: inv }, amount: '60.00' }],
      ...over,
    });
  const ofInvoice = (statuses: string | string[] = ENDED, of = company) =>
    waitForStatus(journey, of.id, 'invoice', inv, statuses);
  const ofPayment = (externalId = pay, statuses: string | string[] = ENDED, of = company) =>
    waitForStatus(journey, of.id, 'payment', externalId, statuses);
  const inQuickBooks = () => company.invoices(inv)[0] ?? {};
  const pays = (amount: number) =>
    journey.simulator.control.act(company.realmId, {
      do: 'pay',
      invoice: String(inQuickBooks()['Id']),
      amount,
    });

  it('from QuickBooks stays there once, and what is received after it goes there', async () => {
    await invoice();
    await ofInvoice('synced');
    pays(40);
    await invoice({ payments: [row(pay, '40.00')], amountPaid: '40.00' });
    expect(await ofPayment()).toMatchObject({ status: 'skipped', reason: 'paid_in_quickbooks' });
    await invoice({ payments: [row(pay, '40.00'), row(`${pay}b`, '60.00')], amountPaid: '100.00' });
    expect(await ofPayment(`${pay}b`)).toMatchObject({ status: 'synced' });
    expect(await ofPayment()).toMatchObject({ status: 'skipped', reason: 'paid_in_quickbooks' });
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
    expect(await ofInvoice('synced')).toMatchObject({ warnings: [] });
  });

  it('from QuickBooks is the payment of that amount, whatever the app lists first', async () => {
    await invoice();
    await ofInvoice('synced');
    pays(60);
    await invoice({ payments: [row(pay, '40.00'), row(`${pay}b`, '60.00')], amountPaid: '100.00' });
    expect(await ofPayment()).toMatchObject({ status: 'synced' });
    expect(await ofPayment(`${pay}b`)).toMatchObject({ status: 'skipped' });
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
  });

  it('from a credit of ours is no money received: the rest is sent', async () => {
    await invoice();
    await ofInvoice('synced');
    await journey.client.state(company.id, 'credit_memo', `CM-${number}`, {
      number: `CM-${number}`,
      status: 'sent',
      issueDate: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      lines: [aLine({ unitPrice: '30.00', amount: '30.00' })],
      total: '30.00',
      appliesTo: { externalId: inv },
    });
    await waitFor(() => inQuickBooks()['Balance'] === 70, { what: 'the credit to be applied' });
    await invoice({ payments: [row(pay, '70.00')], amountPaid: '70.00' });
    expect(await ofPayment()).toMatchObject({ status: 'synced' });
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
  });

  it.each([
    ['KWD', ['100.00', '40.00', '60.00'], { amount: '60.000', of: '100.000' }],
    ['JPY', ['100', '40', '60'], { amount: '60', of: '100' }],
  ] as const)('is counted in %s where that is the home currency', async (home, amounts, answer) => {
    const preferences = {
      CurrencyPrefs: { HomeCurrency: { value: home } },
      SalesFormsPrefs: { CustomTxnNumbers: true },
    };
    const abroad = await salesCompany(journey, { settings, company: { preferences } });
    const [total, received, inAll] = amounts;
    const lines = [aLine({ unitPrice: total, amount: total })];
    await abroad.invoice(inv, { lines, total });
    await ofInvoice('synced', abroad);
    // Somebody receives 20 in QuickBooks, which the app has in its total only.
    journey.simulator.control.act(abroad.realmId, {
      do: 'pay',
      invoice: String(abroad.invoices(inv)[0]?.['Id']),
      amount: 20,
    });
    const payments = [row(pay, received)];
    await abroad.invoice(inv, { lines, total, memo: 'paid', payments, amountPaid: inAll });
    expect(await ofPayment(pay, ENDED, abroad)).toMatchObject({ status: 'synced', warnings: [] });
    expect(await ofInvoice('synced', abroad)).toMatchObject({ warnings: [], paid: answer });
  });

  it('is refused where a statement lists one payment twice', async () => {
    const payments = [row(pay, '30.00'), row(pay, '20.00')];
    await expect(invoice({ payments })).rejects.toMatchObject({ status: 422 });
  });

  it('goes there without a method QuickBooks lacks, and says so', async () => {
    await invoice({ payments: [{ ...row(pay, '40.00'), method: { name: 'Stripe' } }] });
    expect(await ofPayment()).toMatchObject({
      status: 'synced',
      warnings: [
        {
          name: 'left_out',
          params: { field: 'method', why: 'QuickBooks has no such payment method' },
        },
      ],
    });
    expect(inQuickBooks()).toMatchObject({ Balance: 60 });
  });

  it('counts once where one payment names its invoice in both ways', async () => {
    await invoice();
    const { quickbooks } = await ofInvoice('synced');
    await payment({
      applies: [
        { invoice: { externalId: inv }, amount: '30.00' },
        { invoice: { recordId: quickbooks?.id ?? '' }, amount: '30.00' },
      ],
    });
    expect(await ofPayment()).toMatchObject({ status: 'synced', warnings: [] });
    expect(inQuickBooks()).toMatchObject({ Balance: 40 });
    expect(await ofInvoice('synced')).toMatchObject({ quickbooks: { balance: '40.00' } });
  });

  it('is not subtracted again where the invoice answered after it was received', async () => {
    await invoice();
    await ofInvoice('synced');
    company.fault({
      match: { entity: 'Payment', operation: 'create' },
      at: 'after_commit',
      do: 'drop',
      count: 4,
    });
    await payment({
      amount: '40.00',
      applies: [{ invoice: { externalId: inv }, amount: '40.00' }],
    });
    await waitFor(() => inQuickBooks()['Balance'] === 60, { what: 'the payment to be there' });
    await invoice({ memo: 'again' });
    await company.committed('update Invoice');
    await ofInvoice('synced');
    await ofPayment(pay, 'synced');
    await payment({}, `${pay}b`);
    // Nothing of it is left as a credit.
    expect(await ofPayment(`${pay}b`, 'synced')).toMatchObject({ quickbooks: { balance: '0.00' } });
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
  });
});

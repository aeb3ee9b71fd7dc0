import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InvoiceInput, PaymentInput } from '../../src/contract/documents/index.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// Money received on an invoice is a Payment linked to it: stated by itself or inside the invoice, made
// once, after the invoice, and taken back before it.
describe('payments', () => {
  let journey: Journey;
  let company: SalesCompany;
  let number = 0;
  let inv: string;
  let pay: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, {
      settings: { modules: ['invoice', 'payment', 'credit_memo', 'customer'] },
    });
  });
  afterAll(() => journey?.close());
  beforeEach(() => {
    number += 1;
    inv = `INV-${number}`;
    pay = `PAY-${number}`;
    company.quickbooks.forget();
  });

  const invoice = (over: Partial<InvoiceInput> = {}) => company.invoice(inv, over);
  const row = (externalId: string, amount: string) => ({ externalId, date: '2026-11-21', amount });
  const payment = (over: Partial<PaymentInput> = {}, externalId = pay) =>
    journey.client.state(company.id, 'payment', externalId, {
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '100.00',
      applies: [{ invoice: { externalId: inv }, amount: '100.00' }],
      ...over,
    });
  const ofInvoice = (statuses: string | string[]) =>
    waitForStatus(journey, company.id, 'invoice', inv, statuses);
  const ofPayment = (statuses: string | string[], externalId = pay) =>
    waitForStatus(journey, company.id, 'payment', externalId, statuses);
  const inQuickBooks = () => company.invoices(inv)[0] ?? {};
  const pays = (amount: number) =>
    journey.simulator.control.act(company.realmId, {
      do: 'pay',
      invoice: String(inQuickBooks()['Id']),
      amount,
    });
  const payments = () =>
    company.quickbooks
      .all('Payment')
      .filter((one) => JSON.stringify(one['Line']).includes(`"${String(inQuickBooks()['Id'])}"`));

  it('are sent after their invoice: one write each and no read', async () => {
    await invoice({ payments: [row(pay, '60.00'), row(`${pay}b`, '40.00')], amountPaid: '100.00' });
    await ofPayment('synced');
    await ofPayment('synced', `${pay}b`);
    expect(company.quickbooks.calls().sort()).toEqual([
      'POST invoice',
      'POST payment',
      'POST payment',
    ]);
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
    expect(await ofInvoice('synced')).toMatchObject({
      label: 'Synced',
      warnings: [],
      paid: { amount: '100.00', of: '100.00' },
    });
    expect(await ofPayment('synced')).toMatchObject({
      details: expect.stringContaining(`Payment ${pay} created in QuickBooks`),
      quickbooks: { total: '60.00', balance: '0.00' },
    });
  });

  it('wait for an invoice that is not stated yet, and go on by themselves', async () => {
    await payment();
    expect(await ofPayment('waiting')).toMatchObject({
      reason: 'blocked_by',
      details: `Waits for invoice ${inv}, which has not been stated yet.`,
    });
    await invoice();
    await ofPayment('synced');
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
  });

  it('wait for an invoice that failed, say so, and go on when it is synced', async () => {
    await invoice({ customer: { name: 'Nobody' } });
    await ofInvoice('failed');
    await payment();
    expect(await ofPayment('waiting')).toMatchObject({
      params: { kind: 'invoice', externalId: inv, state: 'failed' },
    });
    await invoice();
    await ofPayment('synced');
    expect(payments()).toHaveLength(1);
  });

  it('count once where they are stated both ways', async () => {
    await invoice({ payments: [row(pay, '100.00')] });
    await payment({ reference: 'CHK 7' });
    await ofPayment('synced');
    await invoice({ payments: [row(pay, '100.00')], memo: 'again' });
    await ofInvoice('synced');
    expect(payments()).toHaveLength(1);
    expect(payments()[0]).toMatchObject({ TotalAmt: 100, PaymentRefNum: 'CHK 7' });
    expect(await ofPayment('synced')).toMatchObject({ revision: 2 });
  });

  it('are taken back when the invoice lists them no more', async () => {
    await invoice({ payments: [row(pay, '100.00')], amountPaid: '100.00' });
    await ofPayment('synced');
    await invoice({ payments: [], amountPaid: '0.00' });
    await ofPayment('voided');
    expect(inQuickBooks()).toMatchObject({ Balance: 100 });
    expect(await ofInvoice('synced')).toMatchObject({ warnings: [] });
  });

  it('that one invoice states cannot be stated by another one', async () => {
    await invoice({ payments: [row(pay, '10.00')] });
    const other = anInvoice({ number: `${inv}x`, payments: [row(pay, '10.00')] });
    await expect(
      journey.client.state(company.id, 'invoice', `${inv}x`, other),
    ).rejects.toMatchObject({ status: 422 });
  });

  it('leave what is more than open as a credit', async () => {
    await invoice({ payments: [row(pay, '120.00')] });
    expect(await ofPayment('synced')).toMatchObject({
      quickbooks: { total: '120.00', balance: '20.00' },
      warnings: [{ name: 'left_as_credit', params: { amount: '20.00' } }],
    });
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
  });

  it('are applied to what is open where someone paid in QuickBooks meanwhile', async () => {
    await invoice();
    await ofInvoice('synced');
    pays(70);
    await payment();
    expect(await ofPayment('synced')).toMatchObject({
      quickbooks: { total: '100.00', balance: '70.00' },
    });
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
  });

  it('that were made in QuickBooks are not made again when the app tells them back', async () => {
    await invoice();
    await ofInvoice('synced');
    pays(100);
    await invoice({ status: 'paid', amountPaid: '100.00' });
    expect(await ofInvoice('synced')).toMatchObject({ warnings: [] });
    expect(payments()).toHaveLength(1);
    await invoice({ status: 'paid', amountPaid: '100.00', payments: [row(pay, '100.00')] });
    expect(await ofPayment('skipped')).toMatchObject({ reason: 'paid_in_quickbooks' });
    expect(payments()).toHaveLength(1);
  });

  it('are not made of a control total: what is missing is a warning', async () => {
    await invoice({ amountPaid: '80.00' });
    expect(await ofInvoice('synced')).toMatchObject({
      label: 'Synced with warnings',
      warnings: [{ name: 'paid_differs', params: { stated: '80.00', quickbooks: '0.00' } }],
    });
    expect(company.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('have to be taken back before the total paid may fall', async () => {
    await payment();
    await invoice({ amountPaid: '100.00' });
    await ofPayment('synced');
    await invoice({ amountPaid: '0.00' });
    expect(await ofInvoice('failed')).toMatchObject({
      reason: 'paid_lowered',
      params: { before: '100.00', now: '0.00' },
    });
    await journey.client.withdraw(company.id, 'payment', pay);
    await ofPayment('voided');
    expect(await ofInvoice('synced')).toMatchObject({ paid: { amount: '0.00' } });
  });

  it('pay several invoices at once', async () => {
    await invoice();
    await company.invoice(`${inv}b`);
    await payment({
      amount: '150.00',
      applies: [
        { invoice: { externalId: inv }, amount: '100.00' },
        { invoice: { externalId: `${inv}b` }, amount: '50.00' },
      ],
    });
    await ofPayment('synced');
    expect(inQuickBooks()).toMatchObject({ Balance: 0 });
    expect(company.invoices(`${inv}b`)).toMatchObject([{ Balance: 50 }]);
  });

  it('of more than was received fail, without a call', async () => {
    const stated = await payment({ amount: '90.00' });
    expect(stated).toMatchObject({ status: 'failed', reason: 'total_mismatch' });
  });

  it('that were never sent are cancelled without a call', async () => {
    await payment();
    await ofPayment('waiting');
    await journey.client.withdraw(company.id, 'payment', pay);
    await ofPayment('cancelled');
    expect(company.quickbooks.calls()).toEqual([]);
  });

  it('keep their invoice from being voided until they are taken back', async () => {
    await invoice();
    await payment();
    await ofPayment('synced');
    await journey.client.withdraw(company.id, 'invoice', inv);
    expect(await ofInvoice('waiting')).toMatchObject({
      reason: 'blocked_by',
      details: `Waits for payment ${pay}, which has to be taken back first.`,
    });
    await journey.client.withdraw(company.id, 'payment', pay);
    await ofPayment('voided');
    await ofInvoice('voided');
  });

  it('that an invoice states are taken back with it', async () => {
    await invoice({ payments: [row(pay, '100.00')] });
    await ofPayment('synced');
    await journey.client.withdraw(company.id, 'invoice', inv);
    await ofPayment('voided');
    await ofInvoice('voided');
    expect(inQuickBooks()).toMatchObject({ TotalAmt: 0 });
  });

  it('made in QuickBooks fail the void until a person removes them', async () => {
    await invoice();
    await ofInvoice('synced');
    const { object } = pays(40);
    await journey.client.withdraw(company.id, 'invoice', inv);
    expect(await ofInvoice('failed')).toMatchObject({
      reason: 'payment_applied',
      details:
        'A payment is applied to it in QuickBooks. Remove the payment there first, then retry.',
    });
    expect(inQuickBooks()).toMatchObject({ TotalAmt: 100 });
    journey.simulator.control.act(company.realmId, {
      do: 'delete',
      entity: 'Payment',
      id: String(object?.['Id']),
    });
    await journey.client.retry(company.id, 'invoice', inv);
    await ofInvoice('voided');
  });

  it('are found again when their answer is lost', async () => {
    await invoice();
    await ofInvoice('synced');
    company.fault({
      match: { entity: 'Payment', operation: 'create' },
      do: 'drop',
      at: 'after_commit',
    });
    await payment();
    await ofPayment('synced');
    expect(payments()).toHaveLength(1);
  });

  it('are voided once where the answer to the void is lost', async () => {
    await invoice();
    await payment();
    await ofPayment('synced');
    company.fault({
      match: { entity: 'Payment', operation: 'void' },
      do: 'drop',
      at: 'after_commit',
    });
    await journey.client.withdraw(company.id, 'payment', pay);
    await ofPayment('voided');
    expect(inQuickBooks()).toMatchObject({ Balance: 100 });
    expect(await ofInvoice('synced')).toMatchObject({ paid: { amount: '0.00' } });
  });

  it('are updated, never made a second time', async () => {
    await invoice();
    await payment();
    const { quickbooks } = await ofPayment('synced');
    await payment({
      amount: '80.00',
      applies: [{ invoice: { externalId: inv }, amount: '80.00' }],
    });
    await waitFor(() => inQuickBooks()['Balance'] === 20, { what: 'the smaller amount' });
    expect(await ofPayment('synced')).toMatchObject({ quickbooks: { id: quickbooks?.id } });
    expect(payments()).toMatchObject([{ TotalAmt: 80 }]);
  });

  it('of another currency than their invoice fail with the currency it has', async () => {
    await invoice();
    await ofInvoice('synced');
    await payment({ currency: 'EUR' });
    expect(await ofPayment('failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'currency', rule: `must be USD, the currency of invoice ${inv}` },
    });
  });

  it('are read once before their invoice is written again: they have moved its SyncToken', async () => {
    await invoice({ payments: [row(pay, '60.00')] });
    await ofPayment('synced');
    company.quickbooks.forget();
    const lines = [aLine({ unitPrice: '90.00', amount: '90.00' })];
    await invoice({ payments: [row(pay, '60.00')], lines, total: '90.00' });
    await waitFor(() => inQuickBooks()['Balance'] === 30, { what: 'the smaller total' });
    await ofInvoice('synced');
    expect(company.quickbooks.calls()).toEqual(['GET query', 'POST invoice']);
  });

  describe('of an invoice that was made in QuickBooks', () => {
    let theirs: string;
    const forRecord = (recordId: string, amount = '100.00', over: Partial<PaymentInput> = {}) =>
      payment({ applies: [{ invoice: { recordId }, amount }], ...over });
    const made = (customer: string) =>
      company.quickbooks.add('Invoice', {
        CustomerRef: { value: customer },
        Line: [
          {
            Amount: 70,
            DetailType: 'SalesItemLineDetail',
            SalesItemLineDetail: { ItemRef: { value: '3' } },
          },
        ],
      });
    const openOf = (id: string) => company.quickbooks.one('Invoice', id)['Balance'];
    beforeEach(() => {
      theirs = made('7');
    });

    it('are applied to it by its id', async () => {
      await forRecord(theirs, '70.00');
      expect(await ofPayment('synced')).toMatchObject({ quickbooks: { balance: '30.00' } });
      expect(openOf(theirs)).toBe(0);
    });

    it('fail where more is to be applied than is open, and say how much that is', async () => {
      await forRecord(theirs);
      expect(await ofPayment('failed')).toMatchObject({
        reason: 'invalid_field',
        params: {
          field: 'applies.0.amount',
          rule: `70.00 of invoice ${theirs} is open in QuickBooks, and 100.00 is to be applied`,
        },
      });
      expect(openOf(theirs)).toBe(70);
    });

    it('fail where no invoice has that id', async () => {
      await forRecord('987654');
      expect(await ofPayment('failed')).toMatchObject({
        params: { field: 'applies.0.invoice', rule: 'invoice 987654 is not in QuickBooks' },
      });
    });

    it('fail where it is another customer’s', async () => {
      const other = company.quickbooks.add('Customer', { DisplayName: `Other of ${pay}` });
      const id = made(other);
      await forRecord(id, '70.00');
      expect(await ofPayment('failed')).toMatchObject({
        params: {
          field: 'applies.0.invoice',
          rule: `invoice ${id} is of another customer in QuickBooks`,
        },
      });
      expect(openOf(id)).toBe(70);
    });
  });

  it('of a credit memo set it against its invoice, once, and are taken back with it', async () => {
    await invoice();
    const memo = (over: object = {}) =>
      journey.client.state(company.id, 'credit_memo', `CM-${inv}`, {
        number: `CM-${number}`,
        status: 'sent',
        issueDate: '2026-11-21',
        customer: { name: 'Harbor Lane Dental' },
        lines: [{ name: 'Consulting', quantity: '1', unitPrice: '30.00', amount: '30.00' }],
        total: '30.00',
        appliesTo: { externalId: inv },
        ...over,
      });
    await memo();
    await waitFor(() => inQuickBooks()['Balance'] === 70, { what: 'the credit to be applied' });
    expect(payments()).toMatchObject([{ TotalAmt: 0 }]);
    await memo();
    await waitForStatus(journey, company.id, 'credit_memo', `CM-${inv}`, 'synced');
    await journey.client.withdraw(company.id, 'credit_memo', `CM-${inv}`);
    await waitForStatus(journey, company.id, 'credit_memo', `CM-${inv}`, 'deleted');
    expect(inQuickBooks()).toMatchObject({ Balance: 100 });
    expect(payments()).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney } from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { anInvoice, LISTS, linesOf, PRODUCT, sent } from './crm.js';
import { type Account, account } from './profile.js';

// Totals, taxes, discounts and payments of a CRM’s invoices: what QuickBooks has of them.
describe('crm, the money of invoices', () => {
  let journey: Journey;
  let crm: Account;

  beforeAll(async () => {
    journey = await startJourney();
    crm = await account(journey, { profile: 'crm', company: { country: 'US' }, lists: LISTS });
  });
  afterAll(() => journey?.close());

  const british = () =>
    account(journey, { profile: 'crm', company: { country: 'GB' }, lists: LISTS });

  it('C10 so does its status: paid by its payments, void when it is voided', async () => {
    await sent(crm, 'C-10');
    const payments = [{ externalId: 'P-10', date: '2026-11-22', amount: '100.00' }];
    await crm.state('invoice', 'C-10', anInvoice('C-10', { status: 'paid', payments }));
    await crm.settled('payment', 'P-10');
    const { synced, invoice } = await sent(crm, 'C-10', { status: 'paid', payments });
    expect(invoice).toMatchObject({ Balance: 0, TotalAmt: 100 });
    expect(synced).toMatchObject({ paid: { amount: '100.00', of: '100.00' } });

    await sent(crm, 'C-10b');
    await crm.state('invoice', 'C-10b', anInvoice('C-10b', { status: 'void' }));
    const voided = await crm.settled('invoice', 'C-10b', 'voided');
    expect(voided).toMatchObject({ label: 'Voided' });
    expect(crm.quickbooks.one('Invoice', voided.quickbooks?.id)).toMatchObject({
      TotalAmt: 0,
      PrivateNote: expect.stringContaining('Voided'),
    });
  });

  it('C10 a payment reaches an invoice of a closed period: the form is not written again', async () => {
    const closed = await account(journey, { profile: 'crm', company: {}, lists: LISTS });
    await sent(closed, 'C-10d', { issueDate: '2026-10-12' });
    journey.simulator.control.act(closed.realmId, { do: 'close_books', date: '2026-10-31' });
    closed.quickbooks.forget();
    const payments = [{ externalId: 'P-10d', date: '2026-11-22', amount: '100.00' }];
    const paid = { issueDate: '2026-10-12', status: 'paid', payments } as const;
    const answer = await closed.state('invoice', 'C-10d', anInvoice('C-10d', paid));
    expect(answer).toMatchObject({ status: 'synced', label: 'Synced', syncedRevision: 2 });
    await closed.settled('payment', 'P-10d');
    expect(closed.quickbooks.commits()).toEqual(['create Payment']);
    expect(await closed.settled('invoice', 'C-10d')).toMatchObject({
      paid: { amount: '100.00', of: '100.00' },
      money: { sourceTotal: '100.00', quickbooksTotal: '100.00' },
    });
  });

  it('C10 a void waits for nobody where QuickBooks has a payment of its own: it fails and says why', async () => {
    const { synced } = await sent(crm, 'C-10c');
    const invoice = synced.quickbooks?.id ?? '';
    journey.simulator.control.act(crm.realmId, { do: 'pay', invoice, amount: 40 });
    await crm.state('invoice', 'C-10c', anInvoice('C-10c', { status: 'void' }));
    expect(await crm.settled('invoice', 'C-10c', 'failed')).toMatchObject({
      label: 'Update failed (an earlier version is in QuickBooks)',
      reason: 'payment_applied',
      details:
        'A payment is applied to it in QuickBooks. Remove the payment there first, then retry.',
      nextAttemptAt: null,
    });
    expect(crm.quickbooks.one('Invoice', invoice)).toMatchObject({ TotalAmt: 100, Balance: 60 });
  });

  it('C15 the total is the same on both sides', async () => {
    const lines = [aLine({ name: PRODUCT.Name, unitPrice: '19.99', amount: '19.99' })];
    const { synced, invoice } = await sent(crm, 'C-15', { lines, total: '19.99' });
    expect(invoice).toMatchObject({ TotalAmt: 19.99 });
    expect(synced.money).toMatchObject({ sourceTotal: '19.99', quickbooksTotal: '19.99' });
  });

  it('C16 the amount paid is that of the payments; an amount alone makes no money', async () => {
    const payments = [{ externalId: 'P-16', date: '2026-11-22', amount: '40.00' }];
    await crm.state('invoice', 'C-16', anInvoice('C-16', { payments, amountPaid: '40.00' }));
    await crm.settled('payment', 'P-16');
    const { synced, invoice } = await sent(crm, 'C-16', { payments, amountPaid: '40.00' });
    expect(invoice).toMatchObject({ Balance: 60 });
    expect(synced).toMatchObject({ paid: { amount: '40.00', of: '100.00' }, warnings: [] });

    crm.quickbooks.forget();
    const claimed = await sent(crm, 'C-16b', { amountPaid: '40.00' });
    expect(claimed.synced.warnings).toEqual([
      { name: 'paid_differs', params: { stated: '40.00', quickbooks: '0.00' } },
    ]);
    expect(crm.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('C18 in the United States discounts and taxes are in the prices', async () => {
    const { synced, invoice } = await sent(crm, 'C-18', {
      discount: '10.00',
      tax: { total: '7.43' },
      total: '97.43',
    });
    expect(linesOf(invoice)).toMatchObject([
      { Amount: 97.43, SalesItemLineDetail: { TaxCodeRef: { value: 'NON' } } },
      { DetailType: 'SubTotalLineDetail' },
    ]);
    expect(invoice).toMatchObject({ TotalAmt: 97.43, TxnTaxDetail: { TotalTax: 0 } });
    expect(synced.details).toContain(
      'US account: discount 10.00 and tax 7.43 are included in the item prices.',
    );
  });

  it('C19 elsewhere they are synced as such', async () => {
    const uk = await british();
    const lines = [aLine({ name: PRODUCT.Name, taxCode: { name: '20.0% S' } })];
    const money = { discount: '10.00', tax: { total: '18.00' }, total: '108.00' };
    const { synced, invoice } = await sent(uk, 'C-19', { lines, ...money });
    expect(linesOf(invoice)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Amount: 100 }),
        expect.objectContaining({ Amount: 10, DetailType: 'DiscountLineDetail' }),
      ]),
    );
    expect(invoice).toMatchObject({ TotalAmt: 108, TxnTaxDetail: { TotalTax: 18 } });
    expect(synced.details).not.toContain('included in the item prices');
  });

  it('C19 one tax code that is stated for the whole invoice is that of its lines', async () => {
    const uk = await british();
    const taxLine = { taxCode: { name: '20.0% S' }, taxable: '90.00', amount: '18.00' };
    const money = { discount: '10.00', tax: { total: '18.00', lines: [taxLine] }, total: '108.00' };
    const { invoice } = await sent(uk, 'C-19b', money);
    expect(linesOf(invoice)).toContainEqual(
      expect.objectContaining({
        Amount: 100,
        SalesItemLineDetail: expect.objectContaining({ TaxCodeRef: { value: '6' } }),
      }),
    );
    expect(invoice).toMatchObject({ TotalAmt: 108, TxnTaxDetail: { TotalTax: 18 } });

    const part = { ...taxLine, taxable: '50.00', amount: '10.00' };
    const some = { tax: { total: '10.00', lines: [part] }, total: '110.00' };
    await uk.state('invoice', 'C-19c', anInvoice('C-19c', some));
    expect(await uk.settled('invoice', 'C-19c', 'failed')).toMatchObject({
      reason: 'invalid_field',
      params: { field: 'lines.0.taxCode' },
    });
  });

  it.each([
    ['US', undefined],
    ['GB', { name: '20.0% S' }],
  ] as const)(
    'C36 total, taxes and discounts are all in it and the total agrees (%s)',
    async (country, taxCode) => {
      const to = country === 'US' ? crm : await british();
      const { synced, invoice } = await sent(to, 'C-36', {
        lines: [
          aLine({ name: PRODUCT.Name, unitPrice: '33.33', amount: '33.33', taxCode }),
          aLine({ name: PRODUCT.Name, unitPrice: '66.67', amount: '66.67', taxCode }),
        ],
        discount: '5.00',
        tax: { total: '19.00' },
        total: '114.00',
      });
      expect(invoice).toMatchObject({ TotalAmt: 114 });
      expect(synced.money).toMatchObject({
        sourceTotal: '114.00',
        quickbooksTotal: '114.00',
        difference: '0.00',
      });
    },
  );
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  type Journey,
  RETURN_URL,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { type Account, account } from './profile.js';

const DAY_MS = 86_400_000;
const PRODUCT = { Id: '3', Name: 'Coaching', Type: 'Service', IncomeAccountRef: { value: '79' } };
const CONTACT = { Id: '7', DisplayName: 'Dana Whitfield' };
const EMAIL = 'dana@example.com';
const LISTS = {
  Customer: [{ ...CONTACT, PrimaryEmailAddr: { Address: EMAIL } }],
  Item: [PRODUCT],
};

function anInvoice(number: string, over: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    number,
    status: 'sent',
    issueDate: '2026-11-22',
    customer: { name: CONTACT.DisplayName, email: EMAIL },
    lines: [aLine({ name: PRODUCT.Name })],
    total: '100.00',
    ...over,
  };
}

// Invoices of a CRM: which of them go, when, and what of them is in QuickBooks afterwards.
describe('crm, invoices', () => {
  let journey: Journey;
  let crm: Account;

  beforeAll(async () => {
    journey = await startJourney();
    crm = await account(journey, { profile: 'crm', company: { country: 'US' }, lists: LISTS });
  });
  afterAll(() => journey?.close());

  /** States an invoice and waits until it is in QuickBooks. */
  async function sent(number: string, over: Partial<InvoiceInput> = {}, to = crm) {
    await to.state('invoice', number, anInvoice(number, over));
    const synced = await to.settled('invoice', number);
    return { synced, invoice: to.quickbooks.one('Invoice', synced.quickbooks?.id) };
  }
  const linesOf = (invoice: JsonObject) => invoice['Line'] as JsonObject[];
  const british = () =>
    account(journey, { profile: 'crm', company: { country: 'GB' }, lists: LISTS });

  it('C7 marking an invoice as sent creates it in QuickBooks', async () => {
    crm.quickbooks.forget();
    expect(await crm.state('invoice', 'C-7', anInvoice('C-7', { status: 'draft' }))).toMatchObject({
      status: 'not_ready',
      label: 'Not synced',
      reason: 'not_released',
    });
    expect(crm.quickbooks.calls()).toEqual([]);
    const { synced } = await sent('C-7');
    expect(synced.label).toBe('Synced');
    expect(crm.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('C8 what the CRM changes later changes the same invoice', async () => {
    const { synced } = await sent('C-8');
    crm.quickbooks.forget();
    const again = await sent('C-8', {
      dueDate: '2026-12-24',
      lines: [aLine({ name: PRODUCT.Name, quantity: '2', amount: '200.00' })],
      discount: '20.00',
      total: '180.00',
    });
    expect(crm.quickbooks.commits()).toEqual(['update Invoice']);
    expect(again.synced).toMatchObject({ quickbooks: { id: synced.quickbooks?.id } });
    expect(again.synced.details).toContain('Invoice C-8 updated in QuickBooks');
    expect(again.invoice).toMatchObject({ DueDate: '2026-12-24', TotalAmt: 180 });
  });

  it('C9 the invoice number travels', async () => {
    expect((await sent('C-9')).invoice).toMatchObject({ DocNumber: 'C-9' });
  });

  it('C10 so does its status: paid by its payments, void when it is voided', async () => {
    await sent('C-10');
    const payments = [{ externalId: 'P-10', date: '2026-11-22', amount: '100.00' }];
    await crm.state('invoice', 'C-10', anInvoice('C-10', { status: 'paid', payments }));
    await crm.settled('payment', 'P-10');
    const { synced, invoice } = await sent('C-10', { status: 'paid', payments });
    expect(invoice).toMatchObject({ Balance: 0, TotalAmt: 100 });
    expect(synced).toMatchObject({ paid: { amount: '100.00', of: '100.00' } });

    await sent('C-10b');
    await crm.state('invoice', 'C-10b', anInvoice('C-10b', { status: 'void' }));
    const voided = await crm.settled('invoice', 'C-10b', 'voided');
    expect(voided).toMatchObject({ label: 'Voided' });
    expect(crm.quickbooks.one('Invoice', voided.quickbooks?.id)).toMatchObject({
      TotalAmt: 0,
      PrivateNote: expect.stringContaining('Voided'),
    });
  });

  it('C10 a void waits for nobody where QuickBooks has a payment of its own: it fails and says why', async () => {
    const { synced } = await sent('C-10c');
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

  it('C11 the issue date travels', async () => {
    const { invoice } = await sent('C-11', { issueDate: '2026-11-03' });
    expect(invoice).toMatchObject({ TxnDate: '2026-11-03' });
  });

  it('C12 the due date travels', async () => {
    const { invoice } = await sent('C-12', { dueDate: '2026-12-06' });
    expect(invoice).toMatchObject({ DueDate: '2026-12-06' });
  });

  it('C14 the billing e-mail travels, and QuickBooks mails nobody unless that is set', async () => {
    const billingEmail = 'accounts@example.com';
    const { invoice } = await sent('C-14', { billingEmail });
    expect(invoice).toMatchObject({
      BillEmail: { Address: billingEmail },
      EmailStatus: 'NotSet',
    });
    await journey.client.changeSettings(crm.id, { quickbooksEmails: true });
    const mailed = await sent('C-14b', { billingEmail });
    expect(mailed.invoice).toMatchObject({ EmailStatus: 'NeedToSend' });
    await journey.client.changeSettings(crm.id, { quickbooksEmails: false });
  });

  it('C15 the total is the same on both sides', async () => {
    const lines = [aLine({ name: PRODUCT.Name, unitPrice: '19.99', amount: '19.99' })];
    const { synced, invoice } = await sent('C-15', { lines, total: '19.99' });
    expect(invoice).toMatchObject({ TotalAmt: 19.99 });
    expect(synced.money).toMatchObject({ sourceTotal: '19.99', quickbooksTotal: '19.99' });
  });

  it('C16 the amount paid is that of the payments; an amount alone makes no money', async () => {
    const payments = [{ externalId: 'P-16', date: '2026-11-22', amount: '40.00' }];
    await crm.state('invoice', 'C-16', anInvoice('C-16', { payments, amountPaid: '40.00' }));
    await crm.settled('payment', 'P-16');
    const { synced, invoice } = await sent('C-16', { payments, amountPaid: '40.00' });
    expect(invoice).toMatchObject({ Balance: 60 });
    expect(synced).toMatchObject({ paid: { amount: '40.00', of: '100.00' }, warnings: [] });

    crm.quickbooks.forget();
    const claimed = await sent('C-16b', { amountPaid: '40.00' });
    expect(claimed.synced.warnings).toEqual([
      { name: 'paid_differs', params: { stated: '40.00', quickbooks: '0.00' } },
    ]);
    expect(crm.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('C17 names of the lines travel, each as its product', async () => {
    const lines = [aLine({ name: PRODUCT.Name }), aLine({ name: 'Workshop' })];
    const { synced, invoice } = await sent('C-17', { lines, total: '200.00' });
    const [workshop] = crm.quickbooks.where('Item', 'Name', 'Workshop');
    expect(synced.details).toContain('Created 1 product: Workshop.');
    expect(linesOf(invoice)).toMatchObject([
      { SalesItemLineDetail: { ItemRef: { value: PRODUCT.Id, name: PRODUCT.Name } } },
      { SalesItemLineDetail: { ItemRef: { value: workshop?.['Id'], name: 'Workshop' } } },
      {},
    ]);
  });

  it('C18 in the United States discounts and taxes are in the prices', async () => {
    const { synced, invoice } = await sent('C-18', {
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
    const { synced, invoice } = await sent('C-19', { lines, ...money }, uk);
    expect(linesOf(invoice)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Amount: 100 }),
        expect.objectContaining({ Amount: 10, DetailType: 'DiscountLineDetail' }),
      ]),
    );
    expect(invoice).toMatchObject({ TotalAmt: 108, TxnTaxDetail: { TotalTax: 18 } });
    expect(synced.details).not.toContain('included in the item prices');
  });

  it('C20 an invoice drafted before connecting and sent after it is not synced, unless support lets it', async () => {
    crm.quickbooks.forget();
    const createdAt = new Date(Date.now() - DAY_MS).toISOString();
    await crm.state('invoice', 'C-20', anInvoice('C-20', { createdAt, status: 'draft' }));
    const stated = await crm.state('invoice', 'C-20', anInvoice('C-20', { createdAt }));
    const connected = crm.connection.connectedAt?.slice(0, 10);
    expect(stated).toMatchObject({
      status: 'not_ready',
      label: 'Not synced',
      reason: 'before_cut_off',
      details: `Created on ${createdAt.slice(0, 10)}, before QuickBooks was connected (${connected}). Only invoices created after that are synced.`,
    });
    expect(crm.quickbooks.calls()).toEqual([]);
    await journey.client.override(crm.id, 'invoice', 'C-20', 'cut_off');
    await crm.settled('invoice', 'C-20');
    expect(crm.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('C20 so is one that was stated before connecting, however it was stated', async () => {
    const { client } = journey;
    const fresh = await client.createConnection({
      externalId: 'c-20',
      name: 'C20',
      profile: 'crm',
      returnUrl: RETURN_URL,
    });
    await client.state(fresh.id, 'invoice', 'E-1', anInvoice('E-1', { status: 'draft' }));
    expect(await client.state(fresh.id, 'invoice', 'E-2', anInvoice('E-2'))).toMatchObject({
      status: 'waiting',
      reason: 'reconnect_needed',
    });
    crm.quickbooks.forget();
    await walkThroughOAuth(fresh.connectUrl ?? '', crm.realmId);
    await client.state(fresh.id, 'invoice', 'E-1', anInvoice('E-1'));
    for (const number of ['E-1', 'E-2']) {
      expect(await waitForStatus(journey, fresh.id, 'invoice', number, 'not_ready')).toMatchObject({
        reason: 'before_cut_off',
      });
    }
    expect(crm.quickbooks.writes()).toBe(0);
  });

  it('C35 without the import only what the CRM makes from now on is synced', async () => {
    const theirs = crm.quickbooks.add('Invoice', {
      DocNumber: 'OLD-1',
      CustomerRef: { value: CONTACT.Id },
      Line: [
        {
          Amount: 80,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: PRODUCT.Id } },
        },
      ],
    });
    await sent('C-35');
    const { documents } = await journey.client.documents(crm.id, { q: 'OLD-1' });
    expect(documents).toEqual([]);
    expect(crm.quickbooks.one('Invoice', theirs)).toMatchObject({ SyncToken: '0', TotalAmt: 80 });
  });

  it.each([
    ['US', undefined],
    ['GB', { name: '20.0% S' }],
  ] as const)(
    'C36 total, taxes and discounts are all in it and the total agrees (%s)',
    async (country, taxCode) => {
      const to = country === 'US' ? crm : await british();
      const { synced, invoice } = await sent(
        'C-36',
        {
          lines: [
            aLine({ name: PRODUCT.Name, unitPrice: '33.33', amount: '33.33', taxCode }),
            aLine({ name: PRODUCT.Name, unitPrice: '66.67', amount: '66.67', taxCode }),
          ],
          discount: '5.00',
          tax: { total: '19.00' },
          total: '114.00',
        },
        to,
      );
      expect(invoice).toMatchObject({ TotalAmt: 114 });
      expect(synced.money).toMatchObject({
        sourceTotal: '114.00',
        quickbooksTotal: '114.00',
        difference: '0.00',
      });
    },
  );
});

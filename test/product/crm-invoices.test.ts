import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Journey,
  RETURN_URL,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { aLine } from '../support/orders.js';
import { anInvoice, CONTACT, LISTS, linesOf, PRODUCT, sent } from './crm.js';
import { type Account, account } from './profile.js';

const DAY_MS = 86_400_000;

// Invoices of a CRM: which of them go, when, and what of them is in QuickBooks afterwards.
describe('crm, invoices', () => {
  let journey: Journey;
  let crm: Account;

  beforeAll(async () => {
    journey = await startJourney();
    crm = await account(journey, { profile: 'crm', company: { country: 'US' }, lists: LISTS });
  });
  afterAll(() => journey?.close());

  it('C7 marking an invoice as sent creates it in QuickBooks', async () => {
    crm.quickbooks.forget();
    expect(await crm.state('invoice', 'C-7', anInvoice('C-7', { status: 'draft' }))).toMatchObject({
      status: 'not_ready',
      label: 'Not synced',
      reason: 'not_released',
    });
    expect(crm.quickbooks.calls()).toEqual([]);
    const { synced } = await sent(crm, 'C-7');
    expect(synced.label).toBe('Synced');
    expect(crm.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('C8 what the CRM changes later changes the same invoice', async () => {
    const { synced } = await sent(crm, 'C-8');
    crm.quickbooks.forget();
    const again = await sent(crm, 'C-8', {
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
    expect((await sent(crm, 'C-9')).invoice).toMatchObject({ DocNumber: 'C-9' });
  });

  it('C11 the issue date travels', async () => {
    const { invoice } = await sent(crm, 'C-11', { issueDate: '2026-11-03' });
    expect(invoice).toMatchObject({ TxnDate: '2026-11-03' });
  });

  it('C12 the due date travels', async () => {
    const { invoice } = await sent(crm, 'C-12', { dueDate: '2026-12-06' });
    expect(invoice).toMatchObject({ DueDate: '2026-12-06' });
  });

  it('C14 the billing e-mail travels, and QuickBooks mails nobody unless that is set', async () => {
    const billingEmail = 'accounts@example.com';
    const { invoice } = await sent(crm, 'C-14', { billingEmail });
    expect(invoice).toMatchObject({
      BillEmail: { Address: billingEmail },
      EmailStatus: 'NotSet',
    });
    await journey.client.changeSettings(crm.id, { quickbooksEmails: true });
    const mailed = await sent(crm, 'C-14b', { billingEmail });
    expect(mailed.invoice).toMatchObject({ EmailStatus: 'NeedToSend' });
    await journey.client.changeSettings(crm.id, { quickbooksEmails: false });
  });

  it('C17 names of the lines travel, each as its product', async () => {
    const lines = [aLine({ name: PRODUCT.Name }), aLine({ name: 'Workshop' })];
    const { synced, invoice } = await sent(crm, 'C-17', { lines, total: '200.00' });
    const [workshop] = crm.quickbooks.where('Item', 'Name', 'Workshop');
    expect(synced.details).toContain('Created 1 product: Workshop.');
    expect(linesOf(invoice)).toMatchObject([
      { SalesItemLineDetail: { ItemRef: { value: PRODUCT.Id, name: PRODUCT.Name } } },
      { SalesItemLineDetail: { ItemRef: { value: workshop?.['Id'], name: 'Workshop' } } },
      {},
    ]);
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
    await sent(crm, 'C-35');
    const { documents } = await journey.client.documents(crm.id, { q: 'OLD-1' });
    expect(documents).toEqual([]);
    expect(crm.quickbooks.one('Invoice', theirs)).toMatchObject({ SyncToken: '0', TotalAmt: 80 });
  });
});

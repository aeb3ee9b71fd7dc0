import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { type Journey, startJourney, walkThroughOAuth } from '../support/journey.js';
import { type Account, account } from './profile.js';

const CUSTOMER = { Id: '7', DisplayName: 'Northwind Traders Ltd' };
const PRODUCT = { Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } };

function anInvoice(number: string, over: Partial<InvoiceInput> = {}): InvoiceInput {
  return {
    number,
    status: 'sent',
    issueDate: '2026-11-22',
    customer: { name: CUSTOMER.DisplayName },
    lines: [
      {
        name: PRODUCT.Name,
        quantity: '1',
        unitPrice: '100.00',
        amount: '100.00',
        taxCode: { name: '20.0% S' },
      },
    ],
    tax: { total: '20.00' },
    total: '120.00',
    ...over,
  };
}

describe('auto-invoices', () => {
  let journey: Journey;
  let desk: Account;

  beforeAll(async () => {
    journey = await startJourney();
    desk = await account(journey, {
      profile: 'auto-invoices',
      company: { country: 'GB' },
      lists: { Customer: [CUSTOMER], Item: [PRODUCT] },
    });
  });
  afterAll(() => journey?.close());

  it('A1 the sync goes one way: invoices of the app become invoices in QuickBooks', async () => {
    const { client } = journey;
    expect(await client.settings(desk.id)).toMatchObject({
      direction: 'to_quickbooks',
      modules: expect.arrayContaining(['invoice']),
    });
    await desk.state('invoice', 'A-1', anInvoice('A-1'));
    const synced = await desk.settled('invoice', 'A-1');
    desk.quickbooks.edit('Invoice', synced.quickbooks?.id, { CustomerMemo: { value: 'Edited' } });
    expect(await client.document(desk.id, 'invoice', 'A-1')).toMatchObject({ revision: 1 });
  });

  it('A4 connecting leads to Intuit’s own page, where the customer signs in', async () => {
    const made = await journey.client.createConnection({
      externalId: 'a-4',
      name: 'A4',
      profile: 'auto-invoices',
      returnUrl: 'https://app.example/settings?tab=quickbooks',
    });
    const answer = await fetch(made.connectUrl ?? '', { redirect: 'manual' });
    expect(answer.status).toBe(302);
    const page = new URL(answer.headers.get('location') ?? '');
    expect(page.origin).toBe(journey.simulator.url);
    expect(page.searchParams.get('state')?.length).toBeGreaterThanOrEqual(22);
  });

  it('A5 afterwards the customer is back on the app’s own page', async () => {
    const made = await journey.client.createConnection({
      externalId: 'a-5',
      name: 'A5',
      profile: 'auto-invoices',
      returnUrl: 'https://app.example/settings?tab=quickbooks',
    });
    const back = await walkThroughOAuth(made.connectUrl ?? '', desk.realmId);
    expect(`${back.origin}${back.pathname}`).toBe('https://app.example/settings');
    expect(Object.fromEntries(back.searchParams)).toEqual({
      tab: 'quickbooks',
      connection: made.id,
      result: 'connected',
    });
  });

  it('A6 Force Sync and Disconnect are offered once it is connected, not before', async () => {
    const made = await journey.client.createConnection({
      externalId: 'a-6',
      name: 'A6',
      profile: 'auto-invoices',
      returnUrl: 'https://app.example/settings',
    });
    expect(made.actions).toEqual(['connect']);
    expect((await journey.client.connection(desk.id)).actions).toEqual([
      'force_sync',
      'pause',
      'disconnect',
    ]);
  });

  it('A9 an invoice for any imported customer takes any imported item, by the ids of the lists', async () => {
    const { client } = journey;
    const [customer] = (await client.records(desk.id, 'customer')).records;
    const [item] = (await client.records(desk.id, 'item', { q: PRODUCT.Name })).records;
    const [line] = anInvoice('A-9').lines;
    if (line === undefined) throw new Error('The invoice has no line');
    const lines = [{ ...line, item: { recordId: item?.recordId ?? '' } }];
    await desk.state(
      'invoice',
      'A-9',
      anInvoice('A-9', { customer: { recordId: customer?.recordId ?? '' }, lines }),
    );
    const { quickbooks } = await desk.settled('invoice', 'A-9');
    expect(desk.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({
      CustomerRef: { value: CUSTOMER.Id },
      Line: [{ SalesItemLineDetail: { ItemRef: { value: PRODUCT.Id } } }, {}],
    });
  });

  it('A10 the modules that are on are chosen in the settings; another one is skipped with the reason', async () => {
    const { client } = journey;
    desk.quickbooks.forget();
    await client.changeSettings(desk.id, { modules: ['customer'] });
    expect(await desk.state('invoice', 'A-10', anInvoice('A-10'))).toMatchObject({
      status: 'skipped',
      label: 'Skipped',
      reason: 'kind_off',
      details: 'Sending of invoices is switched off in the settings.',
    });
    expect(desk.quickbooks.writes()).toBe(0);
    await client.changeSettings(desk.id, { modules: ['invoice', 'customer'] });
    await desk.settled('invoice', 'A-10');
  });

  it('A11 the type of sync is chosen there: off sends nothing', async () => {
    const { client } = journey;
    desk.quickbooks.forget();
    await client.changeSettings(desk.id, { direction: 'off' });
    expect(await desk.state('invoice', 'A-11', anInvoice('A-11'))).toMatchObject({
      status: 'skipped',
      reason: 'kind_off',
    });
    expect(desk.quickbooks.writes()).toBe(0);
    await client.changeSettings(desk.id, { direction: 'to_quickbooks' });
    await desk.settled('invoice', 'A-11');
  });

  it('A12 disconnecting works whenever the customer wants; what is stated then waits', async () => {
    const { client } = journey;
    const other = await account(journey, { profile: 'auto-invoices', company: { country: 'GB' } });
    expect((await client.disconnect(other.id)).status).toBe('disconnected');
    expect(await other.state('invoice', 'A-12', anInvoice('A-12'))).toMatchObject({
      status: 'waiting',
      label: 'Paused',
      reason: 'reconnect_needed',
    });
  });

  it('A13 an invoice for a QuickBooks customer goes by itself', async () => {
    desk.quickbooks.forget();
    await desk.state('invoice', 'A-13', anInvoice('A-13'));
    await desk.settled('invoice', 'A-13');
    expect(desk.quickbooks.calls()).toEqual(['POST invoice']);
  });

  it('A14 the invoice has a Sync Status at every moment', async () => {
    const stated = await desk.state('invoice', 'A-14', anInvoice('A-14'));
    expect(['Queued', 'Syncing']).toContain(stated.label);
    expect(await desk.settled('invoice', 'A-14')).toMatchObject({ label: 'Synced' });
  });

  it('A15 what shows as synced is in the company, and its answer leads there', async () => {
    await desk.state('invoice', 'A-15', anInvoice('A-15'));
    const { quickbooks } = await desk.settled('invoice', 'A-15');
    expect(desk.quickbooks.one('Invoice', quickbooks?.id)).toMatchObject({
      DocNumber: 'A-15',
      TotalAmt: 120,
    });
    const page = await fetch(quickbooks?.url ?? '');
    expect(page.url).toMatch(new RegExp(`/invoice/${quickbooks?.id}$`));
    expect(await page.text()).toContain('<h1>A-15</h1>');
  });

  it('A16 an invoice for somebody else stays in the app: nothing is written', async () => {
    desk.quickbooks.forget();
    await desk.state('invoice', 'A-16', anInvoice('A-16', { customer: { name: 'Nobody Ltd' } }));
    await desk.settled('invoice', 'A-16', 'failed');
    expect(desk.quickbooks.writes()).toBe(0);
    expect(desk.quickbooks.where('Invoice', 'DocNumber', 'A-16')).toEqual([]);
  });

  it('A17 its Sync Status is failed', async () => {
    await desk.state('invoice', 'A-17', anInvoice('A-17', { customer: { name: 'Nobody Ltd' } }));
    expect(await desk.settled('invoice', 'A-17', 'failed')).toMatchObject({
      label: 'Failed',
      reason: 'customer_missing',
      nextAttemptAt: null,
    });
  });

  it('A18 the reason is in its Sync Details', async () => {
    await desk.state('invoice', 'A-18', anInvoice('A-18', { customer: { name: 'Nobody Ltd' } }));
    expect((await desk.settled('invoice', 'A-18', 'failed')).details).toBe(
      'Customer "Nobody Ltd" was not found in QuickBooks. Add or rename the customer in QuickBooks, press Force Sync from QB, then retry.',
    );
  });

  it('A19 customers are not created', async () => {
    await desk.state('invoice', 'A-19', anInvoice('A-19', { customer: { name: 'Acme Ltd' } }));
    await desk.settled('invoice', 'A-19', 'failed');
    expect(desk.quickbooks.where('Customer', 'DisplayName', 'Acme Ltd')).toEqual([]);
  });
});

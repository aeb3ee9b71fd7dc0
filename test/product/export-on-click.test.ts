import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { refusalOf } from '../support/raw-api.js';
import { type Account, account } from './profile.js';

const CLIENT = { Id: '58', DisplayName: 'Blue Spruce Dispensary' };
const PRODUCT = {
  Id: '19',
  Name: 'OG Kush 3.5g',
  Type: 'Service',
  IncomeAccountRef: { value: '79' },
};
const ACCOUNTS = {
  income: { name: 'Sales of Product Income' },
  receivable: { name: 'Accounts Receivable (A/R)' },
};

function anOrder(number: string, over: Partial<InvoiceInput> = {}): InvoiceInput {
  return anInvoice({
    number,
    status: 'released',
    customer: { name: CLIENT.DisplayName },
    lines: [aLine({ name: PRODUCT.Name })],
    ...over,
  });
}

describe('export-on-click', () => {
  let journey: Journey;
  let shop: Account;

  beforeAll(async () => {
    journey = await startJourney();
    shop = await account(journey, {
      profile: 'export-on-click',
      lists: { Customer: [CLIENT], Item: [PRODUCT] },
      settings: { accounts: ACCOUNTS },
    });
  });
  afterAll(() => journey?.close());

  async function exported(number: string, over: Partial<InvoiceInput> = {}) {
    await shop.state('invoice', number, anOrder(number, over));
    await shop.click(number);
    const synced = await shop.settled('invoice', number);
    return { synced, invoice: shop.quickbooks.one('Invoice', synced.quickbooks?.id) };
  }

  it('P1 an edit in QuickBooks changes nothing of the order, and nothing comes back', async () => {
    const { synced } = await exported('P-1');
    shop.quickbooks.edit('Invoice', synced.quickbooks?.id, { CustomerMemo: { value: 'Edited' } });
    await refresh(journey, shop.id);
    expect(await shop.settled('invoice', 'P-1')).toMatchObject({
      revision: synced.revision,
      total: synced.total,
      label: synced.label,
      details: synced.details,
    });
  });

  it('P2 nothing is exported before somebody clicks', async () => {
    shop.quickbooks.forget();
    expect(await shop.state('invoice', 'P-2', anOrder('P-2'))).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
      actions: ['sync'],
    });
    expect(shop.quickbooks.writes()).toBe(0);
    await shop.click('P-2');
    await shop.settled('invoice', 'P-2');
    expect(shop.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('P3 only invoices are exported; another kind is skipped and says so', async () => {
    shop.quickbooks.forget();
    const { number, customer, lines, total } = anOrder('P-3');
    const receipt = {
      number,
      customer,
      lines,
      total,
      source: 'other',
      date: '2026-11-20',
    } as const;
    expect(await shop.state('sales_receipt', 'P-3', receipt)).toMatchObject({
      status: 'skipped',
      reason: 'kind_off',
      params: { kind: 'sales receipt' },
    });
    expect(shop.quickbooks.writes()).toBe(0);
  });

  it('P6 nothing is exported before support has finalized, and everything may be afterwards', async () => {
    const { client } = journey;
    const fresh = await journey.connect({ profile: 'export-on-click', realmId: shop.realmId });
    expect(fresh.connection).toMatchObject({ status: 'awaiting_finalization' });
    expect(fresh.connection.actions).toContain('finalize');
    shop.quickbooks.forget();
    await client.state(fresh.id, 'invoice', 'P-6', anOrder('P-6'));

    const refusal = await refusalOf(client.sync(fresh.id, 'invoice', 'P-6'));

    expect(refusal).toMatchObject({
      status: 409,
      problem: {
        type: 'urn:qbo-sync:problem:not_finalized',
        detail: 'QuickBooks is connected but support has not finalized the integration yet.',
      },
    });
    expect(shop.quickbooks.writes()).toBe(0);
    await refresh(journey, fresh.id);
    expect(await client.finalize(fresh.id)).toMatchObject({ status: 'connected' });
    expect(await client.document(fresh.id, 'invoice', 'P-6')).toMatchObject({
      reason: 'waits_for_click',
    });
    await client.sync(fresh.id, 'invoice', 'P-6');
    // It is in the company of the tests below.
    await waitForStatus(journey, fresh.id, 'invoice', 'P-6', 'synced');
  });

  it('P7 disconnecting is offered and works at any time, also before finalization', async () => {
    const { client } = journey;
    const fresh = await journey.connect({ profile: 'export-on-click', realmId: shop.realmId });
    expect(fresh.connection.actions).toContain('disconnect');
    expect(await client.disconnect(fresh.id)).toMatchObject({
      status: 'disconnected',
      actions: ['connect'],
    });
    expect((await client.connection(shop.id)).status).toBe('connected');
  });

  it.each([
    ['Metrc', true],
    ['Standalone', true],
    ['BioTrack', false],
  ])('P8 a %s system offers the refresh: %s', async (systemType, offers) => {
    const connected = await journey.connect({
      profile: 'export-on-click',
      realmId: shop.realmId,
      attributes: { systemType },
    });
    expect(connected.connection.actions.includes('force_sync')).toBe(offers);
  });

  it('P10 an order that is not released is not exported', async () => {
    shop.quickbooks.forget();
    await shop.state(
      'invoice',
      'P-10',
      anOrder('P-10', { status: 'draft', statusLabel: 'Picking' }),
    );
    expect((await refusalOf(shop.click('P-10'))).problem).toMatchObject({
      type: 'urn:qbo-sync:problem:not_released',
      detail: 'This order is "Picking". It goes to QuickBooks once it is released.',
    });
    expect(shop.quickbooks.writes()).toBe(0);
  });

  it('P11 a released order becomes one invoice', async () => {
    const { invoice } = await exported('P-11');
    expect(invoice).toMatchObject({ DocNumber: 'P-11', TotalAmt: 100 });
    expect(shop.quickbooks.where('Invoice', 'DocNumber', 'P-11')).toHaveLength(1);
  });

  it('P12 an order is exported once: two clicks at once are one, a later one is refused', async () => {
    await shop.state('invoice', 'P-12', anOrder('P-12'));
    await Promise.all([shop.click('P-12'), shop.click('P-12')]);
    await shop.settled('invoice', 'P-12');
    shop.quickbooks.forget();

    const refusal = await refusalOf(shop.click('P-12'));

    expect(refusal.status).toBe(409);
    expect(refusal.problem.detail).toMatch(
      /^Order P-12 was already exported to QuickBooks as invoice P-12 on \d{4}-\d\d-\d\d\. An order can be exported only once\.$/,
    );
    expect(shop.quickbooks.writes()).toBe(0);
    expect(shop.quickbooks.where('Invoice', 'DocNumber', 'P-12')).toHaveLength(1);
  });

  it('P13 client, product names, prices and quantities travel', async () => {
    const lines = [
      aLine({ name: PRODUCT.Name, quantity: '40', unitPrice: '18.00', amount: '720.00' }),
      aLine({ name: 'Lemon Haze', quantity: '100', unitPrice: '4.25', amount: '425.00' }),
    ];
    const { invoice } = await exported('P-13', { lines, total: '1145.00' });
    expect(invoice).toMatchObject({
      CustomerRef: { value: CLIENT.Id, name: CLIENT.DisplayName },
      Line: [
        { Amount: 720, SalesItemLineDetail: { Qty: 40, UnitPrice: 18, ItemRef: { value: '19' } } },
        { Amount: 425, SalesItemLineDetail: { Qty: 100, UnitPrice: 4.25 } },
        {},
      ],
    });
  });

  it('P14 a client that exists is used and none is made', async () => {
    shop.quickbooks.forget();
    const { invoice } = await exported('P-14');
    expect(invoice).toMatchObject({ CustomerRef: { value: CLIENT.Id } });
    expect(shop.quickbooks.commits()).toEqual(['create Invoice']);
  });

  it('P15 a name matches exactly; one that differs only in case is the same client, with a warning', async () => {
    const { synced, invoice } = await exported('P-15', {
      customer: { name: 'BLUE spruce  dispensary' },
    });
    expect(invoice).toMatchObject({ CustomerRef: { value: CLIENT.Id } });
    expect(synced.warnings).toContainEqual({
      name: 'case_differs',
      params: { name: CLIENT.DisplayName },
    });
  });

  it('P16 a client whose name does not match is created and gets the invoice', async () => {
    const { synced, invoice } = await exported('P-16', { customer: { name: 'Blue Spruce North' } });
    const [client] = shop.quickbooks.where('Customer', 'DisplayName', 'Blue Spruce North');
    expect(invoice).toMatchObject({ CustomerRef: { value: client?.['Id'] } });
    expect(synced.details).toContain('Created customer Blue Spruce North.');
  });

  it('P17 products behave the same: matched by name, else created', async () => {
    const lines = [
      aLine({ name: PRODUCT.Name }),
      aLine({ name: 'Night Shade Gummies', amount: '5.00', unitPrice: '5.00' }),
    ];
    const { invoice } = await exported('P-17', { lines, total: '105.00' });
    const [made] = shop.quickbooks.where('Item', 'Name', 'Night Shade Gummies');
    expect(invoice).toMatchObject({
      Line: [
        { SalesItemLineDetail: { ItemRef: { value: PRODUCT.Id } } },
        { SalesItemLineDetail: { ItemRef: { value: made?.['Id'] } } },
        {},
      ],
    });
  });

  it('P18 the income account of the setup is that of what is created, and accounts are checked on save', async () => {
    await exported('P-18', { lines: [aLine({ name: 'Moon Rock' })] });
    const [made] = shop.quickbooks.where('Item', 'Name', 'Moon Rock');
    expect(made).toMatchObject({ IncomeAccountRef: { name: ACCOUNTS.income.name } });

    const refusal = await refusalOf(
      journey.client.changeSettings(shop.id, {
        accounts: {
          income: { name: 'Accounts Receivable (A/R)' },
          receivable: { name: 'No such account' },
        },
      }),
    );
    expect(refusal.status).toBe(422);
    expect(refusal.problem.errors?.map(({ field }) => field)).toEqual([
      'accounts.income',
      'accounts.receivable',
    ]);
  });

  it('P19 no update and no void is promised: a change after the export stays here', async () => {
    const { synced } = await exported('P-19');
    shop.quickbooks.forget();
    expect(
      await shop.state('invoice', 'P-19', anOrder('P-19', { status: 'void', memo: 'Returned' })),
    ).toMatchObject({ status: 'synced', label: 'Synced, changes not sent' });
    expect(shop.quickbooks.writes()).toBe(0);
    expect(shop.quickbooks.one('Invoice', synced.quickbooks?.id)).toMatchObject({ TotalAmt: 100 });
  });
});

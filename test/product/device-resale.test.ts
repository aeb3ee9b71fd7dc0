import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PurchaseOrderInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
import {
  type DeviceLine,
  deviceInvoice,
  devices,
  goodsLines,
  goodsOf,
  IPHONE,
  LOT,
  METRO,
  productsOf,
  totalOf,
} from '../support/devices.js';
import {
  type Journey,
  RETURN_URL,
  refresh,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { refusalOf } from '../support/raw-api.js';
import { type Account, account } from './profile.js';

const SUPPLIER = { Id: '31', DisplayName: 'Bay Trade-Ins LLC' };
const LISTS = { Customer: [METRO], Vendor: [SUPPLIER] };
const ACCOUNTS = { income: { name: 'Sales' }, expense: { name: 'Uncategorized Expense' } };
const PRODUCT = 'WholeCell Inventory';

function deviceOrder(
  number: string,
  lines: DeviceLine[] = LOT,
  over: Partial<PurchaseOrderInput> = {},
): PurchaseOrderInput {
  const vendor = { name: SUPPLIER.DisplayName };
  const total = totalOf(lines);
  return { number, status: 'approved', date: '2026-11-20', vendor, lines, total, ...over };
}

describe('device-resale', () => {
  let journey: Journey;
  let depot: Account;

  beforeAll(async () => {
    journey = await startJourney();
    depot = await shop();
  });
  afterAll(() => journey?.close());

  const shop = (
    settings: SettingsInput = {},
    {
      lists = {},
      company = {},
    }: { lists?: Record<string, JsonObject[]>; company?: CompanyOptions } = {},
  ) =>
    account(journey, {
      profile: 'device-resale',
      company,
      lists: { ...LISTS, ...lists },
      settings: { accounts: ACCOUNTS, ...settings },
    });
  const change = (at: Account, settings: SettingsInput) =>
    journey.client.changeSettings(at.id, settings);

  /** Stated, clicked and in QuickBooks. */
  async function sold(at: Account, number: string, lines = LOT) {
    await at.state('invoice', number, deviceInvoice(number, lines));
    await at.click(number);
    const synced = await at.settled('invoice', number);
    return { synced, invoice: at.quickbooks.one('Invoice', synced.quickbooks?.id) };
  }
  async function ordered(at: Account, number: string, entity = 'PurchaseOrder', lines = LOT) {
    await at.state('purchase_order', number, deviceOrder(number, lines));
    await at.click(number, 'purchase_order');
    const synced = await at.settled('purchase_order', number);
    return { synced, order: at.quickbooks.one(entity, synced.quickbooks?.id) };
  }
  const itemsOf = (form: JsonObject) => [...new Set(goodsOf(form).map((one) => one.ItemRef.name))];
  const oneDevice = devices(1, IPHONE, 'A', '310.00');

  it('W1 purchase orders go from the app to QuickBooks', async () => {
    depot.quickbooks.forget();
    const { synced, order } = await ordered(depot, 'PO-1');
    expect(synced).toMatchObject({
      label: 'Synced',
      details: `Purchase order PO-1 created in QuickBooks (Id ${synced.quickbooks?.id}): 6 devices in 3 lines, total 1,740.00.`,
    });
    expect(order).toMatchObject({
      DocNumber: 'PO-1',
      VendorRef: { value: SUPPLIER.Id },
      TxnDate: '2026-11-20',
      TotalAmt: 1740,
    });
    expect(depot.quickbooks.commits()).toEqual(['create Item', 'create PurchaseOrder']);
  });

  it('W2 invoices go from the app to QuickBooks', async () => {
    const { synced, invoice } = await sold(depot, 'I-2');
    expect(synced).toMatchObject({ label: 'Synced', quickbooks: { number: 'I-2' } });
    expect(invoice).toMatchObject({ CustomerRef: { value: METRO.Id }, TotalAmt: 1740 });
  });

  it('W4 setup starts with connecting; the configuration comes after the sign-in', async () => {
    const { client, simulator } = journey;
    const made = await client.createConnection({
      externalId: 'get-started',
      name: 'Phone Depot',
      profile: 'device-resale',
      returnUrl: RETURN_URL,
    });
    expect(made).toMatchObject({ status: 'new', actions: ['connect'] });
    const { realmId } = simulator.control.createCompany({ country: 'US', seed: 'new' });
    await walkThroughOAuth(made.connectUrl ?? '', realmId);
    expect(await client.connection(made.id)).toMatchObject({
      status: 'setup_incomplete',
      setupMissing: ['accounts.income', 'accounts.expense'],
    });
    await refresh(journey, made.id);
    await client.changeSettings(made.id, { accounts: ACCOUNTS });
    expect(await client.connection(made.id)).toMatchObject({
      status: 'connected',
      setupMissing: [],
    });
  });

  it('W5 Inventory Name is the product of every line; the device is its description', async () => {
    const at = await shop({ item: { genericName: 'Used phones' } });
    const { invoice } = await sold(at, 'I-5');
    expect(itemsOf(invoice)).toEqual(['Used phones']);
    expect(goodsOf(invoice)[0]).toMatchObject({
      Description: 'iPhone 13 128GB · Condition A',
    });
  });

  it('W6 Income Account is what invoice lines are coded to; any income account may be chosen', async () => {
    const at = await shop({ accounts: { ...ACCOUNTS, income: { name: 'Other Income' } } });
    const { invoice } = await sold(at, 'I-6');
    const { Id } = at.quickbooks.where('Account', 'Name', 'Other Income')[0] ?? {};
    expect(productsOf(at.quickbooks)).toMatchObject([{ IncomeAccountRef: { value: Id } }]);
    expect(itemsOf(invoice)).toEqual([PRODUCT]);
    const refusal = await refusalOf(change(at, { accounts: { income: ACCOUNTS.expense } }));
    expect(refusal.problem.errors?.map(({ field }) => field)).toEqual(['accounts.income']);
  });

  it('W7 Expense Account must be filled to save, Uncategorized Expense will do, and no invoice line uses it', async () => {
    const at = await shop({ accounts: {} });
    const refusal = await refusalOf(change(at, { accounts: { income: ACCOUNTS.income } }));
    expect(refusal).toMatchObject({
      status: 422,
      problem: { errors: [{ field: 'accounts.expense' }] },
    });
    await change(at, { accounts: ACCOUNTS });
    const { invoice } = await sold(at, 'I-7', oneDevice);
    expect(JSON.stringify(invoice)).not.toContain('Uncategorized Expense');
    expect(productsOf(at.quickbooks)).toMatchObject([
      { ExpenseAccountRef: { name: 'Uncategorized Expense' } },
    ]);
  });

  it('W8 purchase orders are sent as what is set, and stay what they were sent as', async () => {
    const at = await shop();
    await ordered(at, 'PO-8');
    await change(at, { purchaseOrdersAs: 'bill' });
    const { synced, order } = await ordered(at, 'PO-8b', 'Bill');
    expect(synced.details).toContain('Purchase order PO-8b created in QuickBooks as a bill (Id ');
    expect(order).toMatchObject({ DocNumber: 'PO-8b', TotalAmt: 1740 });
    // Clicked once more it is the same order still.
    await at.state('purchase_order', 'PO-8', deviceOrder('PO-8', LOT.slice(1)));
    await at.click('PO-8', 'purchase_order');
    await at.settled('purchase_order', 'PO-8');
    expect(at.quickbooks.all('PurchaseOrder')).toMatchObject([{ TotalAmt: 1430 }]);
    expect(at.quickbooks.all('Bill')).toHaveLength(1);
  });

  it('W8 a plan without purchase orders refuses them, and takes bills', async () => {
    const at = await shop({}, { company: { plan: 'essentials' } });
    await at.state('purchase_order', 'PO-8', deviceOrder('PO-8'));
    await at.click('PO-8', 'purchase_order');
    expect(await at.settled('purchase_order', 'PO-8', 'failed')).toMatchObject({
      reason: 'plan_lacks',
      details: 'The QuickBooks plan of this company has no purchase orders.',
    });
    expect(at.quickbooks.writes()).toBe(0);
    await change(at, { purchaseOrdersAs: 'bill' });
    await at.click('PO-8', 'purchase_order');
    await at.settled('purchase_order', 'PO-8');
    expect(at.quickbooks.where('Bill', 'DocNumber', 'PO-8')).toHaveLength(1);
  });

  it('W8 goes by itself, where that is wanted, once the plan is another one', async () => {
    const at = await shop({ releaseWhenFixed: true }, { company: { plan: 'essentials' } });
    await at.state('purchase_order', 'PO-8c', deviceOrder('PO-8c'));
    await at.click('PO-8c', 'purchase_order');
    await at.settled('purchase_order', 'PO-8c', 'failed');
    journey.simulator.control.changeCompany(at.realmId, { plan: 'plus' });
    await refresh(journey, at.id);
    await at.settled('purchase_order', 'PO-8c');
    expect(at.quickbooks.where('PurchaseOrder', 'DocNumber', 'PO-8c')).toHaveLength(1);
  });

  it('W9 a purchase order goes when Sync is clicked, and not before', async () => {
    depot.quickbooks.forget();
    const stated = await depot.state('purchase_order', 'PO-9', deviceOrder('PO-9', oneDevice));
    expect(stated).toMatchObject({
      status: 'not_ready',
      reason: 'waits_for_click',
      actions: ['sync'],
    });
    expect(depot.quickbooks.calls()).toEqual([]);
    await depot.click('PO-9', 'purchase_order');
    await depot.settled('purchase_order', 'PO-9');
    expect(depot.quickbooks.commits()).toEqual(['create PurchaseOrder']);
  });

  it.each([
    ['purchase_order', 'PurchaseOrder'],
    ['bill', 'Bill'],
  ] as const)(
    'W10 devices stand on a %s by model and condition',
    async (purchaseOrdersAs, entity) => {
      const at = await shop({ purchaseOrdersAs });
      const mixed = [...LOT, ...devices(1, IPHONE, 'B', '255.50')];
      const { synced, order } = await ordered(at, 'PO-10', entity, mixed);
      expect(goodsLines(order)).toEqual([
        '3 × 310 = 930: iPhone 13 128GB · Condition A',
        '1 × 785.5 = 785.5: iPhone 13 128GB · Condition B · 3 devices (2 × 265.00, 1 × 255.50)',
        '1 × 280 = 280: Galaxy S22 256GB · Condition A',
      ]);
      expect(order).toMatchObject({ TotalAmt: 1995.5 });
      expect(synced.details).toContain(': 7 devices in 3 lines, total 1,995.50.');
    },
  );

  it('W11 nothing but one product is made, and never an inventory item', async () => {
    const at = await shop();
    await sold(at, 'I-11');
    await ordered(at, 'PO-11');
    await sold(at, 'I-11b', devices(4, 'Pixel 8', 'C', '150.00'));
    expect(productsOf(at.quickbooks)).toMatchObject([{ Name: PRODUCT, Type: 'Service' }]);
  });

  it('W12 the name of that product may be changed: what was sent keeps the old one', async () => {
    const at = await shop();
    const before = await sold(at, 'I-12', oneDevice);
    await change(at, { item: { genericName: 'Phones' } });
    const after = await sold(at, 'I-12b', oneDevice);
    // The first is what the settings say; another one beside it is worth a word.
    expect(before.synced.warnings).toEqual([]);
    expect(after.synced.warnings).toEqual([
      { name: 'created', params: { type: 'product', name: 'Phones' } },
    ]);
    expect(after.synced.details).toContain('Created 1 product: Phones.');
    await ordered(at, 'PO-12');
    expect([itemsOf(before.invoice), itemsOf(after.invoice)]).toEqual([[PRODUCT], ['Phones']]);
    // Back again: nothing is made that is there.
    await change(at, { item: { genericName: PRODUCT } });
    await sold(at, 'I-12c', oneDevice);
    expect(productsOf(at.quickbooks).map(({ Name }) => Name)).toEqual([PRODUCT, 'Phones']);
  });

  it('W12 a product that was renamed in QuickBooks is not made again under its old name', async () => {
    const at = await shop();
    await sold(at, 'I-12', oneDevice);
    const [product] = productsOf(at.quickbooks);
    at.quickbooks.edit('Item', String(product?.['Id']), { Name: 'Phones' });
    await change(at, { item: { genericName: 'Phones' } });
    const { invoice } = await sold(at, 'I-12b', oneDevice);
    expect(goodsOf(invoice)[0]?.ItemRef).toMatchObject({ value: product?.['Id'] });
    expect(productsOf(at.quickbooks)).toHaveLength(1);
  });

  it('W11 W12 the product stays the one of all lines under whatever name it gets in QuickBooks', async () => {
    const at = await shop();
    await sold(at, 'I-12', oneDevice);
    const [product] = productsOf(at.quickbooks);
    at.quickbooks.edit('Item', String(product?.['Id']), { Name: 'Handsets' });
    await refresh(journey, at.id, ['item']);
    const { synced, invoice } = await sold(at, 'I-12b', oneDevice);
    expect(goodsOf(invoice)[0]?.ItemRef).toEqual({ value: product?.['Id'], name: 'Handsets' });
    expect(synced).toMatchObject({ label: 'Synced', warnings: [] });
    await ordered(at, 'PO-12');
    // So it does for an account that comes to the company later, and under its new name in the settings.
    const other = await journey.connect({
      profile: 'device-resale',
      realmId: at.realmId,
      settings: { accounts: ACCOUNTS },
    });
    await journey.client.state(other.id, 'invoice', 'I-12c', deviceInvoice('I-12c', oneDevice));
    await journey.client.sync(other.id, 'invoice', 'I-12c');
    await waitForStatus(journey, other.id, 'invoice', 'I-12c', 'synced');
    await change(at, { item: { genericName: 'Handsets' } });
    await sold(at, 'I-12d', oneDevice);
    expect(productsOf(at.quickbooks)).toHaveLength(1);
  });

  it('W12 a product that was retired in QuickBooks gives way to another one of the name', async () => {
    const at = await shop();
    await sold(at, 'I-12', oneDevice);
    const [product] = productsOf(at.quickbooks);
    at.quickbooks.edit('Item', String(product?.['Id']), { Active: false });
    await refresh(journey, at.id, ['item']);
    await at.state('invoice', 'I-12b', deviceInvoice('I-12b', oneDevice));
    await at.click('I-12b');
    expect(await at.settled('invoice', 'I-12b', 'failed')).toMatchObject({
      reason: 'record_inactive',
    });
    const { Id: _, Active: __, ...twin } = product ?? {};
    const successor = at.quickbooks.add('Item', { ...twin, Name: PRODUCT });
    await refresh(journey, at.id, ['item']);
    const { invoice } = await sold(at, 'I-12c', oneDevice);
    expect(goodsOf(invoice)[0]?.ItemRef).toMatchObject({ value: successor });
  });

  it('W13 the description is made of the attributes, as it is set', async () => {
    const at = await shop({
      item: {
        groupBy: ['model', 'condition', 'color'],
        description: '{model} {color} · Condition {condition} · IMEI {imei}',
      },
    });
    const said = (attributes: Record<string, string>) =>
      oneDevice.map((one) => ({ ...one, attributes: { ...one.attributes, ...attributes } }));
    const lines = [...said({ color: 'Blue', imei: '356938035643809' }), ...said({ color: 'Red' })];
    const { invoice } = await sold(at, 'I-13', lines);
    expect(goodsOf(invoice).map(({ Description }) => Description)).toEqual([
      'iPhone 13 128GB Blue · Condition A · IMEI 356938035643809',
      'iPhone 13 128GB Red · Condition A',
    ]);
  });

  it('W14 an invoice goes when Sync is clicked; the next click updates the same one', async () => {
    depot.quickbooks.forget();
    expect(await depot.state('invoice', 'I-14', deviceInvoice('I-14', LOT))).toMatchObject({
      reason: 'waits_for_click',
      actions: ['sync'],
    });
    expect(depot.quickbooks.calls()).toEqual([]);
    const first = await sold(depot, 'I-14');
    // A change waits for the next click.
    await depot.state('invoice', 'I-14', deviceInvoice('I-14', LOT.slice(1)));
    expect(depot.quickbooks.commits()).toEqual(['create Invoice']);
    const second = await sold(depot, 'I-14', LOT.slice(1));
    expect(second.synced.quickbooks?.id).toBe(first.synced.quickbooks?.id);
    expect(second.invoice).toMatchObject({ TotalAmt: 1430 });
    expect(depot.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(depot.quickbooks.where('Invoice', 'DocNumber', 'I-14')).toHaveLength(1);
  });

  it('W15 it is in QuickBooks at once, by model and condition', async () => {
    await depot.state('invoice', 'I-15', deviceInvoice('I-15', LOT));
    const clicked = await depot.click('I-15');
    expect(['queued', 'syncing', 'synced']).toContain(clicked.status);
    const { quickbooks, history } = await depot.settled('invoice', 'I-15');
    expect(history.map(({ status }) => status)).not.toContain('waiting');
    expect(goodsLines(depot.quickbooks.one('Invoice', quickbooks?.id))).toHaveLength(3);
  });

  it('W17 a disconnect on QuickBooks’ Apps page is noticed with the next call, and nothing is lost', async () => {
    const at = await shop();
    await sold(at, 'I-17', oneDevice);
    journey.simulator.control.act(at.realmId, { do: 'disconnect' });
    await at.state('invoice', 'I-17b', deviceInvoice('I-17b', oneDevice));
    await at.click('I-17b');
    expect(await at.settled('invoice', 'I-17b', 'waiting')).toMatchObject({
      label: 'Paused',
      reason: 'reconnect_needed',
    });
    expect(await journey.client.connection(at.id)).toMatchObject({
      status: 'disconnected_in_quickbooks',
    });
    const { connectUrl } = await journey.client.connectLink(at.id);
    await walkThroughOAuth(connectUrl ?? '', at.realmId);
    await at.settled('invoice', 'I-17b');
    const again = await sold(at, 'I-17', devices(1, IPHONE, 'A', '299.00'));
    expect(again.invoice).toMatchObject({ TotalAmt: 299 });
    expect(at.quickbooks.all('Invoice')).toHaveLength(2);
  });
});

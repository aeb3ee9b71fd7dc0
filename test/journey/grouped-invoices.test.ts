import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { type Account, account } from '../product/profile.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';

// A shop states every device by itself; its books get a line per model and condition, all of one
// product. The whole way through HTTP.

const METRO = { Id: '21', DisplayName: 'Metro Phones Inc' };
const ACCOUNTS = {
  income: { name: 'Sales of Product Income' },
  expense: { name: 'Cost of Goods Sold' },
};

type LineInput = InvoiceInput['lines'][number];

function devices(count: number, model: string, condition: string, price: string): LineInput[] {
  return Array.from({ length: count }, () => ({
    name: model.split(' ').slice(0, 2).join(' '),
    quantity: '1',
    unitPrice: price,
    amount: price,
    attributes: { model, condition },
  }));
}

const IPHONE = 'iPhone 13 128GB';
const GALAXY = 'Galaxy S22 256GB';
const LOT = [
  ...devices(2, IPHONE, 'A', '310.00'),
  ...devices(1, IPHONE, 'B', '265.00'),
  ...devices(1, GALAXY, 'A', '280.00'),
  ...devices(1, IPHONE, 'A', '310.00'),
  ...devices(1, IPHONE, 'B', '265.00'),
];

function invoiceOf(number: string, lines: LineInput[], over: Partial<InvoiceInput> = {}) {
  const cents = lines.reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0);
  const total = (cents / 100).toFixed(2);
  return anInvoice({ number, customer: { name: METRO.DisplayName }, lines, total, ...over });
}

interface SoldLine {
  Amount: number;
  Description: string;
  SalesItemLineDetail?: { ItemRef: { name: string }; Qty: number; UnitPrice: number };
}

function soldLines({ quickbooks }: Account, id: string | undefined) {
  const lines = quickbooks.one('Invoice', id)['Line'] as unknown as SoldLine[];
  return lines.flatMap(({ SalesItemLineDetail: detail, ...line }) =>
    detail === undefined ? [] : [{ ...line, ...detail }],
  );
}

/** Lines as "quantity × price = amount: description". */
const linesOf = (at: Account, id: string | undefined): string[] =>
  soldLines(at, id).map(
    ({ Qty, UnitPrice, Amount, Description }) =>
      `${Qty} × ${UnitPrice} = ${Amount}: ${Description}`,
  );

const itemsOf = (at: Account, id: string | undefined): string[] =>
  soldLines(at, id).map(({ ItemRef }) => ItemRef.name);

/** Products beside the two every company has. */
const productsOf = ({ quickbooks }: Account): JsonObject[] =>
  quickbooks.all('Item').filter(({ Name }) => Name !== 'Services' && Name !== 'Hours');

describe('invoices of devices', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const shop = (lists: Record<string, JsonObject[]> = {}, settings: SettingsInput = {}) =>
    account(journey, {
      profile: 'device-resale',
      lists: { Customer: [METRO], ...lists },
      settings: { accounts: ACCOUNTS, ...settings },
    });

  async function clicked(at: Account, invoice: InvoiceInput, status = 'synced') {
    await at.state('invoice', invoice.number, invoice);
    await at.click(invoice.number);
    return at.settled('invoice', invoice.number, status);
  }

  it('are sent on the click, a line per model and condition, all of one product', async () => {
    const depot = await shop();
    await depot.state('invoice', '5521', invoiceOf('5521', LOT));
    expect(await depot.settled('invoice', '5521', 'not_ready')).toBeDefined();
    expect(depot.quickbooks.writes()).toBe(0);

    const first = await clicked(depot, invoiceOf('5521', LOT));
    const id = first.quickbooks?.id;
    expect(first).toMatchObject({
      label: 'Synced',
      details: `Invoice 5521 created in QuickBooks (Id ${id}): 6 devices in 3 lines, total 1,740.00.`,
    });
    expect(linesOf(depot, id)).toEqual([
      '3 × 310 = 930: iPhone 13 128GB · Condition A',
      '2 × 265 = 530: iPhone 13 128GB · Condition B',
      '1 × 280 = 280: Galaxy S22 256GB · Condition A',
    ]);
    expect(depot.quickbooks.one('Invoice', id)).toMatchObject({ TotalAmt: 1740 });
    expect(itemsOf(depot, id)).toEqual(Array(3).fill('WholeCell Inventory'));

    const second = await clicked(depot, invoiceOf('5522', devices(1, IPHONE, 'A', '300.00')));
    expect(second.details).toBe(
      `Invoice 5522 created in QuickBooks (Id ${second.quickbooks?.id}): 1 device in 1 line, total 300.00.`,
    );
    expect(productsOf(depot)).toMatchObject([
      { Name: 'WholeCell Inventory', Type: 'Service', IncomeAccountRef: { value: '79' } },
    ]);
    expect(depot.quickbooks.commits()).toEqual(['create Item', 'create Invoice', 'create Invoice']);
  });

  it('of mixed prices keep the amount to the cent and say what was in it', async () => {
    const depot = await shop();
    const pair = devices(2, IPHONE, 'A', '310.00');
    const even = await clicked(
      depot,
      invoiceOf('M-1', [...pair, ...devices(1, IPHONE, 'A', '295.00')]),
    );
    expect(linesOf(depot, even.quickbooks?.id)).toEqual([
      '3 × 305 = 915: iPhone 13 128GB · Condition A (2 × 310.00, 1 × 295.00)',
    ]);
    const uneven = [...pair, ...devices(1, IPHONE, 'A', '300.00')];
    const odd = await clicked(depot, invoiceOf('M-2', uneven));
    expect(linesOf(depot, odd.quickbooks?.id)).toEqual([
      '1 × 920 = 920: iPhone 13 128GB · Condition A · 3 devices (2 × 310.00, 1 × 300.00)',
    ]);
    expect(odd.details).toContain(': 3 devices in 1 line, total 920.00.');

    await journey.client.changeSettings(depot.id, { item: { onePerPrice: true } });
    const apart = await clicked(depot, invoiceOf('M-3', uneven));
    expect(linesOf(depot, apart.quickbooks?.id)).toEqual([
      '2 × 310 = 620: iPhone 13 128GB · Condition A',
      '1 × 300 = 300: iPhone 13 128GB · Condition A',
    ]);
  });

  it('are previewed as they are sent, and updated in place', async () => {
    const depot = await shop();
    const shown = await journey.client.preview(depot.id, 'invoice', 'P-1', invoiceOf('P-1', LOT));
    expect(shown).toMatchObject({
      details: 'Invoice P-1 created in QuickBooks (Id new): 6 devices in 3 lines, total 1,740.00.',
      creates: [{ type: 'product', name: 'WholeCell Inventory' }],
    });
    const first = await clicked(depot, invoiceOf('P-1', LOT));
    const { details, quickbooks } = await clicked(depot, invoiceOf('P-1', LOT.slice(1)));
    expect(quickbooks?.id).toBe(first.quickbooks?.id);
    expect(details).toBe(
      `Invoice P-1 updated in QuickBooks (Id ${quickbooks?.id}): 5 devices in 3 lines, total 1,430.00.`,
    );
    expect(linesOf(depot, quickbooks?.id)[0]).toBe('2 × 310 = 620: iPhone 13 128GB · Condition A');
    expect(depot.quickbooks.all('Invoice')).toHaveLength(1);
  });

  it('whose answer was lost are found again', async () => {
    const depot = await shop({}, { unknownOutcome: { first: 'look_up' }, provenanceMark: false });
    journey.simulator.control.addFault({
      match: { realm: depot.realmId, entity: 'Invoice', operation: 'create' },
      at: 'after_commit',
      do: 'drop',
      count: 1,
    });
    const found = await clicked(depot, invoiceOf('L-1', LOT));
    expect(found.warnings).toEqual([{ name: 'adopted' }]);
    expect(found.details).toContain('6 devices in 3 lines, total 1,740.00.');
    expect(found.money).toMatchObject({ difference: '0.00' });
    expect(depot.quickbooks.all('Invoice')).toHaveLength(1);
  });

  it('name the line of the app where something is wrong with one', async () => {
    const depot = await shop({}, { tax: 'as_billed' });
    const fee: LineInput = {
      name: 'Delivery',
      quantity: '1',
      unitPrice: '15.00',
      amount: '15.00',
      account: { name: 'Shipping' },
    };
    const wrong = await clicked(depot, invoiceOf('W-1', [...LOT, fee]), 'failed');
    expect(wrong).toMatchObject({ reason: 'invalid_field', params: { field: 'lines.6.account' } });
    const { account: _, ...right } = fee;
    const sent = await clicked(depot, invoiceOf('W-1', [...LOT, right]));
    expect(linesOf(depot, sent.quickbooks?.id).at(-1)).toBe('1 × 15 = 15: Delivery');
    expect(sent.details).toContain(': 6 devices in 4 lines, total 1,755.00.');
  });

  it('keep the tax codes of a country apart, and what each line is taxed by', async () => {
    const depot = await account(journey, {
      profile: 'device-resale',
      company: { country: 'GB' },
      lists: { Customer: [METRO] },
      settings: { accounts: {}, tax: 'as_billed' },
    });
    const taxed = LOT.map((line, index) => ({
      ...line,
      taxCode: { name: index === 4 ? '0.0% Z' : '20.0% S' },
      taxAmount: index === 4 ? '0.00' : (Number(line.amount) / 5).toFixed(2),
    }));
    const sent = await clicked(
      depot,
      invoiceOf('T-1', taxed, { tax: { total: '286.00' }, total: '2026.00' }),
    );
    expect(sent).toMatchObject({ label: 'Synced', money: { difference: '0.00' } });
    expect(linesOf(depot, sent.quickbooks?.id)).toEqual([
      '2 × 310 = 620: iPhone 13 128GB · Condition A',
      '2 × 265 = 530: iPhone 13 128GB · Condition B',
      '1 × 280 = 280: Galaxy S22 256GB · Condition A',
      '1 × 310 = 310: iPhone 13 128GB · Condition A',
    ]);
  });

  it('fold discount and tax into the lines that are written', async () => {
    const depot = await shop({}, { tax: 'fold' });
    const sent = await clicked(
      depot,
      invoiceOf('F-1', LOT, {
        discount: '174.00',
        taxMode: 'exclusive',
        tax: { total: '129.20' },
        total: '1695.20',
      }),
    );
    const amounts = linesOf(depot, sent.quickbooks?.id).map((line) => line.split(/ = |:/)[1]);
    expect(amounts).toEqual(['906.06', '516.35', '272.79']);
    expect(depot.quickbooks.one('Invoice', sent.quickbooks?.id)).toMatchObject({
      TotalAmt: 1695.2,
    });
  });

  it('of thousands of devices are a few lines', async () => {
    const depot = await shop();
    const many = [...devices(6_000, 'M', 'A', '1'), ...devices(4_000, 'M', 'B', '1')];
    const sent = await clicked(depot, invoiceOf('K-1', many));
    expect(sent.details).toContain(': 10,000 devices in 2 lines, total 10,000.00.');
  });
});

describe('the one product of all lines', () => {
  let journey: Journey;
  beforeAll(async () => {
    journey = await startJourney({ idle: true });
    // Two workers: neither may make what the other one is making.
    journey.startWorker();
    journey.startWorker();
  });
  afterAll(() => journey?.close());

  const shop = (settings: SettingsInput = {}, lists: Record<string, JsonObject[]> = {}) =>
    account(journey, {
      profile: 'device-resale',
      lists: { Customer: [METRO], ...lists },
      settings: { start: 'automatic', accounts: ACCOUNTS, ...settings },
    });

  const product = (Type: string, over: JsonObject = {}) => ({
    Id: '500',
    Name: 'WholeCell Inventory',
    Type,
    ...(Type === 'Category' ? {} : { IncomeAccountRef: { value: '79' } }),
    ...over,
  });
  const send = (at: Account, number: string) =>
    at.state('invoice', number, invoiceOf(number, devices(1, IPHONE, 'A', '10.00')));
  const namesOf = (at: Account) => productsOf(at).map(({ Name }) => Name);

  it('is made once for all documents, and once more under another name', async () => {
    const depot = await shop();
    await journey.client.stateMany(
      depot.id,
      Array.from({ length: 100 }, (_, index) => ({
        kind: 'invoice' as const,
        externalId: `N-${index}`,
        document: invoiceOf(`N-${index}`, devices(2, IPHONE, 'A', '10.00')),
      })),
    );
    for (let index = 0; index < 100; index += 1) await depot.settled('invoice', `N-${index}`);
    expect(depot.quickbooks.all('Invoice')).toHaveLength(100);
    expect(namesOf(depot)).toEqual(['WholeCell Inventory']);

    await journey.client.changeSettings(depot.id, { item: { genericName: 'Used phones' } });
    for (const number of ['N-100', 'N-101', 'N-102']) await send(depot, number);
    for (const number of ['N-100', 'N-101', 'N-102']) await depot.settled('invoice', number);
    expect(namesOf(depot)).toEqual(['WholeCell Inventory', 'Used phones']);

    // What nobody states again keeps its product; what is stated again gets the one of now.
    const soldBy = (number: string) => {
      const [invoice] = depot.quickbooks.where('Invoice', 'DocNumber', number);
      return itemsOf(depot, String(invoice?.['Id']));
    };
    await depot.state('invoice', 'N-1', invoiceOf('N-1', devices(1, IPHONE, 'A', '10.00')));
    await depot.settled('invoice', 'N-1');
    expect([soldBy('N-0'), soldBy('N-1')]).toEqual([['WholeCell Inventory'], ['Used phones']]);

    await journey.client.changeSettings(depot.id, { item: { genericName: 'WholeCell Inventory' } });
    await send(depot, 'N-103');
    await depot.settled('invoice', 'N-103');
    expect(namesOf(depot)).toHaveLength(2);
  });

  it('is shared by accounts of one company that call it alike', async () => {
    const depot = await shop();
    const outlet = await journey.connect({
      profile: 'device-resale',
      realmId: depot.realmId,
      settings: { start: 'automatic', accounts: ACCOUNTS },
    });
    const third = await journey.connect({
      profile: 'device-resale',
      realmId: depot.realmId,
      settings: { start: 'automatic', accounts: ACCOUNTS, item: { genericName: 'Outlet' } },
    });
    const ids = [depot.id, outlet.id, third.id];
    const stated = invoiceOf('S-1', devices(1, IPHONE, 'A', '10.00'));
    await Promise.all(
      ids.map((id, index) =>
        journey.client.state(id, 'invoice', 'S-1', { ...stated, number: `S-${index}` }),
      ),
    );
    for (const id of ids) await waitForStatus(journey, id, 'invoice', 'S-1', 'synced');
    expect(namesOf(depot).sort()).toEqual(['Outlet', 'WholeCell Inventory']);
  });

  it('may be there already, and is bought by the expense account where it is made', async () => {
    const known = await shop({}, { Item: [product('NonInventory')] });
    await send(known, 'E-1');
    await known.settled('invoice', 'E-1');
    expect(known.quickbooks.commits()).toEqual(['create Invoice']);

    const made = await shop();
    await send(made, 'E-2');
    await made.settled('invoice', 'E-2');
    expect(productsOf(made)).toMatchObject([
      { Type: 'Service', IncomeAccountRef: { value: '79' }, ExpenseAccountRef: { value: '80' } },
    ]);
  });

  const STOCK = {
    TrackQtyOnHand: true,
    QtyOnHand: 3,
    InvStartDate: '2026-01-01',
    AssetAccountRef: { value: '81' },
    ExpenseAccountRef: { value: '80' },
  };

  it('is never an inventory item, nor a category', async () => {
    const refused = [
      [product('Inventory', STOCK), 'stock item'],
      [product('Category'), 'category'],
    ] as const;
    for (const [item, type] of refused) {
      const depot = await shop({}, { Item: [item] });
      await send(depot, 'I-1');
      expect(await depot.settled('invoice', 'I-1', 'failed')).toMatchObject({
        reason: 'item_not_sold',
        params: { name: 'WholeCell Inventory', type },
      });
      expect(depot.quickbooks.commits()).toEqual([]);
    }
  });

  it('is not made beside an inventory item that someone adds meanwhile', async () => {
    const depot = await shop();
    depot.quickbooks.add('Item', product('Inventory', STOCK));
    await send(depot, 'I-2');
    expect(await depot.settled('invoice', 'I-2', 'failed')).toMatchObject({
      reason: 'item_not_sold',
    });
    expect(depot.quickbooks.commits()).not.toContain('create Invoice');
    expect(namesOf(depot)).toEqual(['WholeCell Inventory']);
  });

  it('is told where it posts elsewhere, and refused where that is set', async () => {
    const lists = { Item: [product('Service', { IncomeAccountRef: { value: '82' } })] };
    const lenient = await shop({}, lists);
    await refresh(journey, lenient.id);
    await send(lenient, 'O-1');
    expect(await lenient.settled('invoice', 'O-1')).toMatchObject({
      warnings: [{ name: 'other_account', params: { wanted: 'Sales of Product Income' } }],
    });
    const strict = await shop({ item: { otherAccount: 'fail' } }, lists);
    await send(strict, 'O-2');
    expect(await strict.settled('invoice', 'O-2', 'failed')).toMatchObject({
      reason: 'other_account',
      params: { name: 'WholeCell Inventory' },
    });
  });
});

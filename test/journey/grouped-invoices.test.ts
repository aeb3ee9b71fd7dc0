import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceInput } from '../../src/contract/documents/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { JsonObject } from '../../src/simulator/index.js';
import { type Account, account } from '../product/profile.js';
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
} from '../support/devices.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';

// A shop states every device by itself; its books get a line per model and condition, all of one
// product. The whole way through HTTP.

const ACCOUNTS = {
  income: { name: 'Sales of Product Income' },
  expense: { name: 'Cost of Goods Sold' },
};

const itemsOf = ({ quickbooks }: Account, id: string | undefined): string[] =>
  goodsOf(quickbooks.one('Invoice', id)).map(({ ItemRef }) => ItemRef.name);

const linesOf = ({ quickbooks }: Account, id: string | undefined): string[] =>
  goodsLines(quickbooks.one('Invoice', id));

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

  it('are previewed as they are sent, and updated in place', async () => {
    const depot = await shop();
    const shown = await journey.client.preview(
      depot.id,
      'invoice',
      'P-1',
      deviceInvoice('P-1', LOT),
    );
    expect(shown).toMatchObject({
      details: 'Invoice P-1 created in QuickBooks (Id new): 6 devices in 3 lines, total 1,740.00.',
      creates: [{ type: 'product', name: 'WholeCell Inventory' }],
    });
    const first = await clicked(depot, deviceInvoice('P-1', LOT));
    const { details, quickbooks } = await clicked(depot, deviceInvoice('P-1', LOT.slice(1)));
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
    const found = await clicked(depot, deviceInvoice('L-1', LOT));
    expect(found.warnings).toEqual([{ name: 'adopted' }]);
    expect(found.details).toContain('6 devices in 3 lines, total 1,740.00.');
    expect(found.money).toMatchObject({ difference: '0.00' });
    expect(depot.quickbooks.all('Invoice')).toHaveLength(1);
  });

  it('name the line of the app where something is wrong with one', async () => {
    const depot = await shop({}, { tax: 'as_billed' });
    const fee: DeviceLine = {
      name: 'Delivery',
      quantity: '1',
      unitPrice: '15.00',
      amount: '15.00',
      account: { name: 'Shipping' },
    };
    const wrong = await clicked(depot, deviceInvoice('W-1', [...LOT, fee]), 'failed');
    expect(wrong).toMatchObject({ reason: 'invalid_field', params: { field: 'lines.6.account' } });
    const { account: _, ...right } = fee;
    const sent = await clicked(depot, deviceInvoice('W-1', [...LOT, right]));
    expect(linesOf(depot, sent.quickbooks?.id).at(-1)).toBe('1 × 15 = 15: Delivery');
    expect(sent.details).toContain(': 6 devices in 4 lines, total 1,755.00.');
  });

  it('keep the tax codes of a country apart, and what each line is taxed by', async () => {
    const depot = await account(journey, {
      profile: 'device-resale',
      company: { country: 'GB' },
      lists: { Customer: [METRO] },
      settings: { accounts: ACCOUNTS, tax: 'as_billed' },
    });
    const taxed = LOT.map((line, index) => ({
      ...line,
      taxCode: { name: index === 4 ? '0.0% Z' : '20.0% S' },
      taxAmount: index === 4 ? '0.00' : (Number(line.amount) / 5).toFixed(2),
    }));
    const sent = await clicked(
      depot,
      deviceInvoice('T-1', taxed, { tax: { total: '286.00' }, total: '2026.00' }),
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
      deviceInvoice('F-1', LOT, {
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
    const sent = await clicked(depot, deviceInvoice('K-1', many));
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
    at.state('invoice', number, deviceInvoice(number, devices(1, IPHONE, 'A', '10.00')));
  const namesOf = (at: Account) => productsOf(at.quickbooks).map(({ Name }) => Name);

  it('is made once for all documents, and once more under another name', async () => {
    const depot = await shop();
    await journey.client.stateMany(
      depot.id,
      Array.from({ length: 100 }, (_, index) => ({
        kind: 'invoice' as const,
        externalId: `N-${index}`,
        document: deviceInvoice(`N-${index}`, devices(2, IPHONE, 'A', '10.00')),
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
    await depot.state('invoice', 'N-1', deviceInvoice('N-1', devices(1, IPHONE, 'A', '10.00')));
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
    const stated = deviceInvoice('S-1', devices(1, IPHONE, 'A', '10.00'));
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
    expect(productsOf(made.quickbooks)).toMatchObject([
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

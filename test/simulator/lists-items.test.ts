import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});
afterEach(() => company.close());

const SERVICE = { Name: 'Survey', Type: 'Service', IncomeAccountRef: { value: '79' } };
const STOCK = {
  Name: 'Crate',
  Type: 'Inventory',
  TrackQtyOnHand: true,
  QtyOnHand: 10,
  InvStartDate: '2026-01-15',
  IncomeAccountRef: { value: '79' },
  ExpenseAccountRef: { value: '80' },
  AssetAccountRef: { value: '81' },
};

async function make(body: JsonObject): Promise<JsonObject> {
  return answered(await company.post('item', body), 'Item');
}

const refusal = async (body: JsonObject) => codes(await company.post('item', body));

describe('an item', () => {
  it('is answered with its defaults, in the recorded order', async () => {
    const made = await make(SERVICE);
    expect(made).toMatchObject({
      Taxable: false,
      UnitPrice: 0,
      PurchaseCost: 0,
      TrackQtyOnHand: false,
      DeferredRevenue: false,
      IncomeAccountRef: { value: '79', name: 'Sales of Product Income' },
    });
    expect(Object.keys(made)).toEqual([
      'Name',
      'Active',
      'FullyQualifiedName',
      'Taxable',
      'UnitPrice',
      'Type',
      'IncomeAccountRef',
      'PurchaseCost',
      'TrackQtyOnHand',
      'DeferredRevenue',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
    ]);
  });

  it('says nothing of deferred revenue in a query', async () => {
    const { Id } = await make(SERVICE);
    const rows = list(await company.query(`select * from Item where Id = '${Id}'`), 'Item');
    expect(rows[0]).toMatchObject({ Name: 'Survey' });
    expect(rows[0]).not.toHaveProperty('DeferredRevenue');
  });

  it('has a name no other has', async () => {
    await make(SERVICE);
    const reply = await company.post('item', { ...SERVICE, Name: 'survey' });
    expect(codes(reply)).toEqual(['6240']);
    expect(reply.text).toContain('Another product or service is already using this');
  });

  it('that is no stock has no members of stock', async () => {
    expect(await refusal({ ...SERVICE, QtyOnHand: 4 })).toEqual(['2010']);
    expect(await refusal({ ...SERVICE, Type: 'NonInventory', InvStartDate: '2026-01-01' })).toEqual(
      ['2010'],
    );
  });

  it.each(['TrackQtyOnHand', 'QtyOnHand', 'InvStartDate', 'AssetAccountRef', 'ExpenseAccountRef'])(
    'that is stock needs %s',
    async (member) => {
      expect(await refusal({ ...STOCK, [member]: null })).toContain('2020');
    },
  );

  it('that is stock stays stock', async () => {
    const { Id, SyncToken } = await make(STOCK);
    const change = { Id, SyncToken, sparse: true, TrackQtyOnHand: false };
    expect(await refusal(change)).toContain('6000');
  });

  it('has accounts of the right type', async () => {
    expect(await refusal({ ...SERVICE, IncomeAccountRef: { value: '35' } })).toEqual(['6430']);
    expect(await refusal({ ...STOCK, AssetAccountRef: { value: '35' } })).toEqual(['6430']);
  });
});

describe('a category', () => {
  it('holds items and categories, and nothing else does', async () => {
    const trees = await make({ Name: 'Trees', Type: 'Category' });
    expect(trees).not.toHaveProperty('UnitPrice');
    const below = { SubItem: true, ParentRef: { value: trees['Id'], name: 'Trees' } };
    const cedar = await make({ Name: 'Cedar', Type: 'Category', ...below });
    expect(cedar).toMatchObject({
      FullyQualifiedName: 'Trees:Cedar',
      Level: 1,
      SubItem: true,
      ParentRef: { value: trees['Id'], name: 'Trees' },
    });
    const item = await make({ ...SERVICE, ...below });
    expect(item['FullyQualifiedName']).toBe('Trees:Survey');
    const other = { ...SERVICE, Name: 'Other', ParentRef: { value: item['Id'] } };
    expect(await refusal(other)).toEqual(['700']);
    expect(await refusal({ ...SERVICE, Name: 'Other', SubItem: true })).toEqual(['2020']);
  });

  it('has neither a price nor an account', async () => {
    const category = { Name: 'Trees', Type: 'Category' };
    expect(await refusal({ ...category, UnitPrice: 5 })).toEqual(['2010']);
    expect(await refusal({ ...category, IncomeAccountRef: { value: '79' } })).toEqual(['2010']);
  });

  it('takes all that is below along when it is renamed', async () => {
    const trees = await make({ Name: 'Trees', Type: 'Category' });
    const ParentRef = { value: trees['Id'] };
    const cedar = await make({ Name: 'Cedar', Type: 'Category', ParentRef });
    const seed = await make({ ...SERVICE, Name: 'Seed', ParentRef: { value: cedar['Id'] } });
    const { Id, SyncToken } = trees;
    await make({ Id, SyncToken, sparse: true, Name: 'Woods' });
    const after = answered(await company.get(`item/${seed['Id']}`), 'Item');
    expect(after).toMatchObject({ FullyQualifiedName: 'Woods:Cedar:Seed', Level: 2 });
  });
});

describe('a bundle', () => {
  it('can be read, and is made by people only', async () => {
    expect(await refusal({ Name: 'Set', Type: 'Group' })).toEqual(['500']);
    company.simulator.control.load(company.realmId, {
      Item: [
        {
          Id: '900',
          Name: 'Set',
          Type: 'Group',
          ItemGroupDetail: { ItemGroupLine: [{ Qty: 2, ItemRef: { value: '3' } }] },
        },
      ],
    });
    const read = answered(await company.get('item/900'), 'Item');
    expect(read).toMatchObject({ Type: 'Group', Name: 'Set' });
    expect(await refusal({ Id: '900', SyncToken: '0', sparse: true, Sku: 'S' })).toEqual(['500']);
  });
});

describe('stock', () => {
  const sell = (id: unknown, Qty: number, rest: JsonObject = {}) =>
    company.post('invoice', {
      CustomerRef: { value: '1' },
      Line: [saleLine(String(id), Qty * 3, { Qty, UnitPrice: 3 })],
      ...rest,
    });
  const onHand = async (id: unknown) =>
    answered(await company.get(`item/${id}`), 'Item')['QtyOnHand'];

  it('goes down with a sale and comes back when it is changed, voided or deleted', async () => {
    const { Id } = await make(STOCK);
    const invoice = answered(await sell(Id, 4), 'Invoice');
    expect(await onHand(Id)).toBe(6);
    const less = [saleLine(String(Id), 3, { Qty: 1, UnitPrice: 3 })];
    const change = { Id: invoice['Id'], SyncToken: invoice['SyncToken'], sparse: true, Line: less };
    const changed = answered(await company.post('invoice', change), 'Invoice');
    expect(await onHand(Id)).toBe(9);
    const { SyncToken } = changed;
    await company.post('invoice?operation=void', { Id: invoice['Id'], SyncToken });
    expect(await onHand(Id)).toBe(10);
    const second = answered(await sell(Id, 2.5), 'Invoice');
    expect(await onHand(Id)).toBe(7.5);
    await company.post('invoice?operation=delete', {
      Id: second['Id'],
      SyncToken: second['SyncToken'],
    });
    expect(await onHand(Id)).toBe(10);
  });

  it('goes up with a bill, and not with an order or an estimate', async () => {
    const { Id } = await make(STOCK);
    const bought = {
      Amount: 6,
      DetailType: 'ItemBasedExpenseLineDetail',
      ItemBasedExpenseLineDetail: { ItemRef: { value: Id }, Qty: 3, UnitPrice: 2 },
    };
    const vendors = list(await company.query('select * from Vendor maxresults 1'), 'Vendor');
    const VendorRef = { value: vendors[0]?.['Id'] };
    const order = { VendorRef, APAccountRef: { value: '33' }, Line: [bought] };
    expect((await company.post('purchaseorder', order)).status).toBe(200);
    const estimate = {
      CustomerRef: { value: '1' },
      Line: [saleLine(String(Id), 3, { Qty: 1, UnitPrice: 3 })],
    };
    expect((await company.post('estimate', estimate)).status).toBe(200);
    expect(await onHand(Id)).toBe(10);
    expect((await company.post('bill', { VendorRef, Line: [bought] })).status).toBe(200);
    expect(await onHand(Id)).toBe(13);
  });

  it('cannot be sold before it begins', async () => {
    const { Id } = await make(STOCK);
    expect(codes(await sell(Id, 1, { TxnDate: '2026-01-14' }))).toEqual(['6270']);
    expect((await sell(Id, 1, { TxnDate: '2026-01-15' })).status).toBe(200);
  });
});

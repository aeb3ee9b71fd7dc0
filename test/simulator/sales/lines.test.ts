import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompanyOptions, JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, list, member, saleLine } from '../support/company.js';
import { type Bench, discount, smallest, startBench } from './forms.js';

let bench: Bench;

afterEach(() => bench.company.close());

const start = async (options: CompanyOptions = {}) => {
  bench = await startBench(options);
};

const withLines = (Line: JsonObject[]) => bench.make('Invoice', { Line });

const refused = async (Line: JsonObject[]) =>
  codes(await bench.post('Invoice', { ...smallest('Invoice'), Line }));

const types = (form: JsonObject) => list(form, 'Line').map(({ DetailType }) => DetailType);

describe('a line', () => {
  it('of text only stands among the others and adds nothing', async () => {
    await start();
    const note = { DetailType: 'DescriptionOnly', Description: 'Second floor' };
    const created = await withLines([saleLine('3', 10), note, saleLine('4', 5)]);
    expect(created['TotalAmt']).toBe(15);
    expect(list(created, 'Line')).toMatchObject([
      { Id: '1', LineNum: 1 },
      { Id: '2', LineNum: 2, Description: 'Second floor', DescriptionLineDetail: {} },
      { Id: '3', LineNum: 3 },
      { Amount: 15 },
    ]);
  });

  it.each([{ DetailType: 'DescriptionOnly', Description: 'x' }, { ...saleLine('', 5) }])(
    'that sells nothing is not enough for a form',
    async (line) => {
      await start();
      expect(await refused([line])).toEqual(['6000']);
    },
  );

  it('may be negative while the total is not', async () => {
    await start();
    expect(await withLines([saleLine('3', 100), saleLine('4', -30.5)])).toMatchObject({
      TotalAmt: 69.5,
      Balance: 69.5,
    });
  });

  it('may be an amount without a price', async () => {
    await start();
    const [line] = list(await withLines([saleLine('3', 12.34)]), 'Line');
    const detail = member(line ?? {}, 'SalesItemLineDetail');
    expect(detail).not.toHaveProperty('UnitPrice');
    expect(detail).not.toHaveProperty('Qty');
  });

  it('keeps its class and its service date', async () => {
    await start();
    const name = await bench.company.post('class', { Name: 'North' });
    const { Id } = answered(name, 'Class');
    const details = { ClassRef: { value: Id }, ServiceDate: '2026-05-01' };
    const [line] = list(await withLines([saleLine('3', 10, details)]), 'Line');
    expect(member(line ?? {}, 'SalesItemLineDetail')).toMatchObject({
      ClassRef: { value: Id, name: 'North' },
      ServiceDate: '2026-05-01',
    });
  });

  it('keeps the account its item had when it was written', async () => {
    await start();
    const accountOf = async (id: unknown) => {
      const [line] = list(await bench.read('Invoice', id), 'Line');
      return member(member(line ?? {}, 'SalesItemLineDetail'), 'ItemAccountRef')['value'];
    };
    const { Id } = await withLines([saleLine('3', 10)]);
    const item = { Id: '3', SyncToken: '0', sparse: true, IncomeAccountRef: { value: '82' } };
    await bench.company.post('item', item);
    expect(await accountOf(Id)).toBe('1');
    await bench.post('Invoice', { ...(await bench.read('Invoice', Id)), PrivateNote: 'echoed' });
    expect(await accountOf(Id)).toBe('1');
    expect(await accountOf((await withLines([saleLine('3', 10)]))['Id'])).toBe('82');
  });
});

describe('lines of an update', () => {
  it('known ids stay, unknown ones and none are new, the others are gone', async () => {
    await start();
    const created = await withLines([saleLine('3', 1), saleLine('4', 2), saleLine('5', 3)]);
    const changed = await bench.change('Invoice', created, {
      Line: [
        { ...saleLine('5', 30), Id: '3' },
        { ...saleLine('6', 4), Id: '77' },
        { ...saleLine('7', 5), Id: '-1' },
        saleLine('8', 6),
      ],
    });
    const lines = list(answered(changed, 'Invoice'), 'Line');
    expect(lines.slice(0, 4).map(({ Id, LineNum, Amount }) => [Id, LineNum, Amount])).toEqual([
      ['3', 1, 30],
      ['4', 2, 4],
      ['5', 3, 5],
      ['6', 4, 6],
    ]);
  });

  it('stay as they are when none are sent', async () => {
    await start();
    const created = await withLines([saleLine('3', 1), saleLine('4', 2)]);
    const changed = await bench.change('Invoice', created, { PrivateNote: 'x' });
    expect(answered(changed, 'Invoice')['Line']).toEqual(created['Line']);
  });

  it('change nothing when they are sent back as they were answered', async () => {
    await start();
    const created = await withLines([
      saleLine('3', 100),
      discount({ PercentBased: true, DiscountPercent: 10 }),
    ]);
    const echoed = await bench.post('Invoice', created);
    expect(answered(echoed, 'Invoice')).toEqual(created);
  });

  it('are checked again, also where QuickBooks holds them as they are sent', async () => {
    await start();
    const { control } = bench.company.simulator;
    const wrong = { ...saleLine('3', 10, { Qty: 3, UnitPrice: 3 }), Id: '1', LineNum: 1 };
    const stored = { ...smallest('Invoice'), Id: '900', Line: [wrong], TotalAmt: 10, Balance: 10 };
    control.load(bench.company.realmId, { Invoice: [stored] });
    const update = { Id: '900', SyncToken: '0', sparse: true };
    expect(codes(await bench.post('Invoice', { ...update, Line: [wrong] }))).toEqual(['6070']);
    expect((await bench.post('Invoice', { ...update, PrivateNote: 'x' })).status).toBe(200);
  });
});

describe('a discount', () => {
  it('stands below the subtotal, on the account of the preferences', async () => {
    await start();
    const created = await withLines([
      discount({ PercentBased: true, DiscountPercent: 5 }),
      saleLine('3', 1005),
    ]);
    expect(created['TotalAmt']).toBe(954.75);
    expect(list(created, 'Line').slice(1)).toEqual([
      { Amount: 1005, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
      {
        Amount: 50.25,
        DetailType: 'DiscountLineDetail',
        DiscountLineDetail: {
          PercentBased: true,
          DiscountPercent: 5,
          DiscountAccountRef: { value: '86', name: 'Discounts given' },
        },
      },
    ]);
  });

  it('may name its account', async () => {
    await start();
    const detail = { PercentBased: false, DiscountAccountRef: { value: '6' } };
    const created = await withLines([saleLine('3', 100), discount(detail, 20)]);
    expect(list(created, 'Line').at(-1)).toMatchObject({
      DiscountLineDetail: { DiscountAccountRef: { value: '6', name: 'Refunds-Allowances' } },
    });
  });

  it.each<[string, JsonObject[], string]>([
    ['that says neither amount nor percentage', [discount({})], '6090'],
    ['by percentage without one', [discount({ PercentBased: true }, 5)], '6090'],
    ['above what is sold', [discount({ PercentBased: false }, 20)], '6000'],
    ['beside another', [discount({}, 1), discount({}, 2)], '6000'],
  ])('%s is refused', async (_, discounts, code) => {
    await start();
    expect(await refused([saleLine('3', 10), ...discounts])).toEqual([code]);
  });

  it('is refused where discounts are switched off, and without an account', async () => {
    await start({ preferences: { SalesFormsPrefs: { AllowDiscount: false } } });
    expect(await refused([saleLine('3', 10), discount({}, 1)])).toEqual(['5030']);
    await bench.company.close();
    await start({ preferences: { SalesFormsPrefs: { DefaultDiscountAccount: '' } } });
    expect(await refused([saleLine('3', 10), discount({}, 1)])).toEqual(['6090']);
  });
});

describe('shipping', () => {
  const SHIPS = { preferences: { SalesFormsPrefs: { AllowShipping: true } } };

  it('stands below subtotal and discount, and has no id', async () => {
    await start(SHIPS);
    const created = await withLines([
      saleLine('SHIPPING_ITEM_ID', 2),
      saleLine('3', 50),
      discount({}, 5),
    ]);
    expect(created['TotalAmt']).toBe(47);
    expect(types(created)).toEqual([
      'SalesItemLineDetail',
      'SubTotalLineDetail',
      'DiscountLineDetail',
      'SalesItemLineDetail',
    ]);
    expect(list(created, 'Line')[1]).toMatchObject({ Amount: 50 });
    expect(list(created, 'Line').at(-1)).toEqual({
      Amount: 2,
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: 'SHIPPING_ITEM_ID' } },
    });
  });

  it('is refused where it is switched off; a tip never is', async () => {
    await start();
    expect(await refused([saleLine('3', 50), saleLine('SHIPPING_ITEM_ID', 2)])).toEqual(['5030']);
    const tipped = await withLines([saleLine('3', 50), saleLine('GRATUITY_ITEM_ID', 7.5)]);
    expect(tipped['TotalAmt']).toBe(57.5);
  });
});

describe('a bundle', () => {
  const group = (detail: JsonObject) => ({
    DetailType: 'GroupLineDetail',
    GroupLineDetail: { GroupItemRef: { value: '90' }, ...detail },
  });

  async function startWithBundle() {
    await start();
    const ItemGroupLine = [
      { ItemRef: { value: '3' }, Qty: 1 },
      { ItemRef: { value: '13' }, Qty: 4 },
    ];
    const bundle = {
      Id: '90',
      Name: 'Starter set',
      Type: 'Group',
      ItemGroupDetail: { ItemGroupLine },
    };
    bench.company.simulator.control.load(bench.company.realmId, { Item: [bundle] });
  }

  it('becomes a line for each of its items, as often as it is sold', async () => {
    await startWithBundle();
    const created = await withLines([saleLine('4', 1), group({ Quantity: 2 })]);
    expect(list(created, 'Line')).toMatchObject([
      { Id: '1', LineNum: 1 },
      {
        Id: '2',
        LineNum: 2,
        Amount: 438,
        GroupLineDetail: {
          GroupItemRef: { value: '90', name: 'Starter set' },
          Quantity: 2,
          Line: [
            {
              Id: '3',
              Amount: 240,
              Description: 'Consulting',
              SalesItemLineDetail: { Qty: 2, UnitPrice: 120, TaxCodeRef: { value: 'NON' } },
            },
            {
              Id: '4',
              Amount: 198,
              SalesItemLineDetail: { Qty: 8, UnitPrice: 24.75, TaxCodeRef: { value: 'TAX' } },
            },
          ],
        },
      },
      { Amount: 439 },
    ]);
    expect(created).toMatchObject({ TotalAmt: 454.84, TxnTaxDetail: { TotalTax: 15.84 } });
  });

  it('keeps the lines it is sent with, and their ids', async () => {
    await startWithBundle();
    const created = await withLines([group({ Quantity: 1, Line: [saleLine('3', 99)] })]);
    expect(created['TotalAmt']).toBe(99);
    const changed = await bench.change('Invoice', created, {
      Line: [
        { ...group({ Line: [{ ...saleLine('3', 80), Id: '2' }] }), Id: '1' },
        saleLine('4', 5),
      ],
    });
    expect(list(answered(changed, 'Invoice'), 'Line')).toMatchObject([
      { Id: '1', Amount: 80, GroupLineDetail: { Line: [{ Id: '2', Amount: 80 }] } },
      { Id: '3', Amount: 5 },
      { Amount: 85 },
    ]);
  });

  it('needs an item that is one', async () => {
    await startWithBundle();
    expect(await refused([{ DetailType: 'GroupLineDetail', GroupLineDetail: {} }])).toEqual([
      '6440',
    ]);
    expect(await refused([group({ GroupItemRef: { value: '3' } })])).toEqual(['6000']);
  });
});

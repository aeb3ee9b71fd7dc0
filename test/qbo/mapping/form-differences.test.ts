import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bodyTotal } from '../../../src/qbo/mapping/body-total.js';
import { codedForm } from '../../../src/qbo/mapping/coded-form.js';
import { formDifferences } from '../../../src/qbo/mapping/form-differences.js';

type Body = Record<string, unknown>;
const ref = (value: string) => ({ value });

const rent = {
  DetailType: 'AccountBasedExpenseLineDetail',
  Amount: 12.5,
  Description: 'Rent',
  AccountBasedExpenseLineDetail: { AccountRef: ref('60'), TaxCodeRef: ref('6') },
};
const device = {
  DetailType: 'ItemBasedExpenseLineDetail',
  Amount: 10,
  Description: 'Phone',
  ItemBasedExpenseLineDetail: { ItemRef: ref('5'), Qty: 2, UnitPrice: 5 },
};
const service = {
  DetailType: 'SalesItemLineDetail',
  Amount: 100,
  Description: 'Consulting',
  SalesItemLineDetail: { ItemRef: ref('3'), Qty: 1, UnitPrice: 100, TaxCodeRef: ref('NON') },
};
const discount = {
  DetailType: 'DiscountLineDetail',
  Amount: 5,
  DiscountLineDetail: { PercentBased: false },
};

const aBill = (over: Body = {}): Body => ({
  VendorRef: ref('20'),
  APAccountRef: ref('33'),
  DocNumber: 'B-1',
  TxnDate: '2026-11-20',
  PrivateNote: 'PO 7',
  GlobalTaxCalculation: 'TaxExcluded',
  Line: [rent, device],
  ...over,
});
const withDetail = (line: typeof rent | typeof device, over: Body): Body => {
  const detail = line.DetailType;
  return { ...line, [detail]: { ...((line as Body)[detail] as Body), ...over } };
};

const ACCOUNTS: Readonly<Record<string, string>> = { '3': '400', '5': '50', '6': '51' };
const form = (body: Body, entity = 'Bill') =>
  codedForm({ entity, body, accountOf: (item) => ACCOUNTS[item] });
const differences = (before: Body, after: Body) => formDifferences(form(before), form(after));

const id = (one: string) => ({ is: 'id', id: one });
const none = { is: 'none' };

describe('what two bodies of a document say differently', () => {
  it.each<[string, Body, object]>([
    [
      'the account of an account line',
      { Line: [withDetail(rent, { AccountRef: ref('61') }), device] },
      { what: 'account', from: id('60'), to: id('61'), lines: 1 },
    ],
    [
      'the tax code',
      { Line: [withDetail(rent, { TaxCodeRef: ref('7') }), device] },
      { what: 'taxCode', from: id('6'), to: id('7'), lines: 1 },
    ],
    [
      'the class of every line',
      { Line: [rent, device].map((line) => withDetail(line, { ClassRef: ref('9') })) },
      { what: 'class', from: none, to: id('9'), lines: 2 },
    ],
    [
      'the customer or project of an item line',
      { Line: [rent, withDetail(device, { CustomerRef: ref('7') })] },
      { what: 'customerOrProject', from: none, to: id('7'), lines: 1 },
    ],
    [
      'the location',
      { DepartmentRef: ref('2') },
      { what: 'location', from: none, to: id('2'), lines: 0 },
    ],
    [
      'the credit account',
      { APAccountRef: ref('34') },
      { what: 'payableAccount', from: id('33'), to: id('34'), lines: 0 },
    ],
    ['the supplier', { VendorRef: ref('21') }, { what: 'vendor', from: id('20'), to: id('21') }],
  ])('coding: %s', (_what, change, expected) => {
    const found = differences(aBill(), aBill(change));
    expect(found.coding).toEqual([expect.objectContaining(expected)]);
    expect(found.contents).toEqual([]);
  });

  it('tells the account of the product with the product', () => {
    const Line = [rent, withDetail(device, { ItemRef: ref('6') })];
    expect(differences(aBill(), aBill({ Line }))).toMatchObject({
      lines: 2,
      changedLines: 1,
      coding: [
        { what: 'item', from: id('5'), to: id('6') },
        { what: 'account', from: id('50'), to: id('51') },
      ],
    });
  });

  it.each<[string, Body, object]>([
    ['the number', { DocNumber: 'PO 7' }, { what: 'number', line: null, from: 'B-1', to: 'PO 7' }],
    ['the memo', { PrivateNote: undefined }, { what: 'memo', from: 'PO 7', to: null }],
    ['the date', { TxnDate: '2026-12-01' }, { what: 'date', to: '2026-12-01' }],
    [
      'an amount',
      { Line: [{ ...rent, Amount: 12.49 }, device] },
      { what: 'amount', line: 0, from: '12.5', to: '12.49' },
    ],
    [
      'a quantity',
      { Line: [rent, withDetail(device, { Qty: 1 })] },
      { what: 'quantity', line: 1, from: '2', to: '1' },
    ],
    [
      'a description',
      { Line: [rent, { ...device, Description: 'Phone, used' }] },
      { what: 'description', line: 1, from: 'Phone', to: 'Phone, used' },
    ],
    [
      'the supplier’s own tax',
      { TxnTaxDetail: { TaxLine: [{ Amount: 2.51 }, { Amount: 0.1 }] } },
      { what: 'tax', line: null, from: null, to: '2.61' },
    ],
    ['a discount', { Line: [rent, device, discount] }, { what: 'discount', line: null, to: '5' }],
  ])('contents: %s', (_what, change, expected) => {
    const found = differences(aBill(), aBill(change));
    expect(found.contents).toEqual([expect.objectContaining(expected)]);
    expect(found.coding).toEqual([]);
  });

  it('tells a bill from a purchase order', () => {
    const found = formDifferences(form(aBill(), 'PurchaseOrder'), form(aBill()));
    expect(found.coding).toEqual([
      { what: 'form', from: id('PurchaseOrder'), to: id('Bill'), lines: 0 },
    ]);
  });

  it('compares lines one by one where only a line at the end is more', () => {
    const shipping = { ...service, Description: 'Shipping', Amount: 9 };
    const Line = [withDetail(rent, { AccountRef: ref('61') }), device, shipping];
    const found = differences(aBill(), aBill({ Line }));
    expect(found).toMatchObject({ lines: 2, changedLines: 1 });
    expect(found.coding).toMatchObject([{ what: 'account', from: id('60'), to: id('61') }]);
    expect(found.contents).toEqual([{ what: 'lines', line: null, from: '2', to: '3' }]);
  });

  it.each([
    ['described anew', ['Red', 'Blue', 'Green'], 'Devices'],
    ['all described alike', ['Phone', 'Phone', 'Phone'], 'Phone'],
  ])('compares what lines have in common where they are put together: %s', (_how, each, all) => {
    const phones = each.map((Description) => ({ ...device, Description }));
    const together = withDetail(device, { ItemRef: ref('6'), Qty: 6 });
    const one = aBill({ Line: phones });
    const other = aBill({ Line: [{ ...together, Description: all, Amount: 30 }] });
    expect(differences(one, other)).toEqual({
      lines: 3,
      changedLines: 3,
      coding: [
        { what: 'item', from: id('5'), to: id('6'), lines: 3 },
        { what: 'account', from: id('50'), to: id('51'), lines: 3 },
      ],
      contents: [{ what: 'lines', line: null, from: '3', to: '1' }],
    });
  });

  it('names no counterpart where there are several', () => {
    const line = (item: string, Description: string) => ({
      ...withDetail(device, { ItemRef: ref(item) }),
      Description,
    });
    const one = aBill({ Line: [line('5', 'a'), line('5', 'b'), line('6', 'c')] });
    const other = aBill({ Line: [line('8', 'd'), line('6', 'e')] });
    expect(differences(one, other).coding).toEqual([
      { what: 'item', from: id('5'), to: { is: 'several' }, lines: 2 },
      { what: 'account', from: id('50'), to: { is: 'several' }, lines: 2 },
    ]);
  });

  const aLine = fc.record({
    account: fc.constantFrom<string>('60', '61', '62'),
    cls: fc.constantFrom('1', '2', undefined),
    cents: fc.integer({ min: 1, max: 1_000_000 }),
    text: fc.constantFrom('Rent', 'Fuel', 'Paper'),
  });
  type Line = typeof aLine extends fc.Arbitrary<infer Value> ? Value : never;
  const billOf = (lines: readonly Line[]): Body =>
    aBill({
      Line: lines.map(({ account, cls, cents, text }) => ({
        DetailType: 'AccountBasedExpenseLineDetail',
        Amount: cents / 100,
        Description: text,
        AccountBasedExpenseLineDetail: {
          AccountRef: ref(account),
          ...(cls === undefined ? {} : { ClassRef: ref(cls) }),
        },
      })),
    });
  const someLines = fc.array(aLine, { minLength: 1, maxLength: 12 });

  it('are nothing between a body and itself, and mirrored the other way round', () => {
    fc.assert(
      fc.property(someLines, someLines, (some, others) => {
        const [one, other] = [billOf(some), billOf(others)];
        expect(differences(one, one)).toMatchObject({ changedLines: 0, coding: [], contents: [] });
        if (some.length !== others.length) return;
        const [there, back] = [differences(one, other), differences(other, one)];
        const key = (what: string, from: unknown, to: unknown, lines: number) =>
          JSON.stringify([what, from, to, lines]);
        expect(back.changedLines).toBe(there.changedLines);
        expect(back.coding.map((c) => key(c.what, c.to, c.from, c.lines)).sort()).toEqual(
          there.coding.map((c) => key(c.what, c.from, c.to, c.lines)).sort(),
        );
      }),
    );
  });

  it('count every line that is booked otherwise once, and no other', () => {
    const moved = fc.array(fc.tuple(aLine, fc.boolean()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(moved, (lines) => {
        const before = lines.map(([line]) => line);
        const after = lines.map(([line, moves]) => (moves ? { ...line, account: '99' } : line));
        const count = lines.filter(([, moves]) => moves).length;
        const found = differences(billOf(before), billOf(after));
        expect(found.changedLines).toBe(count);
        expect(found.coding.every(({ what }) => what === 'account')).toBe(true);
        expect(found.coding.reduce((sum, { lines: moving }) => sum + moving, 0)).toBe(count);
      }),
    );
  });
});

describe('the total of a body', () => {
  const us = { decimals: 2, usingSalesTax: true };
  const sale = (over: Body = {}): Body => ({ Line: [service, discount], ...over });

  it.each<[string, Body, bigint | undefined]>([
    ['lines that are not taxable, less a discount', sale(), 9_500n],
    ['tax as a sum', sale({ TxnTaxDetail: { TotalTax: 8 } }), 10_300n],
    ['tax per rate', aBill({ TxnTaxDetail: { TaxLine: [{ Amount: 2.5 }] } }), 2_500n],
    ['no tax at all', aBill({ GlobalTaxCalculation: 'NotApplicable' }), 2_250n],
    ['tax that QuickBooks computes by codes', aBill(), undefined],
    ['tax of one code', sale({ TxnTaxDetail: { TxnTaxCodeRef: ref('2') } }), undefined],
    ['a purchase without codes', aBill({ Line: [device] }), 1_000n],
    [
      'prices with tax',
      aBill({
        GlobalTaxCalculation: 'TaxInclusive',
        Line: [withDetail(rent, { TaxInclusiveAmt: 15 })],
      }),
      1_500n,
    ],
    ['money received', { TotalAmt: 40.1, Line: [] }, 4_010n],
  ])('is known for %s', (_what, body, total) => {
    expect(bodyTotal(body, us)).toBe(total);
  });

  it('has no tax where the company collects none', () => {
    expect(bodyTotal(aBill(), { decimals: 2, usingSalesTax: false })).toBe(2_250n);
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, faults, list, member, saleLine } from '../support/company.js';
import { type Bench, FORMS, smallest, startBench } from './forms.js';

let bench: Bench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.company.close());

const COMMON = [
  'domain',
  'sparse',
  'Id',
  'SyncToken',
  'MetaData',
  'CustomField',
  'DocNumber',
  'TxnDate',
  'CurrencyRef',
];
const MIDDLE = ['Line', 'TxnTaxDetail', 'CustomerRef', 'BillAddr', 'ShipAddr', 'FreeFormAddress'];
const ENDING = ['TotalAmt', 'ApplyTaxAfterDiscount', 'PrintStatus', 'EmailStatus'];

describe('a new form answers the recorded members, in the recorded order:', () => {
  it.each([
    [
      'Invoice',
      [
        'AllowIPNPayment',
        'AllowOnlinePayment',
        'AllowOnlineCreditCardPayment',
        'AllowOnlineACHPayment',
        ...COMMON,
        'LinkedTxn',
        ...MIDDLE,
        'ShipFromAddr',
        'DueDate',
        ...ENDING,
        'Balance',
      ],
    ],
    ['CreditMemo', ['RemainingCredit', ...COMMON, ...MIDDLE, 'ShipFromAddr', ...ENDING, 'Balance']],
    ['Estimate', [...COMMON, 'TxnStatus', ...MIDDLE, 'ShipFromAddr', ...ENDING]],
  ])('%s', async (entity, members) => {
    expect(Object.keys(await bench.make(entity))).toEqual(members);
  });

  it('whatever the order of the request', async () => {
    const reversed = Object.fromEntries(
      Object.entries({ ...smallest('Invoice'), PrivateNote: 'x' }).reverse(),
    );
    const created = answered(await bench.post('Invoice', reversed), 'Invoice');
    const keys = Object.keys(created);
    expect(keys.indexOf('PrivateNote')).toBeLessThan(keys.indexOf('Line'));
    expect(keys.indexOf('Line')).toBeLessThan(keys.indexOf('CustomerRef'));
  });
});

describe.each(FORMS)('%s', (entity) => {
  it('gets its lines, subtotal, total, account and currency', async () => {
    const created = await bench.make(entity, {
      Line: [saleLine('9', 698, { Qty: 2, UnitPrice: 349, TaxCodeRef: { value: 'TAX' } })],
    });
    expect(created).toMatchObject({
      TxnDate: '2026-05-05',
      TotalAmt: 753.84,
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      CustomerRef: { value: '1', name: 'Alder & Finch Cabinetry' },
      BillAddr: { City: 'Eureka' },
      TxnTaxDetail: { TotalTax: 55.84 },
      PrintStatus: 'NeedToPrint',
    });
    expect(list(created, 'Line')).toEqual([
      {
        Id: '1',
        LineNum: 1,
        Amount: 698,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: {
          ItemRef: { value: '9', name: 'Workbench 180 cm' },
          UnitPrice: 349,
          Qty: 2,
          ItemAccountRef: { value: '79', name: 'Sales of Product Income' },
          TaxCodeRef: { value: 'TAX' },
        },
        CustomExtensions: [],
      },
      { Amount: 698, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ]);
  });

  it('says where the goods leave from, with an address id of its own', async () => {
    const [first, second] = [await bench.make(entity), await bench.make(entity)];
    expect(first['ShipFromAddr']).toMatchObject({
      Line1: '48 Harbor Mill Road',
      Line2: 'Portland, OR  97201',
    });
    expect(member(first, 'ShipFromAddr')['Id']).not.toBe(member(second, 'ShipFromAddr')['Id']);
    expect(member(first, 'BillAddr')['Id']).toBe(member(second, 'BillAddr')['Id']);
  });

  it('is held as it is answered, without members that are not there', async () => {
    const { simulator, realmId } = bench.company;
    const created = await bench.make(entity);
    expect(simulator.control.objects(realmId, entity)).toStrictEqual([created]);
  });

  it('keeps what a sparse update leaves out and raises its token', async () => {
    const created = await bench.make(entity, { CustomerMemo: { value: 'thanks' } });
    const changed = answered(
      await bench.change(entity, created, { PrivateNote: 'checked' }),
      entity,
    );
    expect(changed).toEqual({ ...created, PrivateNote: 'checked', SyncToken: '1' });
  });

  it('loses in a full update what is not sent', async () => {
    const { Id, SyncToken } = await bench.make(entity, { CustomerMemo: { value: 'thanks' } });
    const updated = await bench.make(entity, { Id, SyncToken });
    expect(updated).toMatchObject({ Id, SyncToken: '1', TotalAmt: 120 });
    expect(updated).not.toHaveProperty('CustomerMemo');
    expect(updated).not.toHaveProperty('DocNumber');
  });

  it('that was loaded keeps a total its lines do not tell', async () => {
    const { simulator, realmId } = bench.company;
    const Line = [{ Amount: 75, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} }];
    const stored = { ...smallest(entity), Id: '900', Line, TotalAmt: 75, SyncToken: '0' };
    simulator.control.load(realmId, { [entity]: [stored] });
    const changed = await bench.change(entity, stored, { PrivateNote: 'x' });
    expect(answered(changed, entity)).toMatchObject({ TotalAmt: 75, Line });
  });

  it('goes away when deleted', async () => {
    const { Id, SyncToken } = await bench.make(entity);
    const deleted = await bench.post(entity, { Id, SyncToken }, '?operation=delete');
    expect(answered(deleted, entity)).toEqual({ status: 'Deleted', domain: 'QBO', Id });
    expect(codes(await bench.company.get(`${entity.toLowerCase()}/${String(Id)}`))).toEqual([
      '610',
    ]);
  });

  it('can be e-mailed', async () => {
    const { Id } = await bench.make(entity);
    const path = `${entity.toLowerCase()}/${String(Id)}/send?sendTo=ana@example.com`;
    expect(answered(await bench.company.post(path, ''), entity)).toMatchObject({
      SyncToken: '1',
      BillEmail: { Address: 'ana@example.com' },
      DeliveryInfo: { DeliveryType: 'Email', DeliveryTime: '2026-05-05T05:00:00-07:00' },
    });
  });

  it.each<[string, JsonObject, string, string]>([
    ['no line', { Line: [] }, '2020', 'Line'],
    ['an unknown customer', { CustomerRef: { value: '9999' } }, '2500', ''],
    ['an unknown item', { Line: [saleLine('9999', 1)] }, '2500', ''],
    ['an unknown class', { Line: [saleLine('3', 1, { ClassRef: { value: '9' } })] }, '2500', ''],
    ['a number too long', { DocNumber: 'x'.repeat(22) }, '2050', 'DocNumber'],
    ['a note too long', { PrivateNote: 'x'.repeat(4001) }, '2050', 'PrivateNote'],
    [
      'a memo too long',
      { CustomerMemo: { value: 'x'.repeat(1001) } },
      '2050',
      'CustomerMemo.value',
    ],
    ['a member it does not have', { Nonsense: 1 }, '2010', 'Nonsense'],
    [
      'a wrong product',
      { Line: [saleLine('3', 10, { Qty: 3, UnitPrice: 3 })] },
      '6070',
      'Line.Amount',
    ],
    [
      'a tax code of no US line',
      { Line: [saleLine('3', 1, { TaxCodeRef: { value: '2' } })] },
      '6100',
      'TaxCodeRef',
    ],
    [
      'a line without amount',
      { Line: [{ ...saleLine('3', 1), Amount: null }] },
      '2020',
      'Line.Amount',
    ],
    [
      'a line without its detail',
      { Line: [{ Amount: 1, DetailType: 'SalesItemLineDetail' }] },
      '6440',
      'Line',
    ],
    ['a total below zero', { Line: [saleLine('3', 10), saleLine('3', -20)] }, '6000', ''],
    ['an address that is none', { BillEmail: { Address: 'nobody' } }, '2210', ''],
  ])('refuses %s', async (_, members, code, element) => {
    const reply = await bench.post(entity, { ...smallest(entity), ...members });
    expect(faults(reply).map((fault) => [fault.code, fault.element])).toEqual([[code, element]]);
  });

  it('refuses what has been made inactive', async () => {
    const { company } = bench;
    await company.post('customer', { Id: '2', SyncToken: '0', sparse: true, Active: false });
    await company.post('item', { Id: '4', SyncToken: '0', sparse: true, Active: false });
    const customer = { ...smallest(entity), CustomerRef: { value: '2' } };
    expect(codes(await bench.post(entity, customer))).toEqual(['610']);
    const item = { ...smallest(entity), Line: [saleLine('4', 1)] };
    expect(codes(await bench.post(entity, item))).toEqual(['610']);
  });

  it('is not written into closed books', async () => {
    const { simulator, realmId } = bench.company;
    const created = await bench.make(entity, { TxnDate: '2026-03-31' });
    simulator.control.act(realmId, { do: 'close_books', date: '2026-03-31' });
    expect(codes(await bench.change(entity, created, { PrivateNote: 'x' }))).toEqual(['6210']);
    const late = { ...smallest(entity), TxnDate: '2026-03-31' };
    expect(codes(await bench.post(entity, late))).toEqual(['6210']);
  });

  it('has at most 750 lines when taxed', async () => {
    const line = (code: string) => saleLine('3', 1, { TaxCodeRef: { value: code } });
    const lines = (code: string) => Array.from({ length: 751 }, () => line(code));
    expect(codes(await bench.post(entity, { ...smallest(entity), Line: lines('TAX') }))).toEqual([
      '6000',
    ]);
    expect((await bench.make(entity, { Line: lines('NON') }))['TotalAmt']).toBe(751);
  });
});

it.each(['Invoice', 'SalesReceipt', 'CreditMemo', 'Estimate'])(
  '%s waits to be e-mailed only where it has an address',
  async (entity) => {
    const body = { ...smallest(entity), EmailStatus: 'NeedToSend' };
    expect(faults(await bench.post(entity, body))).toMatchObject([
      { code: '2020', element: 'BillEmail' },
    ]);
    const created = await bench.make(entity, {
      EmailStatus: 'NeedToSend',
      BillEmail: { Address: 'ana@example.com' },
    });
    expect(created['EmailStatus']).toBe('NeedToSend');
  },
);

it.each(['Invoice', 'CreditMemo', 'Estimate'])('%s needs a customer', async (entity) => {
  const { CustomerRef: _, ...rest } = smallest(entity);
  expect(faults(await bench.post(entity, rest))).toMatchObject([
    { code: '2020', element: 'CustomerRef' },
  ]);
});

describe('in the UK', () => {
  beforeEach(async () => {
    await bench.company.close();
    bench = await startBench({ country: 'GB' });
  });

  it.each(FORMS)('%s has a tax code on each line and adds what its rates say', async (entity) => {
    const Line = [
      saleLine('3', 100, { TaxCodeRef: { value: '6' } }),
      saleLine('3', 20, { TaxCodeRef: { value: '7' } }),
    ];
    const created = await bench.make(entity, { Line });
    expect(created).toMatchObject({
      GlobalTaxCalculation: 'TaxExcluded',
      TxnTaxDetail: { TotalTax: 21 },
      TotalAmt: 141,
      CurrencyRef: { value: 'GBP' },
    });
    expect(created).not.toHaveProperty('ShipFromAddr');
    expect(codes(await bench.post(entity, smallest(entity)))).toEqual(['6000']);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import { codes, faults, saleLine, startCompany, type TestCompany } from './support/company.js';

let us: TestCompany;
let uk: TestCompany;
let simple: TestCompany;

beforeAll(async () => {
  us = await startCompany({ preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } } });
  uk = await startCompany({ country: 'GB' });
  simple = await startCompany({ plan: 'simple_start' });
  const { control } = us.simulator;
  control.act(us.realmId, { do: 'edit', entity: 'Customer', id: '9', changes: { Active: false } });
  control.act(us.realmId, { do: 'edit', entity: 'Account', id: '51', changes: { Active: false } });
  await us.post('invoice', invoice({ DocNumber: 'A-1' }));
});

afterAll(async () => {
  await us.close();
  await uk.close();
  await simple.close();
});

function invoice(extra: JsonObject = {}): JsonObject {
  return { CustomerRef: { value: '1' }, Line: [saleLine('3', 120)], ...extra };
}

type Case = [what: string, path: string, body: JsonObject, code: string, element: string];

const CASES: Case[] = [
  ['an unknown member', 'customer', { DisplayName: 'A', Colour: 'red' }, '2010', 'Colour'],
  [
    'an unknown member deep inside',
    'invoice',
    invoice({ Line: [saleLine('3', 1, { Colour: 'red' })] }),
    '2010',
    'Line.SalesItemLineDetail.Colour',
  ],
  ['a body that is no object', 'customer', { DisplayName: {} }, '2010', 'DisplayName'],
  ['no customer', 'invoice', { Line: [saleLine('3', 1)] }, '2020', 'CustomerRef'],
  ['no line', 'invoice', { CustomerRef: { value: '1' } }, '2020', 'Line'],
  ['an empty list of lines', 'invoice', invoice({ Line: [] }), '2020', 'Line'],
  [
    'a line without an amount',
    'invoice',
    invoice({
      Line: [
        {
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    }),
    '2020',
    'Line.Amount',
  ],
  ['no item name', 'item', { IncomeAccountRef: { value: '79' } }, '2020', 'Name'],
  ['no income account', 'item', { Name: 'X', Type: 'Service' }, '2020', 'IncomeAccountRef'],
  ['no account type', 'account', { Name: 'X' }, '6010', ''],
  ['no name at all', 'customer', { Notes: 'x' }, '6080', ''],
  ['a colon in a name', 'customer', { DisplayName: 'A:B' }, '2040', 'DisplayName'],
  ['a tab in a name', 'customer', { DisplayName: 'A\tB' }, '2040', 'DisplayName'],
  ['a quote in an account', 'account', { Name: 'A"B', AccountType: 'Bank' }, '2040', 'Name'],
  ['a long display name', 'customer', { DisplayName: 'x'.repeat(501) }, '2050', 'DisplayName'],
  [
    'a long given name',
    'customer',
    { DisplayName: 'A', GivenName: 'x'.repeat(101) },
    '2050',
    'GivenName',
  ],
  ['a long number', 'invoice', invoice({ DocNumber: 'x'.repeat(22) }), '2050', 'DocNumber'],
  [
    'a long account number',
    'account',
    { Name: 'X', AccountType: 'Bank', AcctNum: '12345678' },
    '2050',
    'AcctNum',
  ],
  ['a date that is none', 'invoice', invoice({ TxnDate: '2026-02-30' }), '2060', 'TxnDate'],
  [
    'an amount that is none',
    'invoice',
    invoice({ Line: [{ ...saleLine('3', 1), Amount: 'many' }] }),
    '2090',
    'Line.Amount',
  ],
  ['a word not in the list', 'invoice', invoice({ EmailStatus: 'Perhaps' }), '2170', ''],
  [
    'an e-mail address without @',
    'customer',
    { DisplayName: 'A', PrimaryEmailAddr: { Address: 'nobody' } },
    '2210',
    '',
  ],
  [
    'a customer that is not there',
    'invoice',
    invoice({ CustomerRef: { value: '75' } }),
    '2500',
    '',
  ],
  ['an inactive customer', 'invoice', invoice({ CustomerRef: { value: '9' } }), '610', ''],
  ['an inactive account', 'item', { Name: 'X', IncomeAccountRef: { value: '51' } }, '2500', ''],
  [
    'an income account that is none',
    'item',
    { Name: 'X', IncomeAccountRef: { value: '7' } },
    '6430',
    '',
  ],
  ['an unknown id', 'customer', { Id: '999', SyncToken: '0', Notes: 'x' }, '610', ''],
  [
    'an amount that is not price times quantity',
    'invoice',
    invoice({ Line: [saleLine('3', 1000, { Qty: 3, UnitPrice: 333 })] }),
    '6070',
    'Line.Amount',
  ],
  [
    'a real tax code on a US line',
    'invoice',
    invoice({ Line: [saleLine('3', 1, { TaxCodeRef: { value: '2' } })] }),
    '6100',
    'TaxCodeRef',
  ],
  ['a number that is taken', 'invoice', invoice({ DocNumber: 'a-1' }), '6140', ''],
  [
    'an invoice to be sent without an address',
    'invoice',
    invoice({ EmailStatus: 'NeedToSend' }),
    '2020',
    'BillEmail',
  ],
  ['a name a vendor has', 'customer', { DisplayName: ' MILL street Plywood' }, '6240', ''],
  ['a name an employee has', 'vendor', { DisplayName: 'emily platt' }, '6240', ''],
  ['a name a customer has', 'employee', { DisplayName: 'Tidewater Kayaks' }, '6240', ''],
  [
    'an item name that is taken',
    'item',
    { Name: 'CONSULTING', IncomeAccountRef: { value: '79' } },
    '6240',
    '',
  ],
  ['an account that exists', 'account', { Name: 'visa', AccountType: 'Bank' }, '6240', ''],
  ['writing a tax code', 'taxcode', { Name: 'X' }, '500', ''],
];

describe('QuickBooks refuses', () => {
  it.each(CASES)('%s', async (_, path, body, code, element) => {
    const reply = await us.post(path, body);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ Fault: { type: 'ValidationFault' } });
    expect(faults(reply).map((error) => [error.code, error.element])).toContainEqual([
      code,
      element,
    ]);
  });

  it('several mistakes in one fault', async () => {
    const reply = await us.post('invoice', { DocNumber: 'A-1', Colour: 1 });
    expect(codes(reply).sort()).toEqual(['2010', '2020', '2020', '6140']);
  });

  it('leaves nothing behind', async () => {
    const before = us.simulator.control.log(us.realmId).counts.commits;
    await us.post('customer', { DisplayName: 'x'.repeat(501) });
    expect(us.simulator.control.log(us.realmId).counts.commits).toBe(before);
  });

  it('an inventory item outside Plus and Advanced', async () => {
    const reply = await simple.post('item', {
      Name: 'Stock',
      Type: 'Inventory',
      TrackQtyOnHand: true,
      QtyOnHand: 1,
      InvStartDate: '2026-01-01',
      IncomeAccountRef: { value: '79' },
      ExpenseAccountRef: { value: '80' },
      AssetAccountRef: { value: '81' },
    });
    expect(codes(reply)).toEqual(['5030']);
  });

  it('a UK line without a tax code, and one that does not exist', async () => {
    expect(codes(await uk.post('invoice', invoice()))).toEqual(['6000']);
    const unknown = invoice({ Line: [saleLine('3', 1, { TaxCodeRef: { value: 'TAX' } })] });
    expect(codes(await uk.post('invoice', unknown))).toEqual(['2500']);
  });

  it('an address it does not know', async () => {
    expect(codes(await us.get('nothing/1'))).toEqual(['500']);
    expect(codes(await us.get('Customer/1'))).toEqual(['500']);
  });

  it('a body that is not JSON', async () => {
    expect(codes(await us.post('customer', '{"DisplayName": '))).toEqual(['2010']);
  });
});

describe('texts that clients read', () => {
  it('2050 tells the lengths', async () => {
    const [fault] = faults(await us.post('invoice', invoice({ DocNumber: 'x'.repeat(45) })));
    expect(fault?.detail).toBe(
      'String length specified does not match the supported length. ' +
        'Min:0 Max:21 supported. Supplied length:45',
    );
  });

  it('2500 names the list and the id', async () => {
    const reply = await us.post('invoice', invoice({ CustomerRef: { value: '75' } }));
    expect(faults(reply)[0]?.detail).toBe('Invalid Reference Id : Names element id 75 not found');
  });

  it('6070 prints the amount with separators', async () => {
    const line = saleLine('3', 1000, { Qty: 3, UnitPrice: 333 });
    const [fault] = faults(await us.post('invoice', invoice({ Line: [line] })));
    expect(fault?.detail).toBe('Amount is not equal to UnitPrice * Qty. Supplied value:1,000');
  });

  it('6140 names the transaction that has the number', async () => {
    const [fault] = faults(await us.post('invoice', invoice({ DocNumber: 'A-1' })));
    expect(fault?.detail).toMatch(/DocNumber=A-1 is assigned to TxnType=Invoice with TxnId=\d+$/);
  });
});

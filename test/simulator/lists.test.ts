import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dueDateOf } from '../../src/simulator/entities/lists/due-date.js';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  member,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});
afterEach(() => company.close());

async function make(path: string, entity: string, body: JsonObject): Promise<JsonObject> {
  return answered(await company.post(path, body), entity);
}

async function read(path: string, entity: string, id: unknown): Promise<JsonObject> {
  return answered(await company.get(`${path}/${id}`), entity);
}

describe('an account', () => {
  it('takes the detail type and class of its type', async () => {
    const made = await make('account', 'Account', { Name: 'Till', AccountType: 'Bank' });
    expect(made).toMatchObject({
      FullyQualifiedName: 'Till',
      AccountSubType: 'CashOnHand',
      Classification: 'Asset',
      SubAccount: false,
      Active: true,
      CurrentBalance: 0,
      CurrentBalanceWithSubAccounts: 0,
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
    });
  });

  it('answers members in the recorded order, and no update time when it is new', async () => {
    const made = await make('account', 'Account', { AccountType: 'Bank', Name: 'Till' });
    expect(Object.keys(made)).toEqual([
      'Name',
      'SubAccount',
      'FullyQualifiedName',
      'Active',
      'Classification',
      'AccountType',
      'AccountSubType',
      'CurrentBalance',
      'CurrentBalanceWithSubAccounts',
      'CurrencyRef',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
    ]);
    expect(Object.keys(member(made, 'MetaData'))).toEqual(['CreateTime']);
    const again = await read('account', 'Account', made['Id']);
    expect(Object.keys(member(again, 'MetaData'))).toEqual(['CreateTime', 'LastUpdatedTime']);
  });

  it('has a number of at most seven characters that no other has', async () => {
    const body = { Name: 'Till', AccountType: 'Bank', AcctNum: '1010' };
    expect(await make('account', 'Account', body)).toMatchObject({ AcctNum: '1010' });
    const post = (change: JsonObject) => company.post('account', { ...body, ...change });
    expect(codes(await post({ Name: 'Other' }))).toEqual(['6000']);
    expect(codes(await post({ Name: 'Other', AcctNum: '12345678' }))).toEqual(['2050']);
    expect(codes(await post({ Name: 'Other', AcctNum: '10:1' }))).toEqual(['2040']);
  });

  it('lies below one of its own type, and below no account that stands alone', async () => {
    const below = (type: string, value: string) =>
      company.post('account', { Name: 'Sub', AccountType: type, ParentRef: { value } });
    expect(codes(await below('Expense', '35'))).toEqual(['700']);
    expect(codes(await below('Other Current Asset', '4'))).toEqual(['700']);
    const made = answered(await below('Bank', '35'), 'Account');
    expect(made).toMatchObject({ SubAccount: true, FullyQualifiedName: 'Checking:Sub' });
    expect(made['ParentRef']).toEqual({ value: '35' });
    const twice = await company.post('account', {
      Name: 'Sub',
      AccountType: 'Bank',
      ParentRef: { value: '35' },
    });
    expect(codes(twice)).toEqual(['6240']);
    expect((await company.post('account', { Name: 'Sub', AccountType: 'Bank' })).status).toBe(200);
  });

  it('takes its sub-accounts along when it is renamed', async () => {
    const ParentRef = { value: '35' };
    const sub = await make('account', 'Account', { Name: 'Sub', AccountType: 'Bank', ParentRef });
    const { SyncToken } = await read('account', 'Account', '35');
    const change = { Id: '35', SyncToken, sparse: true, Name: 'Main' };
    await make('account', 'Account', change);
    const after = await read('account', 'Account', sub['Id']);
    expect(after).toMatchObject({ FullyQualifiedName: 'Main:Sub', SyncToken: '0' });
  });

  it('that begins with a balance says since when', async () => {
    const body = { Name: 'Till', AccountType: 'Bank', OpeningBalance: 50 };
    expect(codes(await company.post('account', body))).toEqual(['6060']);
  });
});

describe('a term', () => {
  it('counts days, or names a day of the month', async () => {
    expect(await make('term', 'Term', { Name: 'Net 120', DueDays: '120' })).toMatchObject({
      Type: 'STANDARD',
      DueDays: 120,
      DiscountPercent: 0,
      Active: true,
    });
    const dated = { Name: 'On the 10th', DayOfMonthDue: 10, DueNextMonthDays: 5 };
    expect(await make('term', 'Term', dated)).toMatchObject({ ...dated, Type: 'DATE_DRIVEN' });
  });

  it.each<[string, JsonObject, string]>([
    ['neither days nor a day', { Name: 'X' }, '2020'],
    ['more than 999 days', { Name: 'X', DueDays: 1000 }, '2090'],
    ['a day no month has', { Name: 'X', DayOfMonthDue: 32 }, '2090'],
    ['a name of 32 characters', { Name: 'x'.repeat(32), DueDays: 1 }, '2050'],
    ['a name that is taken', { Name: 'net 30', DueDays: 1 }, '6240'],
  ])('cannot have %s', async (_, body, code) => {
    expect(codes(await company.post('term', body))).toEqual([code]);
  });

  it.each([
    ['2026-03-02', 10, 0, '2026-03-10'],
    ['2026-03-10', 10, 0, '2026-03-10'],
    ['2026-03-11', 10, 0, '2026-04-10'],
    ['2026-03-07', 10, 5, '2026-04-10'],
    ['2026-02-03', 31, 0, '2026-02-28'],
    ['2026-12-20', 15, 0, '2027-01-15'],
  ])('of %s on day %d with %d days margin falls due on %s', (day, DayOfMonthDue, margin, due) => {
    const term = { DayOfMonthDue, DueNextMonthDays: margin };
    expect(dueDateOf(term, day, 30)).toBe(due);
  });
});

describe('a payment method', () => {
  it('is no credit card unless it says so', async () => {
    const made = await make('paymentmethod', 'PaymentMethod', { Name: 'Business Check' });
    expect(made).toMatchObject({ Type: 'NON_CREDIT_CARD', Active: true });
    const card = { Name: 'Diners Club', Type: 'CREDIT_CARD' };
    expect(await make('paymentmethod', 'PaymentMethod', card)).toMatchObject(card);
    const long = { Name: 'x'.repeat(32) };
    expect(codes(await company.post('paymentmethod', long))).toEqual(['2050']);
  });
});

describe.each([
  ['class', 'Class', 'SubClass'],
  ['department', 'Department', 'SubDepartment'],
])('a %s', (path, entity, sub) => {
  it('has a place in a tree, and a name of its own there', async () => {
    const north = await make(path, entity, { Name: 'North' });
    expect(north).toMatchObject({ FullyQualifiedName: 'North', [sub]: false });
    const ParentRef = { value: north['Id'] };
    const shop = await make(path, entity, { Name: 'Shop', ParentRef });
    expect(shop).toMatchObject({ FullyQualifiedName: 'North:Shop', [sub]: true, ParentRef });
    expect(shop).not.toHaveProperty('Level');
    expect(codes(await company.post(path, { Name: 'Shop', ParentRef }))).toEqual(['6240']);
    expect((await company.post(path, { Name: 'Shop' })).status).toBe(200);
    const circle = { ...north, ParentRef: { value: shop['Id'] } };
    expect(codes(await company.post(path, circle))).toEqual(['900']);
    const { Id, SyncToken } = north;
    await make(path, entity, { Id, SyncToken, sparse: true, Name: 'South' });
    expect(await read(path, entity, shop['Id'])).toMatchObject({
      FullyQualifiedName: 'South:Shop',
    });
  });

  it('goes at most five levels deep', async () => {
    let ParentRef: JsonObject | undefined;
    for (const Name of ['1', '2', '3', '4', '5']) {
      const made = await make(path, entity, { Name, ParentRef });
      ParentRef = { value: made['Id'] };
    }
    expect(codes(await company.post(path, { Name: '6', ParentRef }))).toEqual(['6000']);
  });

  it('is marked as deleted when it is made inactive, in one way or the other', async () => {
    const away = async (Name: string) => {
      const { Id, SyncToken } = await make(path, entity, { Name });
      const body = { Id, SyncToken, sparse: true, Active: false };
      const gone = await make(path, entity, body);
      const back = { Id, SyncToken: gone['SyncToken'], sparse: true, Active: true };
      return [gone, await make(path, entity, back)];
    };
    const [gone, back] = await away('North');
    expect(gone).toMatchObject({ Name: 'North (deleted)', FullyQualifiedName: 'North (deleted)' });
    expect(back).toMatchObject({ Name: 'North', FullyQualifiedName: 'North' });
    company.simulator.control.setBehaviours({ deletedSuffix: 'capital' });
    const [other, again] = await away('West');
    expect(other).toMatchObject({ Name: 'West (Deleted)', FullyQualifiedName: 'West' });
    expect(again).toMatchObject({ Name: 'West', FullyQualifiedName: 'West' });
  });
});

describe('a vendor made inactive', () => {
  it.each([
    ['small', 'Tar Works (deleted)'],
    ['capital', 'Tar Works (Deleted)'],
  ] as const)('is marked with a %s letter', async (deletedSuffix, DisplayName) => {
    company.simulator.control.setBehaviours({ deletedSuffix });
    const { Id, SyncToken } = await make('vendor', 'Vendor', { DisplayName: 'Tar Works' });
    const gone = await make('vendor', 'Vendor', { Id, SyncToken, sparse: true, Active: false });
    expect(gone['DisplayName']).toBe(DisplayName);
    const back = { Id, SyncToken: gone['SyncToken'], sparse: true, Active: true };
    expect((await make('vendor', 'Vendor', back))['DisplayName']).toBe('Tar Works');
  });
});

describe('customer types', () => {
  it('can be read and not written', async () => {
    company.simulator.control.load(company.realmId, { CustomerType: [{ Id: '1', Name: 'Trade' }] });
    const rows = list(await company.query('select * from CustomerType'), 'CustomerType');
    expect(rows).toMatchObject([{ Id: '1', Name: 'Trade', Active: true }]);
    expect(codes(await company.post('customertype', { Name: 'Retail' }))).toEqual(['500']);
    const body = { DisplayName: 'Elm', CustomerTypeRef: { value: '1' } };
    expect(await make('customer', 'Customer', body)).toMatchObject({
      CustomerTypeRef: { value: '1' },
    });
  });
});

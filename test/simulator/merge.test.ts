import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../src/simulator/index.js';
import { Books, CHECKING, linkLine, SAVINGS } from './support/books.js';
import {
  answered,
  codes,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany();
  books = new Books(company);
});

afterEach(() => company.close());

const merge = (entity: string, from: unknown, into: unknown) =>
  company.simulator.control.act(company.realmId, {
    do: 'merge',
    entity,
    from: String(from),
    into: String(into),
  }).object ?? {};

const customer = (DisplayName: string, members: JsonObject = {}) =>
  books.save('customer', { DisplayName, ...members });

describe('merging two customers', () => {
  it('moves transactions and balances to the one that stays', async () => {
    const [from, into] = [await customer('Heron'), await customer('Heron Ltd')];
    const sold = await books.invoice(80, String(from['Id']));
    const paid = await books.pay(30, [linkLine(20, sold)], String(from['Id']));
    await books.invoice(5, String(into['Id']));
    const before = await books.now('invoice', sold);

    expect(merge('Customer', from['Id'], into['Id'])).toMatchObject({
      Id: into['Id'],
      DisplayName: 'Heron Ltd',
      SyncToken: '0',
      Balance: 55,
      BalanceWithJobs: 55,
    });

    const CustomerRef = { value: into['Id'], name: 'Heron Ltd' };
    expect(await books.now('invoice', sold)).toEqual({ ...before, CustomerRef });
    expect(await books.now('payment', paid)).toMatchObject({ CustomerRef, SyncToken: '0' });
    const where = `where CustomerRef = '${String(into['Id'])}'`;
    expect(await company.query(`select count(*) from Invoice ${where}`)).toEqual({ totalCount: 2 });
    const old = `where CustomerRef = '${String(from['Id'])}'`;
    expect(await company.query(`select count(*) from Invoice ${old}`)).toEqual({ totalCount: 0 });
  });

  it('leaves nothing of the other: its id is unknown and its name is free', async () => {
    const [from, into] = [await customer('Heron'), await customer('Heron Ltd')];
    merge('Customer', from['Id'], into['Id']);
    const read = await company.get(`customer/${String(from['Id'])}`);
    expect(codes(read)).toEqual(['610']);
    expect(read.text).toContain('has been made inactive');
    const update = { Id: from['Id'], SyncToken: '0', sparse: true, Notes: 'a' };
    expect(codes(await company.post('customer', update))).toEqual(['610']);
    const body = { CustomerRef: { value: from['Id'] }, Line: [saleLine('3', 10)] };
    expect(codes(await company.post('invoice', body))).toEqual(['2500']);
    expect(await customer('Heron')).toMatchObject({ DisplayName: 'Heron' });
  });

  it('moves sub-customers below the one that stays', async () => {
    const [from, into] = [await customer('Heron'), await customer('Egret')];
    const job = await customer('Site', { Job: true, ParentRef: { value: from['Id'] } });
    await books.invoice(40, String(job['Id']));
    merge('Customer', from['Id'], into['Id']);
    expect(await books.now('customer', job)).toMatchObject({
      ParentRef: { value: into['Id'] },
      FullyQualifiedName: 'Egret:Site',
    });
    expect(await books.now('customer', into)).toMatchObject({ Balance: 0, BalanceWithJobs: 40 });
  });

  it('goes on with payments and voids as if it had always been one', async () => {
    const [from, into] = [await customer('Heron'), await customer('Egret')];
    const sold = await books.invoice(80, String(from['Id']));
    merge('Customer', from['Id'], into['Id']);
    const paid = await books.pay(80, [linkLine(80, sold)], String(into['Id']));
    expect(await books.customerBalance(String(into['Id']))).toBe(0);
    const { Id, SyncToken } = paid;
    await books.save('payment?operation=void', { Id, SyncToken, sparse: true });
    expect(await books.customerBalance(String(into['Id']))).toBe(80);
  });

  it('can move the tokens of the transactions as well', async () => {
    company.simulator.control.setBehaviours({ mergeBumpsTransactions: true });
    const [from, into] = [await customer('Heron'), await customer('Egret')];
    const sold = await books.invoice(80, String(from['Id']));
    merge('Customer', from['Id'], into['Id']);
    expect(await books.now('invoice', sold)).toMatchObject({ SyncToken: '1' });
  });

  it.each([
    ['into itself', 'Customer', '1', '1'],
    ['of an unknown one', 'Customer', '99999', '1'],
    ['into an unknown one', 'Customer', '1', '99999'],
    ['of what is no list', 'Invoice', '1', '2'],
    ['of what is nothing', 'Bird', '1', '2'],
    ['of accounts of different types', 'Account', CHECKING, '79'],
  ])('%s is refused', (_, entity, from, into) => {
    expect(() => merge(entity, from, into)).toThrow();
  });

  it('into a sub-customer of its own is refused', async () => {
    const from = await customer('Heron');
    const job = await customer('Site', { Job: true, ParentRef: { value: from['Id'] } });
    expect(() => merge('Customer', from['Id'], job['Id'])).toThrow(/below/);
    expect(merge('Customer', job['Id'], from['Id'])).toMatchObject({ BalanceWithJobs: 0 });
  });
});

describe('merging other names', () => {
  it('vendors: bills, names on entries and balances', async () => {
    const [from, into] = [
      await books.save('vendor', { DisplayName: 'Mill' }),
      await books.save('vendor', { DisplayName: 'Mill Ltd' }),
    ];
    const bill = await books.save('bill', {
      VendorRef: { value: from['Id'] },
      Line: [
        {
          Amount: 60,
          DetailType: 'AccountBasedExpenseLineDetail',
          AccountBasedExpenseLineDetail: { AccountRef: { value: '7' } },
        },
      ],
    });
    const side = (PostingType: string, account: string, id?: JsonValue): JsonObject => ({
      Amount: 15,
      DetailType: 'JournalEntryLineDetail',
      JournalEntryLineDetail: {
        PostingType,
        AccountRef: { value: account },
        ...(id === undefined ? {} : { Entity: { Type: 'Vendor', EntityRef: { value: id } } }),
      },
    });
    const entry = await books.save('journalentry', {
      Line: [side('Debit', '7'), side('Credit', '33', from['Id'])],
    });
    expect(merge('Vendor', from['Id'], into['Id'])).toMatchObject({ Balance: 75 });
    expect(await books.now('bill', bill)).toMatchObject({
      VendorRef: { value: into['Id'], name: 'Mill Ltd' },
    });
    const [, credit] = list(await books.now('journalentry', entry), 'Line');
    expect(member(credit ?? {}, 'JournalEntryLineDetail')['Entity']).toEqual({
      Type: 'Vendor',
      EntityRef: { value: into['Id'], name: 'Mill Ltd' },
    });
  });

  it('items: lines of sales', async () => {
    const sold = await books.invoice(10);
    const service = { Name: 'Repairs', Type: 'Service', IncomeAccountRef: { value: '79' } };
    const into = await books.save('item', service);
    const first = await books.now('item', { Id: '3' });
    if (first['Type'] !== 'Service') throw new Error('the sample item is no service');
    merge('Item', '3', into['Id']);
    const [line] = list(await books.now('invoice', sold), 'Line');
    expect(member(line ?? {}, 'SalesItemLineDetail')['ItemRef']).toEqual({
      value: into['Id'],
      name: 'Repairs',
    });
  });

  it('accounts: balances add up, also above', async () => {
    const bank = (Name: string, members: JsonObject = {}) =>
      books.save('account', { Name, AccountType: 'Bank', AccountSubType: 'Checking', ...members });
    const top = await bank('Houses');
    const [from, into] = [
      await bank('Old', { ParentRef: { value: top['Id'] } }),
      await bank('New'),
    ];
    const transfer = (to: JsonValue | undefined, Amount: number) =>
      books.save('transfer', {
        FromAccountRef: { value: SAVINGS },
        ToAccountRef: { value: to },
        Amount,
      });
    const moved = await transfer(from['Id'], 70);
    await transfer(into['Id'], 5);
    expect(await books.now('account', top)).toMatchObject({ CurrentBalanceWithSubAccounts: 70 });
    expect(merge('Account', from['Id'], into['Id'])).toMatchObject({
      CurrentBalance: 75,
      CurrentBalanceWithSubAccounts: 75,
    });
    expect(await books.now('account', top)).toMatchObject({ CurrentBalanceWithSubAccounts: 0 });
    expect(await books.now('transfer', moved)).toMatchObject({
      ToAccountRef: { value: into['Id'], name: 'New' },
    });
  });
});

it('attachments of a merged name are on the one that stays', async () => {
  const [from, into] = [await customer('Heron'), await customer('Egret')];
  const note = await books.save('attachable', {
    Note: 'Map',
    AttachableRef: [{ EntityRef: { type: 'Customer', value: from['Id'] } }],
  });
  merge('Customer', from['Id'], into['Id']);
  expect(await books.now('attachable', note)).toMatchObject({
    AttachableRef: [{ EntityRef: { type: 'Customer', value: into['Id'] } }],
  });
});

it('a check to a merged vendor is to the one that stays', async () => {
  const [from, into] = [
    await books.save('vendor', { DisplayName: 'Mill' }),
    await books.save('vendor', { DisplayName: 'Mill Ltd' }),
  ];
  const check = await books.save('purchase', {
    PaymentType: 'Check',
    AccountRef: { value: CHECKING },
    EntityRef: { value: from['Id'], type: 'Vendor' },
    Line: [
      {
        Amount: 30,
        DetailType: 'AccountBasedExpenseLineDetail',
        AccountBasedExpenseLineDetail: { AccountRef: { value: '7' } },
      },
    ],
  });
  merge('Vendor', from['Id'], into['Id']);
  expect((await books.now('purchase', check))['EntityRef']).toEqual({
    value: into['Id'],
    name: 'Mill Ltd',
    type: 'Vendor',
  });
});

describe('a person', () => {
  it('receives a payment: all that is open, or a part', async () => {
    const sold = await books.invoice(80);
    const pay = (members: JsonObject) =>
      company.simulator.control.act(company.realmId, {
        do: 'pay',
        invoice: String(sold['Id']),
        ...members,
      });
    expect(pay({ amount: 30, date: '2026-04-01', account: CHECKING }).object).toMatchObject({
      TotalAmt: 30,
      UnappliedAmt: 0,
      TxnDate: '2026-04-01',
      DepositToAccountRef: { value: CHECKING },
    });
    expect(pay({}).object).toMatchObject({ TotalAmt: 50 });
    expect(await books.now('invoice', sold)).toMatchObject({ Balance: 0, SyncToken: '2' });
    expect(() => pay({ amount: 1 })).toThrow(/6000/);
    expect(() => pay({})).toThrow(/Nothing to pay/);
    const missing = { do: 'pay', invoice: '99999' } as const;
    expect(() => company.simulator.control.act(company.realmId, missing)).toThrow(/No Invoice/);
  });

  it('does so over HTTP too', async () => {
    const sold = await books.invoice(80);
    const { url } = company.simulator;
    const act = async (body: unknown) => {
      const response = await fetch(`${url}/control/companies/${company.realmId}/act`, {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return response.status;
    };
    expect(await act({ do: 'pay', invoice: sold['Id'] })).toBe(200);
    expect(await act({ do: 'merge', entity: 'Customer', from: '2', into: '1' })).toBe(200);
    expect(await act({ do: 'merge', entity: 'Customer', from: '2', into: '1' })).toBe(400);
    const reply = await company.get('customer/1');
    expect(answered(reply, 'Customer')).toMatchObject({ Balance: 0 });
  });
});

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  Books,
  CHECKING,
  CUSTOMER,
  INCOME,
  linkLine,
  RECEIVABLE,
  SAVINGS,
  sparse,
  UNDEPOSITED,
} from './support/books.js';
import { codes, faults, list, startCompany, type TestCompany } from './support/company.js';

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany();
  books = new Books(company);
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const accountLine = (amount: number, account: string, detail: JsonObject = {}): JsonObject => ({
  Amount: amount,
  DetailType: 'DepositLineDetail',
  DepositLineDetail: { AccountRef: { value: account }, ...detail },
});

const depositBody = (lines: JsonObject[], members: JsonObject = {}): JsonObject => ({
  DepositToAccountRef: { value: CHECKING },
  Line: lines,
  ...members,
});

const deposit = (lines: JsonObject[], members: JsonObject = {}) =>
  books.save('deposit', depositBody(lines, members));

describe('a deposit', () => {
  it('of money from elsewhere posts to the account of its line', async () => {
    const created = await deposit([accountLine(100, INCOME)]);
    expect(created).toMatchObject({
      DepositToAccountRef: { value: CHECKING, name: 'Checking' },
      TotalAmt: 100,
      TxnDate: '2026-05-05',
      SyncToken: '0',
      TxnTaxDetail: {},
    });
    expect(list(created, 'Line')).toEqual([
      {
        Id: '1',
        LineNum: 1,
        Amount: 100,
        DetailType: 'DepositLineDetail',
        DepositLineDetail: { AccountRef: { value: INCOME, name: 'Sales of Product Income' } },
        CustomExtensions: [],
      },
    ]);
    expect(created['MetaData']).not.toHaveProperty('LastModifiedByRef');
    expect(await books.accountBalance(CHECKING)).toBe(100);
  });

  it('takes payments out of Undeposited Funds without moving their tokens', async () => {
    const body = { CustomerRef: { value: CUSTOMER }, TotalAmt: 220, PaymentRefNum: '6552' };
    const paid = await books.save('payment', { ...body, PaymentMethodRef: { value: '2' } });
    company.simulator.control.setClock({ advanceMs: 60_000 });
    const created = await deposit([linkLine(220, paid, 'Payment')]);
    expect(list(created, 'Line')).toEqual([
      {
        Amount: 220,
        LinkedTxn: [{ TxnId: paid['Id'], TxnType: 'Payment', TxnLineId: '0' }],
        DepositLineDetail: { PaymentMethodRef: { value: '2' }, CheckNum: '6552' },
      },
    ]);
    const LinkedTxn = [{ TxnId: created['Id'], TxnType: 'Deposit' }];
    expect(await books.now('payment', paid)).toEqual({ ...paid, LinkedTxn });
    expect(await books.accountBalance(UNDEPOSITED)).toBe(0);
    expect(await books.accountBalance(CHECKING)).toBe(220);
    expect(await company.query('select * from Deposit')).toEqual({
      Deposit: [created],
      startPosition: 1,
      maxResults: 1,
      totalCount: 1,
    });
  });

  it('counts the whole payment, whatever amount the line states', async () => {
    const paid = await books.pay(1675.52, []);
    expect(await deposit([linkLine(1675, paid, 'Payment')])).toMatchObject({ TotalAmt: 1675.52 });
  });

  it('may hand out cash', async () => {
    const paid = await books.pay(1068.15, []);
    const CashBack = { AccountRef: { value: SAVINGS }, Amount: 200, Memo: 'Money to savings' };
    const created = await deposit([linkLine(1068.15, paid, 'Payment')], { CashBack });
    expect(created).toMatchObject({
      TotalAmt: 868.15,
      CashBack: { AccountRef: { value: SAVINGS, name: 'Savings' }, Amount: 200 },
    });
    expect(await books.accountBalance(CHECKING)).toBe(868.15);
    expect(await books.accountBalance(SAVINGS)).toBe(200);
    expect(await books.accountBalance(UNDEPOSITED)).toBe(0);
  });

  it('names whom money is from, and lowers what a customer owes', async () => {
    await books.invoice(50);
    const line = accountLine(30, RECEIVABLE, { Entity: { value: CUSTOMER } });
    const created = await deposit([line]);
    const [stored] = list(created, 'Line');
    expect(stored?.['DepositLineDetail']).toMatchObject({
      Entity: { value: CUSTOMER, name: expect.any(String), type: 'Customer' },
    });
    expect(await books.customerBalance(CUSTOMER)).toBe(20);
    const nameless = await company.post('deposit', depositBody([accountLine(30, RECEIVABLE)]));
    expect(codes(nameless)).toEqual(['6000']);
  });

  it('needs an account for its money and for each line', async () => {
    const elements = async (body: JsonObject) =>
      faults(await company.post('deposit', body)).map(({ element }) => element);
    expect(await elements({ Line: [accountLine(1, INCOME)] })).toEqual(['DepositToAccountRef']);
    const line = { Amount: 1, DetailType: 'DepositLineDetail', DepositLineDetail: {} };
    expect(await elements(depositBody([line]))).toEqual(['AccountRef']);
    const body = depositBody([accountLine(1, INCOME)], { DepositToAccountRef: { value: INCOME } });
    expect(codes(await company.post('deposit', body))).toEqual(['6430']);
  });

  it('cannot take what is in another deposit, twice, elsewhere or nothing', async () => {
    const paid = await books.pay(10, []);
    const twice = depositBody([linkLine(10, paid, 'Payment'), linkLine(10, paid, 'Payment')]);
    expect(codes(await company.post('deposit', twice))).toEqual(['6000']);
    const lines = [linkLine(10, paid, 'Payment')];
    await deposit(lines);
    expect(codes(await company.post('deposit', depositBody(lines)))).toEqual(['6000']);
    const body = { CustomerRef: { value: CUSTOMER }, TotalAmt: 10 };
    const banked = await books.save('payment', {
      ...body,
      DepositToAccountRef: { value: CHECKING },
    });
    const elsewhere = depositBody([linkLine(10, banked, 'Payment')]);
    expect(codes(await company.post('deposit', elsewhere))).toEqual(['620']);
    const nothing = depositBody([linkLine(10, { Id: '99999' }, 'Payment')]);
    expect(codes(await company.post('deposit', nothing))).toEqual(['610']);
  });

  it('gives its payments back when it is deleted', async () => {
    const paid = await books.pay(10, []);
    const created = await deposit([linkLine(10, paid, 'Payment')]);
    await books.save('deposit?operation=delete', sparse(created));
    expect(await books.now('payment', paid)).toEqual(paid);
    expect(await books.accountBalance(UNDEPOSITED)).toBe(10);
    expect(await books.accountBalance(CHECKING)).toBe(0);
  });

  it('holds sales receipts like payments', async () => {
    const receipt = await books.save('salesreceipt', {
      CustomerRef: { value: CUSTOMER },
      Line: [
        {
          Amount: 78.75,
          DetailType: 'SalesItemLineDetail',
          SalesItemLineDetail: { ItemRef: { value: '3' } },
        },
      ],
    });
    const created = await deposit([linkLine(78.75, receipt, 'SalesReceipt')]);
    expect(created).toMatchObject({ TotalAmt: 78.75 });
    expect(await books.now('salesreceipt', receipt)).toMatchObject({
      SyncToken: '0',
      LinkedTxn: [{ TxnId: created['Id'], TxnType: 'Deposit' }],
    });
    expect(await books.accountBalance(UNDEPOSITED)).toBe(0);
  });
});

describe('a payment that was deposited', () => {
  it('can be changed only after it is taken out of the deposit', async () => {
    const paid = await books.pay(10, []);
    const created = await deposit([linkLine(10, paid, 'Payment'), accountLine(5, INCOME)]);
    const update = sparse(paid, { TotalAmt: 12 });
    const refused = await company.post('payment', update);
    expect(faults(refused)).toMatchObject([
      { code: '6540', detail: expect.stringMatching(/^This transaction has been deposited\./) },
    ]);
    expect(codes(await company.post('payment?operation=delete', sparse(paid)))).toEqual(['6540']);
    expect(codes(await company.post('payment?operation=void', sparse(paid)))).toEqual(['6540']);
    const [, kept] = list(created, 'Line');
    expect(await books.save('deposit', sparse(created, { Line: [kept ?? {}] }))).toMatchObject({
      TotalAmt: 5,
    });
    expect(await books.save('payment', update)).toMatchObject({ TotalAmt: 12 });
  });
});

describe('a transfer', () => {
  const body = (Amount: number, from: string, to: string): JsonObject => ({
    Amount,
    FromAccountRef: { value: from },
    ToAccountRef: { value: to },
  });

  it('moves money from one account to another', async () => {
    const created = await books.save('transfer', body(120, CHECKING, SAVINGS));
    expect(created).toMatchObject({
      Amount: 120,
      FromAccountRef: { value: CHECKING, name: 'Checking' },
      ToAccountRef: { value: SAVINGS, name: 'Savings' },
      TxnDate: '2026-05-05',
    });
    expect(await books.accountBalance(CHECKING)).toBe(-120);
    const changed = await books.save('transfer', sparse(created, { Amount: 660 }));
    expect(changed).toMatchObject({ Amount: 660, SyncToken: '1' });
    expect(await books.accountBalance(SAVINGS)).toBe(660);
    await books.save('transfer?operation=delete', sparse(changed));
    expect(await books.accountBalance(SAVINGS)).toBe(0);
  });

  it.each([
    ['an account of income', 10, CHECKING, INCOME, '6430'],
    ['the receivable account', 10, RECEIVABLE, CHECKING, '6430'],
    ['the same account', 10, CHECKING, CHECKING, '6000'],
    ['nothing', 0, CHECKING, SAVINGS, '6000'],
  ])('of %s is refused', async (_, amount, from, to, code) => {
    expect(codes(await company.post('transfer', body(amount, from, to)))).toEqual([code]);
  });

  it('needs both accounts and an amount', async () => {
    const reply = await company.post('transfer', { PrivateNote: 'a' });
    expect(codes(reply)).toEqual(['2020', '2020', '2020']);
  });
});

it('closed books refuse a deposit', async () => {
  company.simulator.control.act(company.realmId, { do: 'close_books', date: '2026-04-30' });
  const reply = await company.post('deposit', {
    ...depositBody([accountLine(1, INCOME)]),
    TxnDate: '2026-04-30',
  });
  expect(codes(reply)).toEqual(['6210']);
});

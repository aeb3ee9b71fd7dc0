import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  Books,
  CHECKING,
  CUSTOMER,
  linkLine,
  pairsOf,
  paymentBody,
  RECEIVABLE,
  sparse,
} from './support/books.js';
import { codes, list, saleLine, startCompany, type TestCompany } from './support/company.js';

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany();
  books = new Books(company);
});

afterEach(() => company.close());

const credit = (amount: number) =>
  books.save('creditmemo', { CustomerRef: { value: CUSTOMER }, Line: [saleLine('3', amount)] });

const apply = (amount: number, sold: JsonObject, memo: JsonObject, money = 0) =>
  books.pay(money, [linkLine(amount + money, sold), linkLine(amount, memo, 'CreditMemo')]);

describe('a payment of nothing that links an invoice and a credit memo', () => {
  it('applies the credit: both have less open and a new token', async () => {
    const [sold, memo] = [await books.invoice(205), await credit(100)];
    const created = await apply(100, sold, memo);
    expect(created).toMatchObject({ TotalAmt: 0, UnappliedAmt: 0, SyncToken: '0' });
    expect(created).not.toHaveProperty('DepositToAccountRef');
    expect(list(created, 'Line').map(pairsOf)).toEqual([
      {
        txnId: sold['Id'],
        txnOpenBalance: '205.00',
        txnReferenceNumber: sold['DocNumber'],
      },
      {
        txnId: memo['Id'],
        txnOpenBalance: '100.00',
        txnReferenceNumber: memo['DocNumber'],
      },
    ]);
    expect(await books.now('invoice', sold)).toMatchObject({
      Balance: 105,
      SyncToken: '1',
      LinkedTxn: [{ TxnId: created['Id'], TxnType: 'Payment' }],
    });
    const used = await books.now('creditmemo', memo);
    expect(used).toMatchObject({ Balance: 0, RemainingCredit: 0, TotalAmt: 100, SyncToken: '1' });
    expect(list(used, 'LinkedTxn')).toEqual([]);
    expect(await books.customerBalance(CUSTOMER)).toBe(105);
    expect(await books.accountBalance(RECEIVABLE)).toBe(105);
  });

  it('may add money to the credit', async () => {
    const [sold, memo] = [await books.invoice(205), await credit(100)];
    expect(await apply(100, sold, memo, 105)).toMatchObject({ TotalAmt: 105, UnappliedAmt: 0 });
    expect(await books.now('invoice', sold)).toMatchObject({ Balance: 0 });
    expect(await books.customerBalance(CUSTOMER)).toBe(0);
  });

  it.each([
    ['more credit than there is', 205, 101, 101],
    ['more credit than charges', 205, 50, 60],
    ['more charges than credit', 205, 60, 50],
  ])('cannot apply %s', async (_, amount, charge, used) => {
    const [sold, memo] = [await books.invoice(amount), await credit(100)];
    const lines = [linkLine(charge, sold), linkLine(used, memo, 'CreditMemo')];
    expect(codes(await company.post('payment', paymentBody(0, lines)))).toEqual(['6000']);
    expect(await books.now('creditmemo', memo)).toEqual(memo);
  });

  it('gives the credit back when the invoice is voided', async () => {
    const [sold, memo] = [await books.invoice(100), await credit(100)];
    const created = await apply(100, sold, memo);
    await books.save('invoice?operation=void', sparse(await books.now('invoice', sold)));
    expect(await books.now('payment', created)).toMatchObject({ Line: [], UnappliedAmt: 0 });
    expect(await books.now('creditmemo', memo)).toMatchObject({
      Balance: 100,
      RemainingCredit: 100,
    });
    expect(await books.customerBalance(CUSTOMER)).toBe(-100);
  });

  it('opens the invoice again where the credit memo shrinks', async () => {
    const [sold, memo] = [await books.invoice(100), await credit(100)];
    const created = await apply(100, sold, memo);
    const stored = await books.now('creditmemo', memo);
    const smaller = await books.save('creditmemo', sparse(stored, { Line: [saleLine('3', 60)] }));
    expect(smaller).toMatchObject({ TotalAmt: 60, RemainingCredit: 0 });
    expect(await books.now('invoice', sold)).toMatchObject({ Balance: 40 });
    expect(await books.now('payment', created)).toMatchObject({
      Line: [{ Amount: 60 }, { Amount: 60 }],
      UnappliedAmt: 0,
    });
    expect(await books.customerBalance(CUSTOMER)).toBe(40);
  });

  it('is undone by deleting it, and till then the memo stays', async () => {
    const [sold, memo] = [await books.invoice(100), await credit(100)];
    const created = await apply(100, sold, memo);
    const remove = async () =>
      company.post('creditmemo?operation=delete', sparse(await books.now('creditmemo', memo)));
    expect(codes(await remove())).toEqual(['800']);
    await books.save('payment?operation=delete', sparse(created));
    expect(await books.now('invoice', sold)).toMatchObject({ Balance: 100, LinkedTxn: [] });
    expect((await remove()).status).toBe(200);
    expect(await books.customerBalance(CUSTOMER)).toBe(100);
  });
});

describe('money of a check to a customer', () => {
  const paidBack = () =>
    books.save('purchase', {
      PaymentType: 'Check',
      AccountRef: { value: CHECKING },
      EntityRef: { value: CUSTOMER, type: 'Customer' },
      Line: [
        {
          Amount: 30,
          DetailType: 'AccountBasedExpenseLineDetail',
          AccountBasedExpenseLineDetail: {
            AccountRef: { value: RECEIVABLE },
            CustomerRef: { value: CUSTOMER },
          },
        },
      ],
    });

  it('is a charge that a payment can be applied to', async () => {
    const refund = await paidBack();
    await books.pay(30, [linkLine(30, refund, 'Check')]);
    const again = paymentBody(30, [linkLine(30, refund, 'Check')]);
    expect(codes(await company.post('payment', again))).toEqual(['6000']);
    expect(await books.customerBalance(CUSTOMER)).toBe(0);
  });

  it('stays as it is while a payment is applied to it', async () => {
    const refund = await paidBack();
    const paid = await books.pay(30, [linkLine(30, refund, 'Check')]);
    const stored = await books.now('purchase', refund);
    const moved = sparse(stored, { EntityRef: { value: '2', type: 'Customer' } });
    expect(codes(await company.post('purchase?operation=delete', stored))).toEqual(['800']);
    expect(codes(await company.post('purchase?operation=void', stored))).toEqual(['6000']);
    expect(codes(await company.post('purchase', moved))).toEqual(['6000']);
    await books.save('purchase', sparse(stored, { PrivateNote: 'as agreed' }));
    await books.save('payment?operation=delete', paid);
    await books.save('purchase?operation=delete', await books.now('purchase', refund));
    expect(await books.accountBalance(RECEIVABLE)).toBe(0);
  });
});

it('a payment is sent to the address of its customer', async () => {
  const customer = await books.save('customer', {
    DisplayName: 'Heron',
    PrimaryEmailAddr: { Address: 'heron@example.com' },
  });
  const paid = await books.pay(10, [], String(customer['Id']));
  const reply = await company.post(`payment/${String(paid['Id'])}/send`, '');
  expect(reply.status).toBe(200);
  const nobody = await books.pay(10, [], '2');
  const stored = await books.now('customer', { Id: '2' });
  await books.save('customer', sparse(stored, { PrimaryEmailAddr: null }));
  expect(codes(await company.post(`payment/${String(nobody['Id'])}/send`, ''))).toEqual(['2020']);
});

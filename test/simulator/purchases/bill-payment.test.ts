import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, list, startCompany, type TestCompany } from '../support/company.js';
import {
  applied,
  CHECKING,
  known,
  MASTERCARD,
  make,
  now,
  OTHER_VENDOR,
  PAYABLE,
  pay,
  ref,
  SAVINGS,
  spend,
  VENDOR,
} from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const bill = (amount: number, body: JsonObject = {}) =>
  make(company, 'Bill', { Line: [spend(amount)], ...body });

const credit = (amount: number, body: JsonObject = {}) =>
  make(company, 'VendorCredit', { Line: [spend(amount)], ...body });

const post = (body: JsonObject) =>
  company.post('billpayment', {
    VendorRef: ref(VENDOR),
    TotalAmt: 10,
    PayType: 'Check',
    CheckPayment: { BankAccountRef: ref(CHECKING) },
    ...body,
  });

async function balances(): Promise<unknown[]> {
  const vendor = await now(company, 'Vendor', { Id: VENDOR });
  const account = async (id: string) =>
    (await now(company, 'Account', { Id: id }))['CurrentBalance'];
  return [vendor['Balance'], await account(PAYABLE), await account(CHECKING)];
}

describe('a bill payment by check', () => {
  it('answers the members that QuickBooks answers, in its order', async () => {
    const owed = await bill(200);
    const paid = await pay(company, 200, [applied(200, 'Bill', owed)], { PrivateNote: 'No. 3' });
    expect(Object.keys(paid)).toEqual([
      'VendorRef',
      'PayType',
      'CheckPayment',
      'TotalAmt',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
      'TxnDate',
      'CurrencyRef',
      'PrivateNote',
      'Line',
    ]);
    expect(paid).toMatchObject({
      CheckPayment: {
        BankAccountRef: { value: CHECKING, name: 'Checking' },
        PrintStatus: 'NeedToPrint',
      },
      Line: [{ Amount: 200, LinkedTxn: [{ TxnId: owed['Id'], TxnType: 'Bill' }] }],
    });
    expect(paid['MetaData']).not.toHaveProperty('LastModifiedByRef');
  });

  it('settles the bill, which lists it and gets a new SyncToken', async () => {
    const owed = await bill(200);
    const paid = await pay(company, 150, [applied(150, 'Bill', owed)]);
    expect(await now(company, 'Bill', owed)).toMatchObject({
      Balance: 50,
      SyncToken: '1',
      LinkedTxn: [{ TxnId: paid['Id'], TxnType: 'BillPaymentCheck' }],
    });
    expect(await balances()).toEqual([50, -50, -150]);
  });

  it('may pay several bills, and some of them in part', async () => {
    const first = await bill(100);
    const second = await bill(80);
    await pay(company, 130, [applied(100, 'Bill', first), applied(30, 'Bill', second)]);
    expect(await now(company, 'Bill', first)).toMatchObject({ Balance: 0 });
    expect(await now(company, 'Bill', second)).toMatchObject({ Balance: 50 });
  });
});

describe('a bill payment by card', () => {
  it('is charged to the card and listed on the bill like a check', async () => {
    const owed = await bill(60);
    const paid = await make(company, 'BillPayment', {
      TotalAmt: 60,
      PayType: 'CreditCard',
      CreditCardPayment: { CCAccountRef: ref(MASTERCARD) },
      Line: [applied(60, 'Bill', owed)],
    });
    expect(paid).not.toHaveProperty('CheckPayment');
    expect(await now(company, 'Bill', owed)).toMatchObject({
      LinkedTxn: [{ TxnId: paid['Id'], TxnType: 'BillPaymentCheck' }],
    });
    const card = await now(company, 'Account', { Id: MASTERCARD });
    expect(card).toMatchObject({ CurrentBalance: -60 });
  });
});

describe('a vendor credit', () => {
  it('lowers what the vendor is owed, and stays open until it is used', async () => {
    await bill(100);
    const given = await credit(30);
    expect(given).toMatchObject({ TotalAmt: 30, Balance: 30, VendorRef: { value: VENDOR } });
    expect(given).not.toHaveProperty('DocNumber');
    expect(await balances()).toEqual([70, -70, 0]);
  });

  it('is used up by a payment for less money', async () => {
    const owed = await bill(100);
    const given = await credit(30);
    await pay(company, 70, [applied(100, 'Bill', owed), applied(30, 'VendorCredit', given)]);
    expect(await now(company, 'Bill', owed)).toMatchObject({ Balance: 0 });
    expect(await now(company, 'VendorCredit', given)).toMatchObject({ Balance: 0, SyncToken: '1' });
    expect(await balances()).toEqual([0, 0, -70]);
  });

  it('is not deleted while it is used', async () => {
    const owed = await bill(100);
    const given = await credit(30);
    await pay(company, 0, [applied(30, 'Bill', owed), applied(30, 'VendorCredit', given)]);
    const used = await now(company, 'VendorCredit', given);
    const refused = await company.post('vendorcredit?operation=delete', known(used));
    expect(codes(refused)).toEqual(['800']);
  });
});

describe('taking a bill payment back', () => {
  let owed: JsonObject;
  let paid: JsonObject;

  beforeEach(async () => {
    owed = await bill(200);
    paid = await pay(company, 150, [applied(150, 'Bill', owed)]);
  });

  it('by voiding leaves it without lines and worth nothing', async () => {
    const reply = await company.post('billpayment?operation=update&include=void', {
      ...known(paid),
      sparse: true,
    });
    expect(answered(reply, 'BillPayment')).toMatchObject({
      TotalAmt: 0,
      Line: [],
      PrivateNote: 'Voided',
      SyncToken: '1',
    });
    expect(await now(company, 'Bill', owed)).toMatchObject({ Balance: 200, LinkedTxn: [] });
    expect(await balances()).toEqual([200, -200, 0]);
  });

  it('by deleting leaves nothing of it', async () => {
    const reply = await company.post('billpayment?operation=delete', known(paid));
    expect(answered(reply, 'BillPayment')).toEqual({
      status: 'Deleted',
      domain: 'QBO',
      Id: paid['Id'],
    });
    expect(await now(company, 'Bill', owed)).toMatchObject({ Balance: 200, SyncToken: '2' });
    expect(await balances()).toEqual([200, -200, 0]);
  });

  it('by an update frees the bills it no longer names', async () => {
    const other = await bill(90);
    const Line = [applied(90, 'Bill', other)];
    const change = known(paid, { sparse: true, TotalAmt: 90, Line });
    answered(await company.post('billpayment', change), 'BillPayment');
    expect(await now(company, 'Bill', owed)).toMatchObject({ Balance: 200, LinkedTxn: [] });
    expect(await now(company, 'Bill', other)).toMatchObject({ Balance: 0 });
  });

  it('may raise what it applies by what it had applied already', async () => {
    const change = known(paid, { sparse: true, TotalAmt: 200, Line: [applied(200, 'Bill', owed)] });
    answered(await company.post('billpayment', change), 'BillPayment');
    expect(await now(company, 'Bill', owed)).toMatchObject({ Balance: 0 });
  });
});

describe('a bill payment is refused', () => {
  it.each<[string, JsonObject, string[]]>([
    ['without a vendor', { VendorRef: null }, ['2020']],
    ['without an amount', { TotalAmt: null }, ['6000']],
    ['without a way of paying', { PayType: null }, ['2020']],
    ['without lines', { Line: [] }, ['2020']],
    ['by an unknown way of paying', { PayType: 'Cash' }, ['2170']],
    ['by check without a bank account', { CheckPayment: {} }, ['2020']],
    ['by check from a card', { CheckPayment: { BankAccountRef: ref(MASTERCARD) } }, ['6430']],
    [
      'by card from a bank',
      { PayType: 'CreditCard', CreditCardPayment: { CCAccountRef: ref(SAVINGS) } },
      ['6430'],
    ],
    ['from an unknown account', { CheckPayment: { BankAccountRef: ref('999') } }, ['2500']],
  ])('%s', async (_, body, expected) => {
    const owed = await bill(10);
    expect(codes(await post({ Line: [applied(10, 'Bill', owed)], ...body }))).toEqual(expected);
  });

  it('for more than is open on a bill, also in two lines', async () => {
    const owed = await bill(10);
    expect(codes(await post({ TotalAmt: 11, Line: [applied(11, 'Bill', owed)] }))).toEqual([
      '6000',
    ]);
    const Line = [applied(6, 'Bill', owed), applied(6, 'Bill', owed)];
    expect(codes(await post({ TotalAmt: 12, Line }))).toEqual(['6000']);
    expect(await now(company, 'Bill', owed)).toMatchObject({ Balance: 10, SyncToken: '0' });
  });

  it('for less than it applies', async () => {
    const owed = await bill(10);
    expect(codes(await post({ TotalAmt: 9, Line: [applied(10, 'Bill', owed)] }))).toEqual(['6000']);
  });

  it('for less than nothing', async () => {
    const owed = await bill(10);
    const Line = [applied(10, 'Bill', owed), applied(-5, 'Bill', owed)];
    expect(codes(await post({ Line }))).toEqual(['6000']);
    expect(codes(await post({ TotalAmt: -1, Line: [applied(0, 'Bill', owed)] }))).toContain('6000');
  });

  it('for a credit without a bill that it pays', async () => {
    const unused = await credit(10);
    const Line = [applied(10, 'VendorCredit', unused)];
    expect(codes(await post({ TotalAmt: 0, Line }))).toEqual(['6000']);
  });

  it('for the bill of another vendor, and for what is no bill', async () => {
    const other = await bill(10, { VendorRef: ref(OTHER_VENDOR) });
    expect(codes(await post({ Line: [applied(10, 'Bill', other)] }))).toEqual(['620']);
    expect(codes(await post({ Line: [applied(10, 'Invoice', other)] }))).toEqual(['620']);
  });

  it('for a bill that is not there', async () => {
    expect(codes(await post({ Line: [applied(10, 'Bill', { Id: '999' })] }))).toEqual(['610']);
  });

  it('with the number of another check from the same account', async () => {
    const owed = await bill(30);
    const Line = [applied(10, 'Bill', owed)];
    expect((await post({ DocNumber: '11', Line })).status).toBe(200);
    expect(codes(await post({ DocNumber: '11', Line }))).toEqual(['6140']);
    const elsewhere = { CheckPayment: { BankAccountRef: ref(SAVINGS) } };
    expect((await post({ DocNumber: '11', Line, ...elsewhere })).status).toBe(200);
  });
});

describe('bill payments in queries', () => {
  it('are counted and found by vendor', async () => {
    await pay(company, 10, [applied(10, 'Bill', await bill(10))]);
    const found = await company.query(`select * from BillPayment where VendorRef = '${VENDOR}'`);
    expect(found['totalCount']).toBe(1);
    expect(list(found, 'BillPayment')).toHaveLength(1);
  });
});

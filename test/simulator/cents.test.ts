import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import { Books, CHECKING, linkLine, SAVINGS } from './support/books.js';
import { saleLine, startCompany, type TestCompany } from './support/company.js';
import { ref, spend, VENDOR } from './support/purchases.js';

// That amounts are rounded, and not refused, is a guess; the totals made of them have two decimals.

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany({ preferences: { SalesFormsPrefs: { AllowDeposit: true } } });
  books = new Books(company);
});

afterEach(() => company.close());

const sale = (Line: JsonObject[], body: JsonObject = {}) => ({
  CustomerRef: ref('1'),
  Line,
  ...body,
});

it('an amount is stored in whole cents, half of one rounded up', async () => {
  const discount = { Amount: 1.005, DetailType: 'DiscountLineDetail', DiscountLineDetail: {} };
  const account = { DiscountAccountRef: ref('86') };
  const Line = [saleLine('3', 10.555), { ...discount, DiscountLineDetail: account }];
  const made = await books.save('invoice', sale(Line, { Deposit: 2.345 }));
  expect(made).toMatchObject({
    TotalAmt: 9.55,
    Deposit: 2.35,
    Balance: 7.2,
    Line: [{ Amount: 10.56 }, { Amount: 10.56 }, { Amount: 1.01 }],
  });
});

it('a tax of one’s own is stored in whole cents, its lines too', async () => {
  const total = sale([saleLine('3', 10)], { TxnTaxDetail: { TotalTax: 0.825 } });
  expect(await books.save('invoice', total)).toMatchObject({
    TotalAmt: 10.83,
    TxnTaxDetail: { TotalTax: 0.83 },
  });
  const TaxLine = [
    {
      Amount: 0.825,
      DetailType: 'TaxLineDetail',
      TaxLineDetail: { TaxRateRef: ref('3'), PercentBased: true, TaxPercent: 8.25 },
    },
  ];
  const lines = sale([saleLine('3', 10)], { TxnTaxDetail: { TaxLine } });
  expect(await books.save('invoice', lines)).toMatchObject({
    TotalAmt: 10.83,
    TxnTaxDetail: { TotalTax: 0.83, TaxLine: [{ Amount: 0.83 }] },
  });
});

it('what is bought and paid is stored in whole cents', async () => {
  const bill = await books.save('bill', { VendorRef: ref(VENDOR), Line: [spend(10.555)] });
  expect(bill).toMatchObject({ TotalAmt: 10.56, Line: [{ Amount: 10.56 }] });
  const paid = await books.save('billpayment', {
    VendorRef: ref(VENDOR),
    PayType: 'Check',
    CheckPayment: { BankAccountRef: ref(CHECKING) },
    TotalAmt: 5.005,
    Line: [linkLine(5.005, bill, 'Bill')],
  });
  expect(paid).toMatchObject({ TotalAmt: 5.01, Line: [{ Amount: 5.01 }] });
  expect(await books.now('bill', bill)).toMatchObject({ Balance: 5.55 });
  const CashBack = { AccountRef: ref(SAVINGS), Amount: 1.005 };
  const detail = { DetailType: 'DepositLineDetail', DepositLineDetail: { AccountRef: ref('34') } };
  const Line = [{ Amount: 20, ...detail }];
  const deposit = { DepositToAccountRef: ref(CHECKING), CashBack, Line };
  expect(await books.save('deposit', deposit)).toMatchObject({
    TotalAmt: 18.99,
    CashBack: { Amount: 1.01 },
  });
});

it('prices and quantities keep all their decimals', async () => {
  const line = saleLine('3', 100, { Qty: 3, UnitPrice: 33.333333 });
  expect(await books.save('invoice', sale([line]))).toMatchObject({
    Line: [{ Amount: 100, SalesItemLineDetail: { UnitPrice: 33.333333 } }, {}],
  });
});

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { codes, startCompany, type TestCompany } from '../support/company.js';
import { buy, create, known, MASTERCARD, make, now, ref, VENDOR } from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const Line = [buy(156, { Qty: 3, UnitPrice: 52 })];

/** How many of the bought item came in since `before`. */
async function came(before: number): Promise<number> {
  return (await onHand()) - before;
}

async function onHand(): Promise<number> {
  return Number((await now(company, 'Item', { Id: '11' }))['QtyOnHand']);
}

const card = (body: JsonObject) =>
  create(company, 'Purchase', {
    PaymentType: 'CreditCard',
    AccountRef: ref(MASTERCARD),
    Line,
    ...body,
  });

it('Goods come in with a bill, and no longer when it is deleted', async () => {
  const start = await onHand();
  const bill = await make(company, 'Bill', { Line });
  expect(await came(start)).toBe(3);
  await company.post('bill?operation=delete', known(bill));
  expect(await came(start)).toBe(0);
});

it('Goods go back with a vendor credit', async () => {
  const start = await onHand();
  await make(company, 'VendorCredit', { Line });
  expect(await came(start)).toBe(-3);
});

it('Goods come with a card charge, go with a credit, and are as before when it is voided', async () => {
  const start = await onHand();
  await card({});
  expect(await came(start)).toBe(3);
  const credit = await card({ Credit: true });
  expect(await came(start)).toBe(0);
  await company.post('purchase?operation=update&include=void', known(credit));
  expect(await came(start)).toBe(3);
});

it('Goods that are only ordered do not come in', async () => {
  const start = await onHand();
  await make(company, 'PurchaseOrder', { Line });
  expect(await came(start)).toBe(0);
});

it('Goods cannot be bought before their stock begins', async () => {
  const body = { VendorRef: ref(VENDOR), TxnDate: '2001-01-01', Line };
  expect(codes(await company.post('bill', body))).toEqual(['6270']);
});

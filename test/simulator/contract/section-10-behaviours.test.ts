/**
 * What a simulator must imitate. A: said by Intuit; B: recorded; D: not known.
 *
 * Most of it is held by the other sections and the files they name: tokens and updates (2 to 4) in
 * section 6, names and references (5, 6) in refusals and endings, payments and bills (7) in
 * payments and purchases, numbers (8) in sales/numbers and purchases/purchase-order, pages (10) in
 * query, change data and webhooks (11) in section 11 and 13, requestids, batches, the cut of slow
 * calls and lost answers (13) in batch-and-replay, surroundings and faults, gates on a clock that
 * stands (14) in limits, refusals (15) in refusals and section 9. The control API is held by
 * section-10-control and section-10-faults.
 */

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { saleLine, startCompany, type TestCompany } from '../support/company.js';
import { create, known, make, now, ref, spend } from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const sale: JsonObject = { CustomerRef: ref('1'), Line: [saleLine('3', 10)] };

describe('1: ids', () => {
  it('[B REC] transactions of all kinds count together, lists each for themselves', async () => {
    const transactions = [
      await create(company, 'Invoice', sale),
      await create(company, 'Payment', { CustomerRef: ref('1'), TotalAmt: 5 }),
      await make(company, 'Bill', { Line: [spend(10)] }),
      await create(company, 'Estimate', sale),
      await create(company, 'CreditMemo', sale),
      await make(company, 'PurchaseOrder', { Line: [spend(10)] }),
    ].map(({ Id }) => Number(Id));
    expect(transactions).toEqual([...transactions].sort((a, b) => a - b));
    expect(new Set(transactions).size).toBe(transactions.length);
    const first = transactions[0] ?? 0;
    expect(Math.max(...transactions) - first).toBeLessThan(10);
    const item = await create(company, 'Item', { Name: 'A', IncomeAccountRef: ref('79') });
    const next = await create(company, 'Item', { Name: 'B', IncomeAccountRef: ref('79') });
    expect(Number(next['Id'])).toBe(Number(item['Id']) + 1);
  });
});

describe('5: names', () => {
  it('[B RUK] a customer made inactive is renamed, not the company nor the person', async () => {
    const made = await create(company, 'Customer', {
      DisplayName: 'Heron Timber',
      CompanyName: 'Heron Timber Ltd',
      PrintOnCheckName: 'Heron',
      GivenName: 'Ada',
      FamilyName: 'Heron',
    });
    const inactive = known(made, { sparse: true, Active: false });
    expect(await create(company, 'Customer', inactive)).toMatchObject({
      Active: false,
      DisplayName: 'Heron Timber (deleted)',
      FullyQualifiedName: 'Heron Timber (deleted)',
      CompanyName: 'Heron Timber Ltd',
      PrintOnCheckName: 'Heron',
      GivenName: 'Ada',
      FamilyName: 'Heron',
    });
  });
});

describe('7: payments', () => {
  it('[A] lower the invoice and the customer, and taking them back restores both', async () => {
    const invoice = await create(company, 'Invoice', sale);
    const Line = [{ Amount: 4, LinkedTxn: [{ TxnId: invoice['Id'], TxnType: 'Invoice' }] }];
    const paid = await create(company, 'Payment', { CustomerRef: ref('1'), TotalAmt: 4, Line });
    const open = async () => [
      (await now(company, 'Invoice', invoice))['Balance'],
      (await now(company, 'Customer', { Id: '1' }))['Balance'],
    ];
    expect(await open()).toEqual([6, 6]);
    await company.post('payment?operation=delete', known(paid));
    expect(await open()).toEqual([10, 10]);
    expect(await now(company, 'Invoice', invoice)).toMatchObject({ LinkedTxn: [], SyncToken: '2' });
  });
});

describe('9: what QuickBooks fills in', () => {
  it('[B REC] a new invoice has its currency, date, states and the four online flags', async () => {
    const fresh = await startCompany({}, { clock: () => Date.parse('2026-03-01T07:59:00Z') });
    const invoice = await create(fresh, 'Invoice', sale);
    expect(invoice).toMatchObject({
      TxnDate: '2026-02-28',
      DueDate: '2026-03-30',
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      PrintStatus: 'NeedToPrint',
      EmailStatus: 'NotSet',
      ApplyTaxAfterDiscount: false,
      AllowIPNPayment: false,
      AllowOnlinePayment: false,
      AllowOnlineCreditCardPayment: true,
      AllowOnlineACHPayment: true,
    });
    await fresh.close();
  });
});

describe('12: the trace id', () => {
  it('[A] is on answers of every kind, also of the gateway and to batches', async () => {
    const { simulator, realmId } = company;
    const plain = (path: string) => fetch(`${simulator.url}${path}`);
    const replies = [
      await company.post('batch', { BatchItemRequest: [] }),
      await company.query('select * from Item').then(() => company.get('query?query=nonsense')),
      await plain(`/v3/company/${realmId}/customer/1`),
      await plain('/oauth2/v1/tokens/bearer'),
    ];
    simulator.control.addFault({ do: 'throttle' });
    replies.push(await company.get('customer/1'));
    simulator.control.addFault({ do: 'status', status: 503, shape: 'html' });
    replies.push(await company.get('customer/1'));
    const tids = replies.map(({ headers }) => headers.get('intuit_tid'));
    expect(new Set(tids).size).toBe(replies.length);
    for (const tid of tids) expect(tid).toMatch(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/);
  });

  it('[A] names the call in the log', async () => {
    const reply = await company.get('customer/1');
    const { calls } = company.simulator.control.log(company.realmId);
    expect(calls.at(-1)?.tid).toBe(reply.headers.get('intuit_tid'));
  });
});

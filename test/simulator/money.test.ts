import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
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

afterEach(() => company.close());

async function invoice(options: CompanyOptions, body: JsonObject): Promise<JsonObject> {
  company = await startCompany(options);
  return answered(await company.post('invoice', body), 'Invoice');
}

/** Rate, net and tax of each tax line. */
function taxes(of: JsonObject): unknown[] {
  return list(member(of, 'TxnTaxDetail'), 'TaxLine').map((line) => {
    const detail = member(line, 'TaxLineDetail');
    return [detail['TaxPercent'], detail['NetAmountTaxable'], line['Amount']];
  });
}

const discount = (detail: JsonObject, amount?: number): JsonObject => ({
  ...(amount === undefined ? {} : { Amount: amount }),
  DetailType: 'DiscountLineDetail',
  DiscountLineDetail: detail,
});

describe('amounts', () => {
  it.each([
    [3, 33.333333, 100],
    [7, 0.145, 1.02],
    [1.005, 100, 100.5],
    [2.5, 0.01, 0.03],
    [40, 18, 720],
    [3, 0.1, 0.3],
  ])('%d × %d is %d', async (Qty, UnitPrice, amount) => {
    const line = saleLine('3', amount, { Qty, UnitPrice });
    const created = await invoice({}, { CustomerRef: { value: '1' }, Line: [line] });
    expect(created['TotalAmt']).toBe(amount);
    const off = saleLine('3', Math.round(amount * 100 + 1) / 100, { Qty, UnitPrice });
    const reply = await company.post('invoice', { CustomerRef: { value: '1' }, Line: [off] });
    expect(codes(reply)).toEqual(['6070']);
  });

  it('sum without binary dust', async () => {
    const lines = Array.from({ length: 10 }, () => saleLine('3', 0.1));
    const created = await invoice({}, { CustomerRef: { value: '1' }, Line: lines });
    expect(created['TotalAmt']).toBe(1);
  });

  it('of a line without an item do not count', async () => {
    const note = {
      Amount: 50,
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: {},
    };
    const body = { CustomerRef: { value: '1' }, Line: [saleLine('3', 10), note] };
    expect((await invoice({}, body))['TotalAmt']).toBe(10);
    company.simulator.control.setBehaviours({ lineWithoutItem: 'default_item' });
    const other = answered(await company.post('invoice', body), 'Invoice');
    expect(other['TotalAmt']).toBe(60);
  });

  it('discounts: by percent of the subtotal, and by amount', async () => {
    const body = (line: JsonObject) => ({
      CustomerRef: { value: '1' },
      Line: [saleLine('3', 100), saleLine('4', 50.5), line],
    });
    const byPercent = discount({ PercentBased: true, DiscountPercent: 10 });
    const created = await invoice({}, body(byPercent));
    expect(created['TotalAmt']).toBe(135.45);
    expect(list(created, 'Line').at(-1)).toMatchObject({
      Amount: 15.05,
      DiscountLineDetail: { DiscountAccountRef: { value: '86', name: 'Discounts given' } },
    });
    const byAmount = discount({ PercentBased: false }, 20);
    const second = answered(await company.post('invoice', body(byAmount)), 'Invoice');
    expect(second['TotalAmt']).toBe(130.5);
  });
});

describe('tax in the US', () => {
  const taxed = (amount: number) => saleLine('9', amount, { TaxCodeRef: { value: 'TAX' } });

  it('is decided by the ship-to state, whatever code is sent', async () => {
    const created = await invoice(
      {},
      {
        CustomerRef: { value: '1' },
        Line: [taxed(100.05), saleLine('3', 60)],
        TxnTaxDetail: { TxnTaxCodeRef: { value: '3' } },
      },
    );
    expect(created).toMatchObject({
      TotalAmt: 168.05,
      TxnTaxDetail: { TotalTax: 8, TxnTaxCodeRef: { value: '2' } },
    });
    expect(taxes(created)).toEqual([[8, 100.05, 8]]);
  });

  it('has a line for each rate of a combined code', async () => {
    const created = await invoice({}, { CustomerRef: { value: '3' }, Line: [taxed(100)] });
    expect(taxes(created)).toEqual([
      [5.6, 100, 5.6],
      [2.6, 100, 2.6],
    ]);
    expect(created['TotalAmt']).toBe(108.2);
  });

  it('is nothing where the state has none', async () => {
    const created = await invoice({}, { CustomerRef: { value: '4' }, Line: [taxed(100)] });
    expect(created['TxnTaxDetail']).toEqual({ TotalTax: 0 });
  });

  it('comes before the discount unless the invoice says otherwise', async () => {
    const Line = [taxed(100), discount({ PercentBased: true, DiscountPercent: 10 })];
    const before = await invoice({}, { CustomerRef: { value: '1' }, Line });
    expect(before['TotalAmt']).toBe(98);
    const reply = await company.post('invoice', {
      CustomerRef: { value: '1' },
      Line,
      ApplyTaxAfterDiscount: true,
    });
    expect(answered(reply, 'Invoice')['TotalAmt']).toBe(97.2);
  });

  it('follows the customer without the automated engine', async () => {
    const created = await invoice(
      { preferences: { TaxPrefs: { PartnerTaxEnabled: false } } },
      {
        CustomerRef: { value: '4' },
        Line: [taxed(100)],
        TxnTaxDetail: { TxnTaxCodeRef: { value: '4' } },
      },
    );
    expect(taxes(created)).toEqual([[6.5, 100, 6.5]]);
  });

  it('is not stored by a company that does not use sales tax', async () => {
    const created = await invoice(
      { preferences: { TaxPrefs: { UsingSalesTax: false } } },
      { CustomerRef: { value: '1' }, Line: [taxed(100)], TxnTaxDetail: { TotalTax: 9 } },
    );
    expect(created).not.toHaveProperty('TxnTaxDetail');
    expect(created['TotalAmt']).toBe(100);
  });
});

describe('tax in the UK', () => {
  const coded = (amount: number, code: string, detail: JsonObject = {}) =>
    saleLine('3', amount, { TaxCodeRef: { value: code }, ...detail });
  const UK: CompanyOptions = { country: 'GB' };

  it('excluded: once per rate on the sum of its lines', async () => {
    const Line = [coded(0.33, '6'), coded(0.33, '6'), coded(10, '7'), coded(5, '10')];
    const created = await invoice(UK, { CustomerRef: { value: '1' }, Line });
    expect(created).toMatchObject({
      GlobalTaxCalculation: 'TaxExcluded',
      TotalAmt: 16.29,
      TxnTaxDetail: { TotalTax: 0.63 },
      CurrencyRef: { value: 'GBP' },
    });
    expect(taxes(created)).toEqual([
      [20, 0.66, 0.13],
      [5, 10, 0.5],
      [0, 5, 0],
    ]);
  });

  it('excluded: a discount comes off first', async () => {
    const Line = [coded(1000, '6'), coded(200, '6'), discount({ PercentBased: false }, 120)];
    const created = await invoice(UK, { CustomerRef: { value: '1' }, Line });
    expect(created).toMatchObject({ TotalAmt: 1296, TxnTaxDetail: { TotalTax: 216 } });
  });

  it('inclusive: the gross stays, the answer shows the net', async () => {
    const created = await invoice(UK, {
      CustomerRef: { value: '1' },
      GlobalTaxCalculation: 'TaxInclusive',
      Line: [coded(8.33, '6', { TaxInclusiveAmt: 10 }), coded(19.05, '7', { TaxInclusiveAmt: 20 })],
    });
    expect(created).toMatchObject({ TotalAmt: 30, TxnTaxDetail: { TotalTax: 2.62 } });
    expect(list(created, 'Line')).toMatchObject([
      { Amount: 8.33, SalesItemLineDetail: { TaxInclusiveAmt: 10 } },
      { Amount: 19.05, SalesItemLineDetail: { TaxInclusiveAmt: 20 } },
      { Amount: 27.38 },
    ]);
    expect(taxes(created)).toEqual([
      [20, 8.33, 1.67],
      [5, 19.05, 0.95],
    ]);
  });

  it('inclusive: the product may be the gross amount', async () => {
    const created = await invoice(UK, {
      CustomerRef: { value: '1' },
      GlobalTaxCalculation: 'TaxInclusive',
      Line: [coded(20, '6', { TaxInclusiveAmt: 24, Qty: 2, UnitPrice: 12 })],
    });
    expect(created).toMatchObject({ TotalAmt: 24, TxnTaxDetail: { TotalTax: 4 } });
  });

  it('not applicable: no tax, and none may be sent', async () => {
    const body = {
      CustomerRef: { value: '1' },
      GlobalTaxCalculation: 'NotApplicable',
      Line: [saleLine('3', 10)],
    };
    expect(await invoice(UK, body)).toMatchObject({ TotalAmt: 10, TxnTaxDetail: { TotalTax: 0 } });
    const reply = await company.post('invoice', { ...body, TxnTaxDetail: { TotalTax: 2 } });
    expect(codes(reply)).toEqual(['6170']);
  });

  it('sent tax lines replace the computed ones', async () => {
    const TaxLine = [
      {
        Amount: 2.01,
        DetailType: 'TaxLineDetail',
        TaxLineDetail: {
          TaxRateRef: { value: '3' },
          PercentBased: false,
          TaxPercent: 20,
          NetAmountTaxable: 10,
        },
      },
    ];
    const created = await invoice(UK, {
      CustomerRef: { value: '1' },
      Line: [coded(10, '6')],
      TxnTaxDetail: { TotalTax: 2.01, TaxLine },
    });
    expect(created).toMatchObject({ TotalAmt: 12.01, TxnTaxDetail: { TotalTax: 2.01 } });
  });

  it('follows the lines in an update', async () => {
    const { Id, SyncToken } = await invoice(UK, {
      CustomerRef: { value: '1' },
      Line: [coded(10, '6')],
    });
    const update = (body: JsonObject) =>
      company.post('invoice', { Id, SyncToken, sparse: true, ...body });
    const after = answered(await update({ Line: [coded(20, '7')] }), 'Invoice');
    expect(after).toMatchObject({ TotalAmt: 21, Balance: 21 });
  });
});

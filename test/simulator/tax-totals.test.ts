import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

afterEach(() => company.close());

const coded = (amount: number, code: string, detail: JsonObject = {}) =>
  saleLine('3', amount, { TaxCodeRef: { value: code }, ...detail });

async function invoice(body: JsonObject): Promise<JsonObject> {
  const reply = await company.post('invoice', { CustomerRef: { value: '1' }, ...body });
  return answered(reply, 'Invoice');
}

function totalTax(of: JsonObject): unknown {
  return member(of, 'TxnTaxDetail')['TotalTax'];
}

describe('whatever the lines are', () => {
  const amount = fc.integer({ min: 1, max: 500_000 });
  const line = fc.record({ cents: amount, code: fc.constantFrom('4', '5', '6', '7', '10') });
  const mode = fc.constantFrom('TaxExcluded', 'TaxInclusive', 'NotApplicable');
  const percent = fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined });
  const cents = (value: unknown) => Math.round(Number(value) * 100);

  it('net and tax are the total to the cent, and what includes tax stays as it was', async () => {
    company = await startCompany({ country: 'GB' });
    const lines = fc.array(line, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lines, mode, percent, async (drawn, GlobalTaxCalculation, discount) => {
        const inclusive = GlobalTaxCalculation === 'TaxInclusive';
        const Line = drawn.map(({ cents: size, code }) =>
          coded(size / 100, code, inclusive ? { TaxInclusiveAmt: size / 100 } : {}),
        );
        const off = {
          DetailType: 'DiscountLineDetail',
          DiscountLineDetail: { PercentBased: true, DiscountPercent: discount },
        };
        const all = discount === undefined ? Line : [...Line, off];
        const made = await invoice({ GlobalTaxCalculation, Line: all });
        const answeredLines = list(made, 'Line');
        const taken = answeredLines.find(({ DetailType }) => DetailType === 'DiscountLineDetail');
        const net = answeredLines
          .filter(({ DetailType }) => DetailType === 'SalesItemLineDetail')
          .reduce((sum, each) => sum + cents(each['Amount']), 0);
        const tax = cents(totalTax(made));
        const after = net - cents(taken?.['Amount'] ?? 0);
        expect(cents(made['TotalAmt'])).toBe(after + tax);
        const taxLines = list(member(made, 'TxnTaxDetail'), 'TaxLine');
        const sum = (amounts: unknown[]) =>
          amounts.reduce<number>((all, one) => all + cents(one), 0);
        expect(sum(taxLines.map((one) => one['Amount']))).toBe(tax);
        const bases = taxLines.map((one) => member(one, 'TaxLineDetail')['NetAmountTaxable']);
        expect(sum(bases)).toBe(GlobalTaxCalculation === 'NotApplicable' ? 0 : after);
        const gross = drawn.reduce((all, { cents: size }) => all + size, 0);
        if (inclusive && discount === undefined) expect(cents(made['TotalAmt'])).toBe(gross);
      }),
      { numRuns: 60 },
    );
  });

  it('a US discount before tax leaves the same total as its parts', async () => {
    company = await startCompany();
    const usLine = fc.record({ cents: amount, taxable: fc.boolean() });
    const lines = fc.array(usLine, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 0, max: 100 }), async (drawn, discount) => {
        const Line = [
          ...drawn.map(({ cents: size, taxable }) =>
            saleLine('9', size / 100, { TaxCodeRef: { value: taxable ? 'TAX' : 'NON' } }),
          ),
          {
            DetailType: 'DiscountLineDetail',
            DiscountLineDetail: { PercentBased: true, DiscountPercent: discount },
          },
        ];
        const made = await invoice({
          CustomerRef: { value: '3' },
          ApplyTaxAfterDiscount: true,
          Line,
        });
        const off = list(made, 'Line').find(
          ({ DetailType }) => DetailType === 'DiscountLineDetail',
        );
        const net = drawn.reduce((sum, { cents: size }) => sum + size, 0) - cents(off?.['Amount']);
        expect(cents(made['TotalAmt'])).toBe(net + cents(totalTax(made)));
        expect(cents(totalTax(made))).toBeLessThanOrEqual(Math.ceil(net * 0.082) + 1);
      }),
      { numRuns: 40 },
    );
  });
});

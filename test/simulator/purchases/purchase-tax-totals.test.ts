import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JsonObject } from '../../../src/simulator/index.js';
import { list, member, startCompany, type TestCompany } from '../support/company.js';
import { make, now, PAYABLE, ref, spend } from '../support/purchases.js';
import {
  COMBINED,
  OUTSIDE,
  REDUCED,
  REVERSE,
  STANDARD,
  withCombinedCode,
} from '../support/uk-taxes.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ country: 'GB' });
  withCombinedCode(company);
});

afterEach(() => company.close());

const coded = (amount: number, code: string, detail: JsonObject = {}) =>
  spend(amount, { TaxCodeRef: ref(code), ...detail });

const bill = (Line: JsonObject[], body: JsonObject = {}) =>
  make(company, 'Bill', { Line, ...body });

describe('any bill', () => {
  const RATES: Record<string, Record<string, number>> = {
    [STANDARD]: { '4': 20 },
    [REDUCED]: { '6': 5 },
    [REVERSE]: { '15': 20, '16': -20 },
    [OUTSIDE]: { '14': 0 },
    [COMBINED]: { '41': 7, '42': 5 },
  };
  const line = fc.record({
    cents: fc.integer({ min: 0, max: 1_000_000 }),
    code: fc.constantFrom(...Object.keys(RATES)),
    states: fc.boolean(),
  });
  const form = fc.record({
    mode: fc.constantFrom('TaxExcluded', 'TaxInclusive', 'NotApplicable'),
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  });
  const inCents = (value: unknown) => Math.round(Number(value) * 100) + 0;
  const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
  // Nothing owed is 0 and not -0, which compares unequal to it.
  const rounded = (value: number) => Math.sign(value) * Math.round(Math.abs(value)) + 0;

  it('adds up to the cent', async () => {
    let owed = 0;
    await fc.assert(
      fc.asyncProperty(form, async ({ mode, lines }) => {
        const Line = lines.map(({ cents, code, states }) =>
          coded(cents / 100, code, states ? { TaxInclusiveAmt: cents / 100 } : {}),
        );
        const made = await bill(Line, { GlobalTaxCalculation: mode });
        const nets = list(made, 'Line').map((each) => inCents(each['Amount']));
        const tax = inCents(member(made, 'TxnTaxDetail')['TotalTax']);
        const total = inCents(made['TotalAmt']);
        owed += total;
        const perRate = list(member(made, 'TxnTaxDetail'), 'TaxLine').map((each) => ({
          rate: String(member(member(each, 'TaxLineDetail'), 'TaxRateRef')['value']),
          net: inCents(member(each, 'TaxLineDetail')['NetAmountTaxable']),
          tax: inCents(each['Amount']),
        }));
        expect(total).toBe(sum(nets) + tax);
        expect(tax).toBe(sum(perRate.map((each) => each.tax)));
        for (const { rate, net, tax: ofRate } of perRate) {
          const percents = lines.map(({ code }) => RATES[code]?.[rate]);
          expect(net).toBe(sum(nets.filter((_, index) => percents[index] !== undefined)));
          const percent = percents.find((each) => each !== undefined) ?? 0;
          if (mode === 'TaxExcluded') expect(ofRate).toBe(rounded((net * percent) / 100));
        }
        if (mode === 'NotApplicable') expect(tax).toBe(0);
        if (mode === 'TaxInclusive') {
          const gross = list(made, 'Line').map((each) =>
            inCents(member(each, 'AccountBasedExpenseLineDetail')['TaxInclusiveAmt']),
          );
          expect(sum(gross)).toBe(total);
          lines.forEach(({ cents, states }, index) => {
            expect(states ? gross[index] : nets[index]).toBe(cents);
          });
        }
        const payable = await now(company, 'Account', { Id: PAYABLE });
        expect(inCents(payable['CurrentBalance'])).toBe(0 - owed);
      }),
      { numRuns: 60 },
    );
  });
});

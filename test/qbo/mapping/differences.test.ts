import { describe, expect, it } from '@jest/globals';
import type { SalesFormSettings } from '../../../src/qbo/mapping/sales-form.js';
import { bodyOf, lineOf, UK, UK_RATES } from './stated.js';

// A British form of three lines at 20 % whose app rounds tax per line: 0.67 + 0.67 + 0.67 = 2.01,
// where QuickBooks computes 20 % of 10.02 = 2.00.
const aPennyOff = {
  lines: ['3.34', '3.34', '3.34'].map((amount) =>
    lineOf({ quantity: '1', unitPrice: amount, amount, taxAmount: '0.67', taxCode: { name: 'S' } }),
  ),
  tax: { total: '2.01' },
  total: '12.03',
};

const written = (
  difference: SalesFormSettings['difference'],
  roundingItemId: string | null = '90',
  over: object = {},
) =>
  bodyOf(
    { ...aPennyOff, ...over },
    {
      company: UK,
      rates: UK_RATES,
      taxCodeIds: ['6', '6', '6'],
      settings: { difference },
      references: { roundingItemId, untaxedCodeId: '10' },
    },
  );

describe('a difference that is foreseen', () => {
  it('is refused before anything is sent, naming line and rule', () => {
    expect(written('refuse').refusal).toEqual({
      reason: { name: 'amount_differs', params: { source: '12.03', quickbooks: '12.02' } },
      money: {
        sourceTotal: '12.03',
        quickbooksTotal: '12.02',
        difference: '-0.01',
        line: 'lines.0',
        rule: 'tax_per_rate',
        policy: 'refuse',
      },
    });
  });

  it('is sent all the same where it is only warned of', () => {
    const { refusal, body } = written('warn');
    expect(refusal).toBeNull();
    expect(body.Line).toHaveLength(3);
  });

  it('asks for the item of rounding lines, and then has such a line', () => {
    expect(written('rounding_line', null)).toMatchObject({
      refusal: null,
      needsRoundingItem: true,
    });
    const { body, refusal, needsRoundingItem } = written('rounding_line');
    expect({ refusal, needsRoundingItem }).toEqual({ refusal: null, needsRoundingItem: false });
    expect(body.Line[3]).toEqual({
      DetailType: 'SalesItemLineDetail',
      Amount: 0.01,
      Description: 'Rounding',
      SalesItemLineDetail: { ItemRef: { value: '90' }, TaxCodeRef: { value: '10' } },
    });
  });

  it('is no rounding where it is more than a unit per line', () => {
    const over = { tax: { total: '2.04' }, total: '12.06' };
    expect(written('rounding_line', '90', over).refusal?.reason.name).toBe('amount_differs');
  });

  it('of the tax alone is refused as such', () => {
    const lines = [lineOf({ amount: '120.00', unitPrice: '120.00', quantity: '1' })];
    const over = { taxMode: 'inclusive', lines, tax: { total: '19.99' }, total: '120.00' } as const;
    const { refusal } = bodyOf(over, { company: UK, rates: UK_RATES, taxCodeIds: ['6'] });
    expect(refusal).toMatchObject({
      reason: { name: 'tax_differs', params: { source: '19.99', quickbooks: '20.00' } },
      money: { difference: '0.00', rule: 'tax_per_line', line: 'lines.0' },
    });
  });

  it('by codes whose rates are not known is not foreseen', () => {
    const unknown = bodyOf(aPennyOff, { company: UK, taxCodeIds: ['6', '6', '6'] });
    expect(unknown.refusal).toBeNull();
  });
});

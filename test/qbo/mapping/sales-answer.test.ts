import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '../../../src/contract/documents/index.js';
import { salesFormAfter } from '../../../src/qbo/mapping/sales-answer.js';
import type { SalesFormCompany, SalesFormSettings } from '../../../src/qbo/mapping/sales-form.js';
import { bodyOf, invoiceOf, lineOf, SETTINGS, storedInvoice, UK, US } from './stated.js';

const afterOf = (
  answer: object,
  document: Invoice = invoiceOf(),
  company: SalesFormCompany = US,
  settings: Partial<SalesFormSettings> = {},
) =>
  salesFormAfter(storedInvoice(bodyOf().body, answer), {
    document,
    company,
    settings: { ...SETTINGS, ...settings },
  });

describe('after a write', () => {
  it('the same total is no difference', () => {
    expect(afterOf({})).toEqual({
      number: 'A-1',
      totalMinor: 2_500,
      balanceMinor: 2_500,
      problem: null,
      money: { sourceTotal: '25.00', quickbooksTotal: '25.00', difference: '0.00' },
      warnings: [],
    });
  });

  it('a cent more or less is a difference, signed from the document’s view', () => {
    expect(afterOf({ TotalAmt: 25.01 })).toMatchObject({
      problem: { name: 'amount_differs', params: { source: '25.00', quickbooks: '25.01' } },
      money: { quickbooksTotal: '25.01', difference: '0.01', rule: 'other', policy: 'refuse' },
    });
    expect(afterOf({ TotalAmt: 24.99 }).money.difference).toBe('-0.01');
  });

  it('a difference is a warning where the settings say so, and never hidden', () => {
    expect(
      afterOf({ TotalAmt: 25.01 }, undefined, undefined, { difference: 'warn' }),
    ).toMatchObject({
      problem: null,
      warnings: [{ name: 'amount_differs', params: { source: '25.00', quickbooks: '25.01' } }],
      money: { difference: '0.01', policy: 'warn' },
    });
  });

  it('a total that no rounding line made agree is refused', () => {
    const after = afterOf({ TotalAmt: 25.01 }, undefined, undefined, {
      difference: 'rounding_line',
    });
    expect(after.problem?.name).toBe('amount_differs');
  });

  it('tax is compared too, and its line and rule are named', () => {
    const document = invoiceOf({
      lines: [lineOf({ taxAmount: '2.50' }), lineOf({ taxAmount: '2.49' })],
      tax: { total: '4.99' },
      total: '54.99',
    });
    const lines = [12.5, 12.5].map((Amount) => ({
      Amount,
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: {},
    }));
    const TxnTaxDetail = {
      TotalTax: 5,
      TaxLine: [{ Amount: 5, TaxLineDetail: { TaxPercent: 20 } }],
    };
    expect(afterOf({ Line: lines, TotalAmt: 54.99, TxnTaxDetail }, document, UK)).toMatchObject({
      problem: { name: 'tax_differs', params: { source: '4.99', quickbooks: '5.00' } },
      money: { difference: '0.00', rule: 'tax_per_rate', line: 'lines.1' },
    });
  });

  it('a line beyond the document’s is told as its rounding line', () => {
    const lines = [25, -0.01].map((Amount, index) => ({
      Amount,
      Description: ['Pine board', 'Rounding'][index],
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: '3' } },
    }));
    const document = invoiceOf({ tax: { total: '4.99' }, total: '29.99' });
    const answer = { Line: lines, TotalAmt: 29.99, TxnTaxDetail: { TotalTax: 5 } };
    expect(afterOf(answer, document, UK, { difference: 'rounding_line' })).toMatchObject({
      problem: null,
      warnings: [{ name: 'tax_differs' }],
      money: { difference: '0.00', rounding: '-0.01', policy: 'rounding_line', line: 'lines.0' },
    });
  });

  it('what is in the prices is said, and is no difference', () => {
    const document = invoiceOf({ tax: { total: '2.00' }, discount: '7.00', total: '20.00' });
    expect(afterOf({ TotalAmt: 20 }, document, US, { tax: 'fold' })).toMatchObject({
      problem: null,
      warnings: [{ name: 'folded', params: { discount: '7.00', shipping: null, tax: '2.00' } }],
      money: { difference: '0.00', rule: 'folded' },
    });
  });

  it('amounts are read in the decimals of the currency', () => {
    const lines = [lineOf({ amount: '1200' })];
    const document = invoiceOf({ currency: 'JPY', lines, total: '1200' });
    expect(afterOf({ TotalAmt: 1200, Balance: 200 }, document)).toMatchObject({
      totalMinor: 1_200,
      balanceMinor: 200,
      money: { quickbooksTotal: '1200' },
    });
  });

  it('a number QuickBooks gave is a warning that names it', () => {
    const document = invoiceOf({ number: 'N'.repeat(22) });
    expect(afterOf({ DocNumber: '1042' }, document)).toMatchObject({
      number: '1042',
      warnings: [{ name: 'number_assigned', params: { number: '1042' } }],
    });
  });

  it('no number is null and no warning', () => {
    expect(afterOf({ DocNumber: undefined })).toMatchObject({ number: null, warnings: [] });
  });
});

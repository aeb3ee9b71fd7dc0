import { describe, expect, it } from '@jest/globals';
import type { LineInput } from './stated.js';
import { bodyOf, lineOf, UK, UK_RATES, US } from './stated.js';

const line = (amount: string, over: Partial<LineInput> = {}) =>
  lineOf({ quantity: '1', unitPrice: amount, amount, ...over });
const vat = { taxCode: { name: '20.0% S' } };

describe('folded into the prices', () => {
  const fold = { settings: { tax: 'fold' } } as const;
  const amountsOf = (...input: Parameters<typeof bodyOf>) =>
    bodyOf(...input).body.Line.map(({ Amount }) => Amount);

  it('a US form has its discount and tax in its lines, which are not taxable, and nothing else', () => {
    const { body, problems, refusal } = bodyOf(
      {
        lines: [line('1000.00', { name: 'Website Design' }), line('200.00', { name: 'Hosting' })],
        discount: '120.00',
        tax: { total: '89.10' },
        total: '1169.10',
      },
      fold,
    );
    expect({ problems, refusal }).toEqual({ problems: [], refusal: null });
    expect(body).toEqual({
      DocNumber: 'A-1',
      TxnDate: '2026-11-20',
      CustomerRef: { value: '58' },
      Line: [
        {
          DetailType: 'SalesItemLineDetail',
          Amount: 974.25,
          Description: 'Website Design',
          SalesItemLineDetail: {
            ItemRef: { value: '19' },
            Qty: 1,
            UnitPrice: 974.25,
            TaxCodeRef: { value: 'NON' },
          },
        },
        {
          DetailType: 'SalesItemLineDetail',
          Amount: 194.85,
          Description: 'Hosting',
          SalesItemLineDetail: {
            ItemRef: { value: '20' },
            Qty: 1,
            UnitPrice: 194.85,
            TaxCodeRef: { value: 'NON' },
          },
        },
      ],
    });
  });

  it('cents left over go to the largest remainders', () => {
    const lines = [line('33.33'), line('33.33'), line('33.34')];
    expect(amountsOf({ lines, tax: { total: '8.88' }, total: '108.88' }, fold)).toEqual([
      36.29, 36.29, 36.3,
    ]);
  });

  it('discounts of lines come off their own, shipping and free lines keep their share', () => {
    const lines = [line('50.00', { discount: '10.00' }), line('0.00'), line('60.00')];
    expect(
      amountsOf({ lines, shipping: '5.00', tax: { total: '8.25' }, total: '113.25' }, fold),
    ).toEqual([45.3, 0, 67.95]);
  });

  it('a returned line is scaled with the others', () => {
    const lines = [line('100.00'), line('-20.00')];
    expect(amountsOf({ lines, tax: { total: '6.60' }, total: '86.60' }, fold)).toEqual([
      108.25, -21.65,
    ]);
  });

  it('a form given away has lines of nothing', () => {
    expect(amountsOf({ lines: [line('80.00')], discount: '80.00', total: '0.00' }, fold)).toEqual([
      0,
    ]);
  });

  it('prices that hold their tax are the total already', () => {
    const { body, problems } = bodyOf(
      { lines: [line('108.25')], taxMode: 'inclusive', tax: { total: '8.25' }, total: '108.25' },
      fold,
    );
    expect(problems).toEqual([]);
    expect(body.Line[0]?.Amount).toBe(108.25);
  });

  it('quantities stay where some price of at most 7 decimals fits the amount', () => {
    const priced = (quantity: string, amount: string, total: string) =>
      bodyOf(
        { lines: [line(amount, { quantity, unitPrice: '1' })], tax: { total: '0' }, total },
        { settings: { tax: 'fold' } },
      ).body.Line[0]?.SalesItemLineDetail;
    expect(priced('3', '3.00', '3.00')).toMatchObject({ Qty: 3, UnitPrice: 1 });
    expect(priced('3', '10.00', '10.00')).toMatchObject({ Qty: 3, UnitPrice: 3.333 });
    expect(priced('1000000', '1.00', '1.01')).not.toHaveProperty('Qty');
    expect(priced('0', '10.00', '10.00')).not.toHaveProperty('Qty');
  });

  it.each([
    ['nothing', [line('0.00')], '5.00'],
    ['less than nothing', [line('-10.00')], '5.00'],
  ])('lines that come to %s have no prices to fold anything into', (_what, lines, shipping) => {
    const { problems } = bodyOf({ lines, shipping, total: '5.00' }, fold);
    expect(problems).toEqual([{ field: 'lines', rule: expect.stringMatching(/zero or less/) }]);
  });

  it('means as billed outside the United States', () => {
    const stated = {
      lines: [line('1000.00', vat), line('200.00', vat)],
      discount: '120.00',
      tax: { total: '216.00' },
      total: '1296.00',
    };
    const uk = { company: UK, rates: UK_RATES, taxCodeIds: ['6', '6'] };
    const folded = bodyOf(stated, { ...uk, settings: { tax: 'fold' } });
    expect(folded).toEqual(bodyOf(stated, { ...uk, settings: { tax: 'as_billed' } }));
    expect(folded.refusal).toBeNull();
    expect(folded.body.Line.map(({ Amount }) => Amount)).toEqual([1000, 200, 120]);
  });
});

describe('as billed outside the United States', () => {
  const uk = {
    company: UK,
    rates: UK_RATES,
    settings: { tax: 'as_billed' },
  } as const;

  it('discount and codes are sent as such, and tax QuickBooks computes alike is left to it', () => {
    const { body, problems, refusal } = bodyOf(
      {
        lines: [line('1000.00', vat), line('200.00', vat)],
        discount: '120.00',
        tax: { total: '216.00' },
        total: '1296.00',
      },
      { ...uk, taxCodeIds: ['6', '6'] },
    );
    expect({ problems, refusal }).toEqual({ problems: [], refusal: null });
    expect(body).toEqual({
      DocNumber: 'A-1',
      TxnDate: '2026-11-20',
      CustomerRef: { value: '58' },
      GlobalTaxCalculation: 'TaxExcluded',
      Line: [
        {
          DetailType: 'SalesItemLineDetail',
          Amount: 1000,
          Description: 'Pine board',
          SalesItemLineDetail: {
            ItemRef: { value: '19' },
            Qty: 1,
            UnitPrice: 1000,
            TaxCodeRef: { value: '6' },
          },
        },
        {
          DetailType: 'SalesItemLineDetail',
          Amount: 200,
          Description: 'Pine board',
          SalesItemLineDetail: {
            ItemRef: { value: '20' },
            Qty: 1,
            UnitPrice: 200,
            TaxCodeRef: { value: '6' },
          },
        },
        {
          DetailType: 'DiscountLineDetail',
          Amount: 120,
          DiscountLineDetail: { PercentBased: false },
        },
      ],
    });
  });

  it('tax that is a penny off takes the place of QuickBooks’, every rate in use stated', () => {
    const { body, refusal } = bodyOf(
      {
        lines: [line('10.03', vat), line('10.03', vat), line('5.00')],
        tax: {
          total: '4.02',
          lines: [
            { taxCode: { name: '20.0% S' }, taxable: '20.06', amount: '4.02' },
            { taxCode: { name: 'No VAT' }, taxable: '5.00', amount: '0.00' },
          ],
        },
        total: '29.08',
      },
      { ...uk, taxCodeIds: ['6', '6', '10'], references: { taxLineCodeIds: ['6', '10'] } },
    );
    expect(refusal).toBeNull();
    expect(body.TxnTaxDetail).toEqual({
      TaxLine: [
        {
          Amount: 4.02,
          DetailType: 'TaxLineDetail',
          TaxLineDetail: {
            TaxRateRef: { value: '3' },
            PercentBased: false,
            NetAmountTaxable: 20.06,
          },
        },
        {
          Amount: 0,
          DetailType: 'TaxLineDetail',
          TaxLineDetail: {
            TaxRateRef: { value: '13' },
            PercentBased: false,
            NetAmountTaxable: 5,
          },
        },
      ],
    });
  });

  it('a sum of tax alone is spread over the rates', () => {
    const { body, refusal } = bodyOf(
      {
        lines: [line('100.00', vat), line('100.00', vat)],
        tax: { total: '25.01' },
        total: '225.01',
      },
      { ...uk, taxCodeIds: ['6', '7'] },
    );
    expect(refusal).toBeNull();
    expect(body.TxnTaxDetail?.TaxLine?.map(({ Amount }) => Amount)).toEqual([20.01, 5]);
  });

  it('tax on lines without any rate is refused before it is sent', () => {
    const { refusal } = bodyOf(
      { lines: [line('100.00', vat)], tax: { total: '20.00' }, total: '120.00' },
      { ...uk, taxCodeIds: ['10'] },
    );
    expect(refusal).toMatchObject({
      reason: { name: 'amount_differs', params: { source: '120.00', quickbooks: '100.00' } },
      money: { difference: '-20.00', rule: 'tax_per_rate', policy: 'refuse' },
    });
  });

  it('discounts of lines join the discount where all are taxed alike, else come off their line', () => {
    const lines = [line('100.00', { ...vat, discount: '10.00' }), line('50.00', vat)];
    const sent = (taxCodeIds: string[], tax: string, total: string) =>
      bodyOf({ lines, tax: { total: tax }, total }, { ...uk, taxCodeIds }).body.Line.map(
        ({ Amount }) => Amount,
      );
    expect(sent(['6', '6'], '28.00', '168.00')).toEqual([100, 50, 10]);
    expect(sent(['6', '7'], '20.50', '160.50')).toEqual([90, 50]);
  });

  it('prices that include tax stay gross, and discounts come off them', () => {
    const { body, refusal } = bodyOf(
      {
        taxMode: 'inclusive',
        lines: [line('120.00', vat), line('60.00', vat)],
        discount: '18.00',
        tax: { total: '27.00' },
        total: '162.00',
      },
      { ...uk, taxCodeIds: ['6', '6'] },
    );
    expect(refusal).toBeNull();
    expect(body.GlobalTaxCalculation).toBe('TaxInclusive');
    expect(body.Line.map((row) => [row.Amount, row.SalesItemLineDetail?.TaxInclusiveAmt])).toEqual([
      [90, 108],
      [45, 54],
    ]);
  });

  it('needs discounts to be allowed', () => {
    const { problems } = bodyOf(
      { lines: [line('100.00', vat)], discount: '1.00', total: '99.00' },
      { ...uk, company: { ...UK, allowDiscount: false }, taxCodeIds: ['6'] },
    );
    expect(problems.map(({ field }) => field)).toEqual(['discount']);
  });
});

describe('as billed in the United States', () => {
  it('the tax is sent as a sum, on the lines that are taxable', () => {
    const { body, problems, refusal } = bodyOf(
      {
        lines: [line('100.00', { taxAmount: '8.25' }), line('50.00', { taxAmount: '0.00' })],
        discount: '10.00',
        tax: { total: '8.25' },
        total: '148.25',
      },
      { settings: { tax: 'as_billed' } },
    );
    expect({ problems, refusal }).toEqual({ problems: [], refusal: null });
    expect(body).toMatchObject({
      ApplyTaxAfterDiscount: true,
      TxnTaxDetail: { TotalTax: 8.25 },
      Line: [
        { Amount: 100, SalesItemLineDetail: { TaxCodeRef: { value: 'TAX' } } },
        { Amount: 50, SalesItemLineDetail: { TaxCodeRef: { value: 'NON' } } },
        { Amount: 10, DetailType: 'DiscountLineDetail' },
      ],
    });
  });

  it('without tax no line is taxable, whatever the engine would add', () => {
    const { body } = bodyOf({}, { settings: { tax: 'as_billed' } });
    expect(body.Line[0]?.SalesItemLineDetail?.TaxCodeRef).toEqual({ value: 'NON' });
    expect(body).not.toHaveProperty('TxnTaxDetail');
  });

  it('a company that collects no sales tax is known to drop it', () => {
    const { refusal } = bodyOf(
      { tax: { total: '2.00' }, total: '27.00' },
      { settings: { tax: 'as_billed' }, company: { ...US, usingSalesTax: false } },
    );
    expect(refusal).toMatchObject({
      reason: { name: 'amount_differs', params: { source: '27.00', quickbooks: '25.00' } },
      money: { rule: 'sales_tax_off' },
    });
  });
});

describe('computed by QuickBooks', () => {
  it('one code of a company without automated tax is the code of the form', () => {
    const lines = [line('10.00', { taxCode: { name: 'California' } }), line('5.00')];
    const company = { ...US, partnerTax: false };
    const rates = new Map([['2', [{ id: '3', percent: '8' }]]]);
    const over = { lines, tax: { total: '0.80' }, total: '15.80' };
    const { body, refusal } = bodyOf(over, { company, rates, taxCodeIds: ['2', null] });
    expect(refusal).toBeNull();
    expect(body.TxnTaxDetail).toEqual({ TxnTaxCodeRef: { value: '2' } });
    const two = [lines[0] ?? lineOf(), line('5.00', { taxCode: { name: 'Tucson' } })];
    expect(
      bodyOf({ ...over, lines: two }, { company, rates, taxCodeIds: ['2', '4'] }).problems,
    ).toEqual([{ field: 'lines.1.taxCode', rule: expect.any(String) }]);
  });

  it('nothing is foreseen of automated sales tax', () => {
    expect(bodyOf({ tax: { total: '99.00' }, total: '124.00' }).refusal).toBeNull();
  });
});

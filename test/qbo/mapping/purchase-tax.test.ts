import { describe, expect, it } from '@jest/globals';
import { decimalsOf } from '../../../src/contract/money.js';
import { type BillLineInput, bodyOf, CANADA, CANADIAN_RATES, lineOf, UK, US } from './billed.js';

const coded = (amount: string, recordId: string, over: Partial<BillLineInput> = {}) =>
  lineOf(amount, { taxCode: { recordId }, ...over });
const STANDARD = '6';
const REDUCED = '7';
const EXEMPT = '4';
const ZERO = '5';
const REVERSE = '11';

type Built = ReturnType<typeof bodyOf>;

/** Rate, tax and what it is charged on, as they are sent. */
const taxesOf = ({ body }: Built) =>
  body.TxnTaxDetail?.TaxLine?.map(({ Amount, TaxLineDetail: detail }) => [
    detail?.TaxRateRef?.value,
    Amount,
    detail?.NetAmountTaxable,
  ]);
const amountsOf = ({ body }: Built) => body.Line.map(({ Amount }) => Amount);
const stands = ({ problems, refusal }: Built) => ({ problems, refusal });
const FINE = { problems: [], refusal: null };

describe('tax as it was billed', () => {
  it('is left to QuickBooks where that comes to the same', () => {
    const built = bodyOf({
      lines: [coded('1250.00', STANDARD), coded('85.00', STANDARD)],
      tax: { total: '267.00' },
      total: '1602.00',
    });
    expect(stands(built)).toEqual(FINE);
    const line = (Amount: number) => ({
      DetailType: 'AccountBasedExpenseLineDetail',
      Amount,
      AccountBasedExpenseLineDetail: { AccountRef: { value: '61' }, TaxCodeRef: { value: '6' } },
    });
    expect(built.body).toEqual({
      DocNumber: 'B-1',
      TxnDate: '2026-11-18',
      VendorRef: { value: '45' },
      APAccountRef: { value: '33' },
      GlobalTaxCalculation: 'TaxExcluded',
      Line: [line(1250), line(85)],
    });
  });

  it.each([
    ['a cent more', '4.02', '24.08'],
    ['a cent less', '4.00', '24.06'],
    ['wholly another', '1.00', '21.06'],
    ['none', '0.00', '20.06'],
  ])('takes the place of QuickBooks’ where it is %s', (_what, tax, total) => {
    const built = bodyOf({
      lines: [coded('10.03', STANDARD), coded('10.03', STANDARD)],
      tax: { total: tax },
      total,
    });
    expect(stands(built)).toEqual(FINE);
    expect(built.body.TxnTaxDetail).toEqual({
      TotalTax: Number(tax),
      TaxLine: [
        {
          Amount: Number(tax),
          DetailType: 'TaxLineDetail',
          TaxLineDetail: {
            TaxRateRef: { value: '4' },
            PercentBased: false,
            NetAmountTaxable: 20.06,
          },
        },
      ],
    });
  });

  const mixed = [
    coded('100.10', STANDARD),
    coded('50.00', REDUCED),
    coded('7.00', EXEMPT),
    coded('3.00', ZERO),
  ];

  it('of several rates has the difference on the largest, and states every rate in use', () => {
    const built = bodyOf({ lines: mixed, tax: { total: '22.51' }, total: '182.61' });
    expect(stands(built)).toEqual(FINE);
    expect(built.body.TxnTaxDetail?.TotalTax).toBe(22.51);
    expect(taxesOf(built)).toEqual([
      ['4', 20.01, 100.1],
      ['6', 2.5, 50],
      ['10', 0, 7],
      ['8', 0, 3],
    ]);
  });

  it('stands by code where the document says so', () => {
    const built = bodyOf({
      lines: mixed,
      tax: {
        total: '22.52',
        lines: [
          { taxCode: { recordId: STANDARD }, taxable: '100.10', amount: '20.03' },
          { taxCode: { recordId: REDUCED }, taxable: '50.00', amount: '2.49' },
        ],
      },
      total: '182.62',
    });
    expect(taxesOf(built)?.slice(0, 2)).toEqual([
      ['4', 20.03, 100.1],
      ['6', 2.49, 50],
    ]);
  });

  it('stands by line where all of it is stated there', () => {
    const built = bodyOf({
      lines: [
        coded('100.10', STANDARD, { taxAmount: '20.02' }),
        coded('50.00', REDUCED, { taxAmount: '2.49' }),
        coded('7.00', EXEMPT),
      ],
      tax: { total: '22.51' },
      total: '179.61',
    });
    expect(taxesOf(built)).toEqual([
      ['4', 20.02, 100.1],
      ['6', 2.49, 50],
      ['10', 0, 7],
    ]);
  });

  it('is spread in proportion where the largest rate alone could not give as much', () => {
    const lines = [coded('100.00', STANDARD), coded('200.00', REDUCED)];
    const built = bodyOf({ lines, tax: { total: '0.00' }, total: '300.00' });
    expect(taxesOf(built)).toEqual([
      ['4', 0, 100],
      ['6', 0, 200],
    ]);
  });

  it('of a code with several rates is stated for each', () => {
    const quebec = { company: CANADA, rates: CANADIAN_RATES };
    const lines = [coded('4495.16', '21')];
    // 224.758 and 448.392…: QuickBooks comes to 673.15.
    const same = bodyOf({ lines, tax: { total: '673.15' }, total: '5168.31' }, quebec);
    expect(same.body).not.toHaveProperty('TxnTaxDetail');
    const more = bodyOf({ lines, tax: { total: '673.16' }, total: '5168.32' }, quebec);
    expect(taxesOf(more)).toEqual([
      ['31', 224.76, 4495.16],
      ['32', 448.4, 4495.16],
    ]);
    expect(more.body.TxnTaxDetail?.TotalTax).toBe(673.16);
  });

  it.each([
    ['a code of 0 %', ZERO],
    ['a reverse charge', REVERSE],
  ])('cannot stand on %s, which is refused before anything is sent', (_what, code) => {
    const { body, refusal } = bodyOf({
      lines: [coded('100.00', code)],
      tax: { total: '20.00' },
      total: '120.00',
    });
    expect(refusal?.reason).toEqual({
      name: 'amount_differs',
      params: { source: '120.00', quickbooks: '100.00' },
    });
    expect(body).not.toHaveProperty('TxnTaxDetail');
  });

  it('cannot stand on a code that no line has', () => {
    const { refusal } = bodyOf({
      lines: [coded('100.00', STANDARD)],
      tax: {
        total: '20.01',
        lines: [{ taxCode: { recordId: REDUCED }, taxable: '100.00', amount: '20.01' }],
      },
      total: '120.01',
    });
    expect(refusal?.reason.name).toBe('amount_differs');
  });

  it('is left to QuickBooks where the rates of a code are not known', () => {
    const built = bodyOf(
      { lines: [coded('10.03', STANDARD)], tax: { total: '2.02' }, total: '12.05' },
      { rates: new Map() },
    );
    expect(stands(built)).toEqual(FINE);
    expect(built.body).not.toHaveProperty('TxnTaxDetail');
  });

  it('of a vendor credit is positive, as the credit is', () => {
    const built = bodyOf(
      { lines: [coded('10.03', STANDARD)], tax: { total: '2.02' }, total: '12.05' },
      { entity: 'VendorCredit' },
    );
    expect(taxesOf(built)).toEqual([['4', 2.02, 10.03]]);
  });

  it('keeps to the decimals of its currency', () => {
    const company = { ...UK, multiCurrency: true };
    const lines = [coded('1003', STANDARD)];
    const yen = { currency: 'JPY', lines, tax: { total: '202' }, total: '1205' };
    expect(decimalsOf('JPY')).toBe(0);
    expect(taxesOf(bodyOf(yen, { company }))).toEqual([['4', 202, 1003]]);
    const same = bodyOf({ ...yen, tax: { total: '201' }, total: '1204' }, { company });
    expect(same.body).not.toHaveProperty('TxnTaxDetail');
  });
});

describe('a reverse charge', () => {
  it('is owed and reclaimed at once by QuickBooks, and nothing of it is payable', () => {
    const built = bodyOf({
      lines: [coded('100.00', REVERSE)],
      tax: {
        total: '0.00',
        lines: [{ taxCode: { recordId: REVERSE }, taxable: '100.00', amount: '0.00' }],
      },
      total: '100.00',
    });
    expect(stands(built)).toEqual(FINE);
    expect(built.body).not.toHaveProperty('TxnTaxDetail');
  });

  it('keeps both its rates beside tax that is a cent off', () => {
    const built = bodyOf({
      lines: [coded('100.00', REVERSE), coded('10.03', STANDARD)],
      tax: { total: '2.02' },
      total: '112.05',
    });
    expect(stands(built)).toEqual(FINE);
    expect(taxesOf(built)).toEqual([
      ['15', 20, 100],
      ['16', -20, 100],
      ['4', 2.02, 10.03],
    ]);
    expect(built.body.TxnTaxDetail?.TotalTax).toBe(2.02);
  });
});

describe('prices that include tax', () => {
  const inclusive = { taxMode: 'inclusive' } as const;

  it('are sent with the net part as the amount', () => {
    const built = bodyOf({
      ...inclusive,
      lines: [coded('10.00', STANDARD), coded('20.00', REDUCED), coded('70.00', REVERSE)],
      tax: { total: '2.62' },
      total: '100.00',
    });
    expect(stands(built)).toEqual(FINE);
    expect(built.body.GlobalTaxCalculation).toBe('TaxInclusive');
    expect(built.body).not.toHaveProperty('TxnTaxDetail');
    expect(
      built.body.Line.map(({ Amount, AccountBasedExpenseLineDetail: detail }) => [
        Amount,
        detail?.TaxInclusiveAmt,
      ]),
    ).toEqual([
      [8.33, 10],
      [19.05, 20],
      [70, 70],
    ]);
  });

  it.each([
    ['more', '2.63', [8.32, 19.05]],
    ['less', '2.61', [8.34, 19.05]],
  ])('are sent without it where the billed tax is a cent %s', (_what, tax, amounts) => {
    const built = bodyOf({
      ...inclusive,
      lines: [coded('10.00', STANDARD), coded('20.00', REDUCED)],
      tax: { total: tax },
      total: '30.00',
    });
    expect(stands(built)).toEqual(FINE);
    expect(built.body.GlobalTaxCalculation).toBe('TaxExcluded');
    expect(amountsOf(built)).toEqual(amounts);
    expect(built.body.TxnTaxDetail?.TotalTax).toBe(Number(tax));
    const [detail] = built.body.Line.map((line) => line.AccountBasedExpenseLineDetail);
    expect(detail).not.toHaveProperty('TaxInclusiveAmt');
  });

  it('need the tax of a line whose rates are not known', () => {
    const unknown = { ...inclusive, total: '10.00' };
    const rates = { rates: new Map() };
    const silent = bodyOf({ ...unknown, lines: [coded('10.00', STANDARD)] }, rates);
    expect(silent.problems).toEqual([
      { field: 'lines.0.taxAmount', rule: 'must be stated where prices include tax' },
    ]);
    const lines = [coded('10.00', STANDARD, { taxAmount: '1.67' })];
    expect(amountsOf(bodyOf({ ...unknown, lines }, rates))).toEqual([8.33]);
  });
});

describe('QuickBooks computing the tax', () => {
  const computes = { tax: 'quickbooks_computes' } as const;
  const off = { lines: [coded('10.03', STANDARD)], tax: { total: '2.02' }, total: '12.05' };

  it('sends codes alone, and a difference is refused before the write', () => {
    const { body, refusal } = bodyOf(off, { settings: computes });
    expect(body).not.toHaveProperty('TxnTaxDetail');
    expect(refusal).toEqual({
      reason: { name: 'amount_differs', params: { source: '12.05', quickbooks: '12.04' } },
      money: {
        sourceTotal: '12.05',
        quickbooksTotal: '12.04',
        difference: '-0.01',
        line: 'lines.0',
        rule: 'tax_per_rate',
        policy: 'refuse',
      },
    });
  });

  it('lets it through with a warning, or adds a line', () => {
    const warned = bodyOf(off, { settings: { ...computes, difference: 'warn' } });
    expect(stands(warned)).toEqual(FINE);
    const settings = { ...computes, difference: 'rounding_line' } as const;
    expect(bodyOf(off, { settings }).needsRounding).toBe(true);
    const rounding = { kind: 'account', id: '99' } as const;
    const rounded = bodyOf(off, { settings, references: { rounding, untaxedCodeId: '10' } });
    expect(rounded.needsRounding).toBe(false);
    expect(rounded.body.Line.at(-1)).toEqual({
      DetailType: 'AccountBasedExpenseLineDetail',
      Amount: 0.01,
      Description: 'Rounding',
      AccountBasedExpenseLineDetail: { AccountRef: { value: '99' }, TaxCodeRef: { value: '10' } },
    });
  });
});

describe('tax codes of lines', () => {
  it('are needed outside the United States, unless there is no tax', () => {
    const { problems } = bodyOf({
      lines: [coded('100.00', STANDARD), lineOf('50.00')],
      tax: { total: '20.00' },
      total: '170.00',
    });
    expect(problems).toEqual([
      { field: 'lines.1.taxCode', rule: expect.stringMatching(/must be stated/) },
    ]);
    const none = bodyOf({ taxMode: 'none' });
    expect(stands(none)).toEqual(FINE);
    expect(none.body.GlobalTaxCalculation).toBe('NotApplicable');
  });

  it('must not be stated where there is no tax', () => {
    const { problems, body } = bodyOf({ taxMode: 'none', lines: [coded('100.00', STANDARD)] });
    expect(problems).toEqual([
      { field: 'lines.0.taxCode', rule: 'must not be stated where taxMode is none' },
    ]);
    expect(body.Line[0]?.AccountBasedExpenseLineDetail).not.toHaveProperty('TaxCodeRef');
  });
});

describe('where nobody reclaims tax', () => {
  const goods = (amount: string, quantity: string, unitPrice: string) =>
    lineOf(amount, { account: undefined, item: { recordId: '19' }, quantity, unitPrice });

  it.each(['fold', 'as_billed', 'quickbooks_computes'] as const)(
    'it is part of what things cost in the United States, under %s',
    (tax) => {
      const built = bodyOf(
        {
          lines: [lineOf('1000.00'), goods('10.00', '4', '2.50')],
          tax: { total: '83.33' },
          total: '1093.33',
        },
        { company: US, settings: { tax } },
      );
      expect(stands(built)).toEqual(FINE);
      expect(built.body).not.toHaveProperty('GlobalTaxCalculation');
      expect(built.body).not.toHaveProperty('TxnTaxDetail');
      expect(built.body.Line).toEqual([
        {
          DetailType: 'AccountBasedExpenseLineDetail',
          Amount: 1082.5,
          AccountBasedExpenseLineDetail: { AccountRef: { value: '61' } },
        },
        {
          DetailType: 'ItemBasedExpenseLineDetail',
          Amount: 10.83,
          ItemBasedExpenseLineDetail: { ItemRef: { value: '19' }, Qty: 4, UnitPrice: 2.708 },
        },
      ]);
    },
  );

  it('each line bears its own where the lines state all of it', () => {
    const built = bodyOf(
      {
        lines: [lineOf('1000.00', { taxAmount: '0.00' }), lineOf('10.00', { taxAmount: '0.83' })],
        tax: { total: '0.83' },
        total: '1010.83',
      },
      { company: US },
    );
    expect(amountsOf(built)).toEqual([1000, 10.83]);
  });

  it('prices that include it are the cost already, and codes mean nothing', () => {
    const built = bodyOf(
      {
        taxMode: 'inclusive',
        lines: [coded('108.25', STANDARD)],
        tax: { total: '8.25' },
        total: '108.25',
      },
      { company: US },
    );
    expect(stands(built)).toEqual(FINE);
    expect(amountsOf(built)).toEqual([108.25]);
    expect(built.body.Line[0]?.AccountBasedExpenseLineDetail).not.toHaveProperty('TaxCodeRef');
  });

  it('lines of nothing cannot bear it', () => {
    const stated = { lines: [lineOf('0.00')], tax: { total: '5.00' }, total: '5.00' };
    expect(bodyOf(stated, { company: US }).problems).toEqual([
      { field: 'lines', rule: expect.stringMatching(/zero or less/) },
    ]);
  });

  it('is the same for a British company that is not registered for it', () => {
    const built = bodyOf(
      { lines: [lineOf('100.00')], tax: { total: '20.00' }, total: '120.00' },
      { company: { ...UK, usingSalesTax: false } },
    );
    expect(stands(built)).toEqual(FINE);
    expect(built.body.GlobalTaxCalculation).toBe('NotApplicable');
    expect(amountsOf(built)).toEqual([120]);
  });
});

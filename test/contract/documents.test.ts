import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { z } from 'zod';
import { DOCUMENT_SCHEMAS, formSums } from '../../src/contract/documents/index.js';
import { fieldErrorsOf } from '../../src/contract/problem.js';

const invoice = DOCUMENT_SCHEMAS.invoice;

const line = (over: object = {}) => ({
  name: 'Pine board',
  quantity: '2',
  unitPrice: '12.50',
  amount: '25.00',
  ...over,
});

const stated = (over: object = {}) => ({
  number: 'A-1',
  status: 'sent',
  issueDate: '2026-11-20',
  customer: { name: 'Birch & Sons' },
  lines: [line()],
  total: '25.00',
  ...over,
});

function errorsOf(schema: z.ZodType, input: unknown): Record<string, string> {
  const result = schema.safeParse(input);
  if (result.success) return {};
  return Object.fromEntries(
    fieldErrorsOf(result.error, input).map(({ field, rule }) => [field, rule]),
  );
}

describe('an invoice that is accepted', () => {
  it('is kept whole, with its defaults', () => {
    expect(invoice.parse(stated())).toEqual({
      ...stated(),
      lines: [{ ...line(), attributes: {} }],
      attributes: {},
      payments: [],
      priority: 'live',
      taxMode: 'none',
    });
  });

  it('has tax on top by default where a tax or a tax code is stated', () => {
    const taxed = stated({ lines: [line({ taxCode: { name: '20.0% S' } })] });
    expect(invoice.parse(taxed).taxMode).toBe('exclusive');
    expect(invoice.parse(stated({ tax: { total: '0.00' } })).taxMode).toBe('exclusive');
    expect(invoice.parse({ ...taxed, taxMode: 'inclusive' }).taxMode).toBe('inclusive');
  });

  it('takes exact JSON numbers as the decimals they print', () => {
    const parsed = invoice.parse(
      stated({ total: 25, lines: [line({ quantity: 0.0000001, unitPrice: 12.5, amount: -0 })] }),
    );
    expect(parsed.total).toBe('25');
    expect(parsed.lines[0]).toMatchObject({
      quantity: '0.0000001',
      unitPrice: '12.5',
      amount: '0',
    });
  });

  it('keeps emoji and right-to-left text as they are', () => {
    const name = 'شركة النور 🌲 \u{1F469}\u200D\u{1F33E}';
    expect(invoice.parse(stated({ customer: { name }, memo: name }))).toMatchObject({
      customer: { name },
      memo: name,
    });
  });

  it('may have 2,000 lines, and 10,000 at most', () => {
    const lines = (count: number) => stated({ lines: Array.from({ length: count }, () => line()) });
    expect(invoice.parse(lines(2_000)).lines).toHaveLength(2_000);
    expect(errorsOf(invoice, lines(10_001))).toHaveProperty('lines');
  });

  it('may have a number and a name QuickBooks cannot take, which fails later with a reason', () => {
    const long = stated({ number: 'N'.repeat(22), customer: { name: `${'x'.repeat(600)}:y` } });
    expect(errorsOf(invoice, long)).toEqual({});
  });
});

describe('an invoice that is refused', () => {
  it.each([
    ['an unknown field', { totl: '1' }, '(body)', 'unknown field totl'],
    ['an unknown field of a line', { lines: [line({ qty: 1 })] }, 'lines.0', 'unknown field qty'],
    ['a number as text', { number: 7 }, 'number', /expected string/],
    ['a list as text', { memo: ['a'] }, 'memo', /expected string/],
    ['an amount that is no number', { total: true }, 'total', /decimal string or a number/],
    ['an amount with words', { total: '12 USD' }, 'total', /must be a decimal/],
    ['an amount with separators', { total: '1,000.00' }, 'total', /must be a decimal/],
    ['an exponent', { total: '1e3' }, 'total', /must be a decimal/],
    ['float noise', { total: 0.1 + 0.2 }, 'total', /must be a decimal/],
    [
      'three decimals of a dollar',
      { total: '1.005', currency: 'USD' },
      'total',
      /2 decimals in USD/,
    ],
    ['three decimals of no currency', { total: '1.005' }, 'total', /2 decimals/],
    [
      'decimals of a yen',
      { lines: [line({ amount: '25' })], total: '25.5', currency: 'JPY' },
      'total',
      /0 decimals in JPY/,
    ],
    ['an amount beyond 15 digits', { total: '12345678901234.00' }, 'total', /13 digits/],
    ['a currency in lower case', { currency: 'usd' }, 'currency', /ISO 4217/],
    ['a day that does not exist', { issueDate: '2026-02-30' }, 'issueDate', /date/],
    ['a time instead of a day', { issueDate: '2026-02-03T00:00:00Z' }, 'issueDate', /date/],
    ['an unknown status', { status: 'open' }, 'status', /expected one of/],
    ['no lines', { lines: [] }, 'lines', /1 item/],
    ['a customer that names nobody', { customer: {} }, 'customer', /must name the record/],
    ['a blank number', { number: '  ' }, 'number', 'must not be empty'],
    ['NUL', { memo: 'a\0b' }, 'memo', /NUL or lone surrogates/],
    ['a lone high surrogate', { memo: 'a\uD83C' }, 'memo', /NUL or lone surrogates/],
    ['a lone low surrogate', { customer: { name: '\uDF32a' } }, 'customer.name', /lone surrogates/],
  ])('%s', (_what, over, field, rule) => {
    const errors = errorsOf(invoice, stated(over));
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).toEqual(typeof rule === 'string' ? rule : expect.stringMatching(rule));
  });

  it('names every amount with too many decimals at its own place', () => {
    const wrong = stated({
      lines: [line(), line({ amount: '1.001', discount: '0.001', taxAmount: '0.001' })],
      discount: '0.001',
      shipping: '0.001',
      tax: {
        total: '0.001',
        lines: [{ taxCode: { name: 'A' }, taxable: '0.001', amount: '0.001' }],
      },
      payments: [{ externalId: 'p', date: '2026-11-21', amount: '0.001' }],
      amountPaid: '0.001',
    });
    expect(Object.keys(errorsOf(invoice, wrong)).sort()).toEqual(
      [
        'amountPaid',
        'discount',
        'lines.1.amount',
        'lines.1.discount',
        'lines.1.taxAmount',
        'payments.0.amount',
        'shipping',
        'tax.lines.0.amount',
        'tax.lines.0.taxable',
        'tax.total',
      ].sort(),
    );
  });

  it('with a key of an object’s prototype as an unknown field', () => {
    const input = JSON.parse('{"displayName":"A","__proto__":{"email":"a@b.c"},"constructor":1}');
    const errors = errorsOf(DOCUMENT_SCHEMAS.customer, input);
    expect(errors['(body)']).toContain('__proto__');
    expect(errors['(body)']).toContain('constructor');
  });

  it('with an attribute whose key cannot be stored', () => {
    expect(errorsOf(invoice, stated({ attributes: { 'a\0b': 'x' } }))).not.toEqual({});
    expect(errorsOf(invoice, stated({ attributes: { ['k'.repeat(101)]: 'x' } }))).not.toEqual({});
  });
});

describe('attributes', () => {
  it('named like members of a prototype change no prototype', () => {
    const input = JSON.parse('{"displayName":"A","attributes":{"__proto__":"x","toString":"y"}}');
    const { attributes } = DOCUMENT_SCHEMAS.customer.parse(input);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    expect(Object.hasOwn(attributes, 'toString')).toBe(true);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });
});

describe('the sum rule', () => {
  const sums = (over: object) => formSums(invoice.parse(stated(over)));

  it('takes line discounts and the document discount off, adds shipping and tax on top', () => {
    const over = {
      lines: [line({ amount: '100.00', discount: '10.00' }), line({ amount: '50.00' })],
      discount: '4.50',
      shipping: '7.25',
      tax: { total: '11.10' },
      taxMode: 'exclusive',
      total: '153.85',
    };
    expect(sums(over)).toEqual({ stated: 15_385, parts: 15_385 });
  });

  it('counts no tax where prices include it or there is none', () => {
    const over = { tax: { total: '4.00' }, total: '25.00' };
    expect(sums({ ...over, taxMode: 'inclusive' })).toEqual({ stated: 2_500, parts: 2_500 });
    expect(sums({ ...over, taxMode: 'none' })).toEqual({ stated: 2_500, parts: 2_500 });
  });

  it('shows both sums where they differ', () => {
    expect(sums({ total: '26.00' })).toEqual({ stated: 2_600, parts: 2_500 });
  });

  it('counts in the decimals of the currency', () => {
    const yen = { currency: 'JPY', lines: [line({ amount: '1200' })], total: '1200' };
    expect(sums(yen)).toEqual({ stated: 1_200, parts: 1_200 });
    const dinar = { currency: 'KWD', lines: [line({ amount: '1.234' })], total: '1.234' };
    expect(sums(dinar)).toEqual({ stated: 1_234, parts: 1_234 });
  });

  it('misses no cent among the largest amounts', () => {
    const largest = '9999999999999.99';
    const lines = Array.from({ length: 40 }, () => line({ amount: largest }));
    const back = Array.from({ length: 39 }, () => line({ amount: `-${largest}` }));
    const odd = line({ amount: '-0.01' });
    expect(sums({ lines: [...lines, odd, ...back], total: largest })).toEqual({
      stated: 999_999_999_999_999,
      parts: 999_999_999_999_998,
    });
  });

  it('agrees for every invoice whose total is the sum of its lines', () => {
    const cents = fc.array(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), {
      minLength: 1,
      maxLength: 30,
    });
    const inDollars = (minor: number) =>
      `${minor < 0 ? '-' : ''}${Math.trunc(Math.abs(minor) / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;
    fc.assert(
      fc.property(cents, (amounts) => {
        const total = amounts.reduce((sum, amount) => sum + amount, 0);
        const { stated: whole, parts } = sums({
          lines: amounts.map((amount) => line({ amount: inDollars(amount) })),
          total: inDollars(total),
        });
        expect(whole).toBe(total);
        expect(parts).toBe(total);
      }),
    );
  });
});

describe('any text', () => {
  it('is kept unchanged or refused, never altered', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (memo) => {
        const result = invoice.safeParse(stated({ memo }));
        if (result.success) expect(result.data.memo).toBe(memo);
        else expect(memo.includes('\0') || !memo.isWellFormed()).toBe(true);
      }),
    );
  });
});

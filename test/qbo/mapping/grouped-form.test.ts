import { describe, expect, it } from '@jest/globals';
import type { QuickBooksLine } from '../../../src/qbo/mapping/quickbooks-types.js';
import { salesFormAfter } from '../../../src/qbo/mapping/sales-form.js';
import { bodyOf as billBodyOf } from './billed.js';
import {
  bodyOf,
  invoiceOf,
  type LineInput,
  lineOf,
  SETTINGS,
  storedInvoice,
  UK,
  UK_RATES,
} from './stated.js';

// A form whose lines are put together is written, judged and compared like any other; what is said
// of a line names the document's own.

const item = { ...SETTINGS.item, groupBy: ['model'], mode: 'generic' as const };

const deviceOf = (model: string, over: Partial<LineInput> = {}): LineInput =>
  lineOf({
    name: model,
    quantity: '1',
    unitPrice: '10.03',
    amount: '10.03',
    attributes: { model },
    ...over,
  });

const XYX = ['X', 'Y', 'X', 'Y'].map((model) => deviceOf(model));

const sold = ({ Line }: { Line: QuickBooksLine[] }) =>
  Line.map(({ Amount, SalesItemLineDetail: detail }) => [
    Amount,
    detail?.Qty,
    detail?.UnitPrice,
    detail?.ItemRef?.value,
    detail?.TaxCodeRef?.value,
  ]);

describe('a sales form of lines put together', () => {
  it('refers to what the first line of each refers to', () => {
    const { body } = bodyOf(
      { lines: XYX, total: '40.12' },
      { settings: { item }, references: { classIds: ['1', '2', '1', '2'] } },
    );
    expect(sold(body)).toEqual([
      [20.06, 2, 10.03, '19', undefined],
      [20.06, 2, 10.03, '20', undefined],
    ]);
  });

  it('names the document’s own line in problems', () => {
    const lines = [...XYX.slice(0, 3), deviceOf('Z', { account: { number: '4000' } })];
    const { problems } = bodyOf({ lines, total: '40.12' }, { settings: { item } });
    expect(problems.map(({ field }) => field)).toEqual(['lines.3.account']);
  });

  it('may hold more devices with tax than QuickBooks takes lines with tax', () => {
    const lines = Array.from({ length: 2_000 }, (_, index) =>
      deviceOf(index % 2 === 0 ? 'X' : 'Y', {
        unitPrice: '1',
        amount: '1',
        taxCode: { name: '6' },
      }),
    );
    const taxed = { lines, tax: { total: '400.00' }, total: '2400.00' };
    const rest = { company: UK, rates: UK_RATES, taxCodeIds: lines.map(() => '6') };
    expect(bodyOf(taxed, rest).problems).toHaveLength(1);
    const { body, problems, refusal } = bodyOf(taxed, { ...rest, settings: { item } });
    expect([problems, refusal]).toEqual([[], null]);
    expect(sold(body)).toEqual([
      [1000, 1000, 1, '19', '6'],
      [1000, 1000, 1, '20', '6'],
    ]);
  });

  // An app that rounds tax device by device: 2.01 each, where 40.12 × 20 % is 8.02.
  const perDevice = {
    lines: XYX.map((line, index) => ({
      ...line,
      taxCode: { name: '6' },
      taxAmount: index < 2 ? '2.01' : '2.02',
    })),
    tax: { total: '8.06' },
    total: '48.18',
  };
  const british = { company: UK, rates: UK_RATES, taxCodeIds: ['6', '6', '6', '6'] };
  const rounds = { item, difference: 'rounding_line' as const };

  it('lets every device of the app be rounded, not every line that is written', () => {
    const { refusal, body } = bodyOf(perDevice, {
      ...british,
      settings: rounds,
      references: { roundingItemId: '91', untaxedCodeId: '10' },
    });
    expect(refusal).toBeNull();
    expect(sold(body).at(-1)).toEqual([0.04, undefined, undefined, '91', '10']);

    const answer = storedInvoice({ ...body, TotalAmt: 48.18, TxnTaxDetail: { TotalTax: 8.02 } });
    const compared = {
      document: invoiceOf(perDevice),
      company: UK,
      settings: { ...SETTINGS, ...rounds },
    };
    expect(salesFormAfter(answer, compared)).toMatchObject({
      problem: null,
      money: { difference: '0.00', rounding: '0.04' },
    });
    // A line more that is not ours rounds nothing: the form was sent before its lines were put together.
    const Line = answer.Line.map((line) => ({ ...line, Description: 'X' }));
    expect(salesFormAfter({ ...answer, Line }, compared).money.rounding).toBeUndefined();
  });

  it('tells in the penny ledger which line of the document a difference comes from', () => {
    const lines = perDevice.lines.map((line, index) => ({
      ...line,
      taxAmount: index % 2 === 0 ? '2.00' : '2.02',
    }));
    const { refusal } = bodyOf(
      { ...perDevice, lines, tax: { total: '8.04' }, total: '48.16' },
      { ...british, settings: { item } },
    );
    expect(refusal).toMatchObject({
      reason: { name: 'amount_differs' },
      money: { difference: '-0.02', rule: 'tax_per_rate', line: 'lines.1' },
    });
  });
});

describe('a purchase form of lines put together', () => {
  const bought = XYX.map((line) => ({ ...line, item: { recordId: '7' } }));

  it('is written like a sales form', () => {
    const { body, problems } = billBodyOf(
      { lines: bought, total: '40.12', taxMode: 'none' },
      { settings: { item, unitWord: 'device' } },
    );
    expect(problems).toEqual([]);
    expect(body.Line).toMatchObject([
      { Amount: 20.06, ItemBasedExpenseLineDetail: { Qty: 2, UnitPrice: 10.03 } },
      { Amount: 20.06, ItemBasedExpenseLineDetail: { Qty: 2, UnitPrice: 10.03 } },
    ]);
  });

  it('keeps lines for other accounts and customers apart, and names the document’s own', () => {
    const lines = [
      ...bought.slice(0, 2),
      ...['1', '2', '2'].map((customer) => ({
        ...deviceOf('X'),
        item: { recordId: '7' },
        customerOrProject: { recordId: customer },
      })),
    ];
    const { body, problems } = billBodyOf(
      {
        lines: [...lines, { account: { number: '5000' }, amount: '1.00', taxAmount: '0.20' }],
        total: '51.15',
        taxMode: 'none',
      },
      { settings: { item }, references: { customerIds: [null, null, '1', '2', '2', null] } },
    );
    expect(body.Line.map(({ Amount }) => Amount)).toEqual([10.03, 10.03, 10.03, 20.06, 1]);
    expect(problems.map(({ field }) => field)).toEqual(['lines.5.taxAmount']);
  });
});

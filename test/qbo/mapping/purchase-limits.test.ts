import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { QuickBooksPurchaseForm } from '../../../src/qbo/mapping/quickbooks-types.js';
import { bodyOf, lineOf, UK, US } from './billed.js';

// What QuickBooks takes, stated here once more and not taken from the code: lengths of Intuit's
// reference page of Bill. A body without problems keeps to them, whatever the document says.

const longText = (most: number) =>
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.trim() !== ''),
    fc.integer({ min: Math.max(1, most - 30), max: most + 2 }).map((length) => 'x'.repeat(length)),
  );
const cents = (amount: number) => (amount / 100).toFixed(2);

const anInput = fc.record({
  number: longText(21),
  reference: longText(2_000),
  memo: longText(3_995),
  referenceTo: fc.constantFrom('memo' as const, 'number' as const),
  company: fc.constantFrom(US, UK),
  lines: fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 5_000 }),
      amount: fc.integer({ min: 0, max: 10 ** 12 }),
      off: fc.integer({ min: 0, max: 500 }),
      description: longText(4_000),
      isGoods: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

describe('the body of a purchase form', () => {
  it('never breaks a limit of QuickBooks, and its lines come to the total', () => {
    let kept = 0;
    fc.assert(
      fc.property(anInput, ({ lines, company, referenceTo, ...texts }) => {
        const net = lines.map(({ amount, off }) => amount - Math.min(off, amount));
        const total = net.reduce((sum, one) => sum + one, 0);
        const { body, problems, refusal } = bodyOf(
          {
            ...texts,
            taxMode: 'none',
            lines: lines.map(({ quantity, amount, off, description, isGoods }) =>
              lineOf(cents(amount), {
                description,
                discount: cents(Math.min(off, amount)),
                ...(isGoods
                  ? {
                      account: undefined,
                      item: { recordId: '3' },
                      quantity: String(quantity),
                      unitPrice: (amount / 100 / quantity).toFixed(5),
                    }
                  : {}),
              }),
            ),
            total: cents(total),
          },
          { company, settings: { referenceTo }, mark: 'k3Jx-9_a' },
        );
        expect(refusal).toBeNull();
        if (problems.length > 0) return;
        kept += 1;
        expect(brokenBy(body)).toEqual([]);
        const sum = body.Line.reduce((all, line) => all + Math.round((line.Amount ?? 0) * 100), 0);
        expect(sum).toBe(total);
      }),
      { numRuns: 500 },
    );
    expect(kept).toBeGreaterThan(50);
  });
});

function brokenBy(body: QuickBooksPurchaseForm): string[] {
  const broken = [
    ...((body.DocNumber ?? '').length > 21 ? ['DocNumber'] : []),
    ...((body.PrivateNote ?? '').length > 4_000 ? ['PrivateNote'] : []),
  ];
  for (const [index, line] of body.Line.entries()) {
    if ((line.Description ?? '').length > 4_000) broken.push(`Line.${index}.Description`);
    const amount = JSON.stringify(line.Amount);
    if (amount.replace(/\D/g, '').length > 15 || /e/.test(amount)) broken.push(`Line.${index}`);
    const { Qty, UnitPrice } = line.ItemBasedExpenseLineDetail ?? {};
    if (Qty === undefined || UnitPrice === undefined) continue;
    // Fault 6070: the rounded product has to be the amount.
    if (Math.abs(Qty * UnitPrice - (line.Amount ?? 0)) > 0.0051) broken.push(`Line.${index}.Qty`);
  }
  return broken;
}

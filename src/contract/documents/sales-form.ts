import { z } from 'zod';
import { type MinorUnits, toMinorUnits } from '../money.js';
import { customerReference } from '../reference.js';
import { amount, filledText } from '../text.js';
import { commonFields, LINES_MAX, line, tax, taxMode } from './parts.js';
import { linesWithSoleCode } from './sole-tax-code.js';

/**
 * What every sales form says: an invoice, a sales receipt and a credit memo are written alike in
 * QuickBooks, and add up by the same rule.
 */
export const salesFormFields = {
  ...commonFields,
  number: filledText(200),
  customer: customerReference,
  lines: z.array(line).min(1).max(LINES_MAX),
  discount: amount.optional(),
  /** Default: `exclusive` where tax or a tax code is stated, else `none`. */
  taxMode: taxMode.optional(),
  tax: tax.optional(),
  shipping: amount.optional(),
  total: amount,
};

const fields = z.strictObject(salesFormFields);
type SalesFormFields = z.infer<typeof fields>;

/** Members of a sales form after validation, whatever its kind. */
export type SalesForm = SalesFormFields & { taxMode: z.infer<typeof taxMode> };

/** Amount of a document with the place it was stated at, for `refineAmounts`. */
export interface StatedAmount {
  path: (string | number)[];
  value: string | undefined;
}

/** Every amount of a sales form. */
export function salesFormAmounts(form: SalesFormFields): StatedAmount[] {
  return [
    ...(['discount', 'shipping', 'total'] as const).map((name) => ({
      path: [name],
      value: form[name],
    })),
    { path: ['tax', 'total'], value: form.tax?.total },
    ...(form.tax?.lines ?? []).flatMap((row, index) => [
      { path: ['tax', 'lines', index, 'taxable'], value: row.taxable },
      { path: ['tax', 'lines', index, 'amount'], value: row.amount },
    ]),
    ...form.lines.flatMap((row, index) => [
      { path: ['lines', index, 'amount'], value: row.amount },
      { path: ['lines', index, 'discount'], value: row.discount },
      { path: ['lines', index, 'taxAmount'], value: row.taxAmount },
    ]),
  ];
}

/** The form with what it leaves to be understood of its tax: the mode, and the code of its lines. */
export function withTaxMode<Form extends SalesFormFields>(
  form: Form,
): Form & Pick<SalesForm, 'taxMode'> {
  const withMode = { ...form, taxMode: form.taxMode ?? defaultTaxMode(form) };
  return { ...withMode, lines: linesWithSoleCode(withMode) };
}

function defaultTaxMode(form: SalesFormFields): 'exclusive' | 'none' {
  const mentionsTax = form.tax !== undefined || form.lines.some((row) => row.taxCode !== undefined);
  return mentionsTax ? 'exclusive' : 'none';
}

/**
 * The sum rule: line amounts − line discounts − document discount + shipping + tax when exclusive.
 * Answers the stated total and what the parts come to, both in minor units.
 */
export function salesFormSums(form: SalesForm): { stated: MinorUnits; parts: MinorUnits } {
  // Whole-number sums: thousands of large amounts would leave the exact range of a number.
  const minor = (text: string | undefined) =>
    text === undefined ? 0n : BigInt(toMinorUnits(text, form.currency));
  const lines = form.lines.reduce((sum, row) => sum + minor(row.amount) - minor(row.discount), 0n);
  const taxOnTop = form.taxMode === 'exclusive' ? minor(form.tax?.total) : 0n;
  const parts = lines - minor(form.discount) + minor(form.shipping) + taxOnTop;
  return { stated: Number(minor(form.total)), parts: Number(parts) };
}

import type { z } from 'zod';
import { type MinorUnits, toMinorUnits } from '../money.js';
import type { DocumentKind } from './kinds.js';
import type { line, tax, taxMode } from './parts.js';
import { linesWithSoleCode } from './sole-tax-code.js';

/** What forms of both sides have in common: lines that add up to a total by one rule. */

type TaxMode = z.infer<typeof taxMode>;

/** A line as far as it counts towards the total. */
export type FormLine = Pick<z.infer<typeof line>, 'amount' | 'discount' | 'taxAmount' | 'taxCode'>;

/** A form as far as it adds up; the purchase side has no discount and no shipping of the whole. */
export interface FormFields {
  lines: FormLine[];
  discount?: string | undefined;
  shipping?: string | undefined;
  tax?: z.infer<typeof tax> | undefined;
  taxMode?: TaxMode | undefined;
  total: string;
  currency?: string | undefined;
}

/** Amount of a document with the place it was stated at, for `refineAmounts`. */
export interface StatedAmount {
  path: (string | number)[];
  value: string | undefined;
}

/** Every amount of a form. */
export function formAmounts(form: FormFields): StatedAmount[] {
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
export function withTaxMode<Form extends FormFields>(form: Form): Form & { taxMode: TaxMode } {
  const withMode = { ...form, taxMode: form.taxMode ?? defaultTaxMode(form) };
  return { ...withMode, lines: linesWithSoleCode(withMode) };
}

function defaultTaxMode(form: FormFields): TaxMode {
  const mentionsTax = form.tax !== undefined || form.lines.some((row) => row.taxCode !== undefined);
  return mentionsTax ? 'exclusive' : 'none';
}

/**
 * The sum rule: line amounts − line discounts − document discount + shipping + tax when exclusive.
 * Answers the stated total and what the parts come to, both in minor units.
 */
export function formSums(form: FormFields): { stated: MinorUnits; parts: MinorUnits } {
  // Whole-number sums: thousands of large amounts would leave the exact range of a number.
  const minor = (text: string | undefined) =>
    text === undefined ? 0n : BigInt(toMinorUnits(text, form.currency));
  const lines = form.lines.reduce((sum, row) => sum + minor(row.amount) - minor(row.discount), 0n);
  const taxOnTop = form.taxMode === 'exclusive' ? minor(form.tax?.total) : 0n;
  const parts = lines - minor(form.discount) + minor(form.shipping) + taxOnTop;
  return { stated: Number(minor(form.total)), parts: Number(parts) };
}

const INSTEAD: Partial<Record<DocumentKind, string>> = {
  invoice: 'credit memo',
  sales_receipt: 'credit memo',
  purchase_order: 'vendor credit',
  bill: 'vendor credit',
};

/** QuickBooks refuses a form below zero (fault 6000): what is given back is a form of its own. */
export function belowZeroRule(kind: DocumentKind): string {
  const instead = INSTEAD[kind];
  return `must not be negative${instead === undefined ? '' : `; state a ${instead} instead`}`;
}

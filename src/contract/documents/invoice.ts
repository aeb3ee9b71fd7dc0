import { z } from 'zod';
import { type MinorUnits, toMinorUnits } from '../money.js';
import { customerReference } from '../reference.js';
import { amount, filledText, plainDate, refineAmounts, text } from '../text.js';
import { commonFields, LINES_MAX, line, receivedPayment, tax, taxMode } from './parts.js';

export const INVOICE_STATUSES = ['draft', 'released', 'sent', 'approved', 'paid', 'void'] as const;

const fields = z.strictObject({
  ...commonFields,
  number: filledText(200),
  status: z.enum(INVOICE_STATUSES),
  issueDate: plainDate,
  dueDate: plainDate.optional(),
  customer: customerReference,
  billingEmail: text(500).optional(),
  lines: z.array(line).min(1).max(LINES_MAX),
  discount: amount.optional(),
  /** Default: `exclusive` where tax or a tax code is stated, else `none`. */
  taxMode: taxMode.optional(),
  tax: tax.optional(),
  shipping: amount.optional(),
  total: amount,
  payments: z.array(receivedPayment).max(1_000).default([]),
  amountPaid: amount.optional(),
});

type InvoiceFields = z.infer<typeof fields>;

function amountsOf(invoice: InvoiceFields) {
  return [
    ...(['discount', 'shipping', 'total', 'amountPaid'] as const).map((name) => ({
      path: [name],
      value: invoice[name],
    })),
    { path: ['tax', 'total'], value: invoice.tax?.total },
    ...(invoice.tax?.lines ?? []).flatMap((row, index) => [
      { path: ['tax', 'lines', index, 'taxable'], value: row.taxable },
      { path: ['tax', 'lines', index, 'amount'], value: row.amount },
    ]),
    ...invoice.lines.flatMap((row, index) => [
      { path: ['lines', index, 'amount'], value: row.amount },
      { path: ['lines', index, 'discount'], value: row.discount },
      { path: ['lines', index, 'taxAmount'], value: row.taxAmount },
    ]),
    ...invoice.payments.map((row, index) => ({
      path: ['payments', index, 'amount'],
      value: row.amount,
    })),
  ];
}

/** What an app says of an invoice: the whole state, each time. */
export const invoice = fields
  .superRefine((value, context) => {
    refineAmounts(amountsOf(value), value.currency, (issue) =>
      context.addIssue({ code: 'custom', ...issue }),
    );
  })
  .transform((value) => ({ ...value, taxMode: value.taxMode ?? defaultTaxMode(value) }));
export type Invoice = z.output<typeof invoice>;
export type InvoiceInput = z.input<typeof invoice>;

function defaultTaxMode(value: InvoiceFields): 'exclusive' | 'none' {
  const mentionsTax =
    value.tax !== undefined || value.lines.some((row) => row.taxCode !== undefined);
  return mentionsTax ? 'exclusive' : 'none';
}

/**
 * The sum rule: line amounts − line discounts − document discount + shipping + tax when exclusive.
 * Answers the stated total and what the parts come to, both in minor units.
 */
export function invoiceSums(value: Invoice): { stated: MinorUnits; parts: MinorUnits } {
  // Whole-number sums: thousands of large amounts would leave the exact range of a number.
  const minor = (text: string | undefined) =>
    text === undefined ? 0n : BigInt(toMinorUnits(text, value.currency));
  const lines = value.lines.reduce((sum, row) => sum + minor(row.amount) - minor(row.discount), 0n);
  const taxOnTop = value.taxMode === 'exclusive' ? minor(value.tax?.total) : 0n;
  const parts = lines - minor(value.discount) + minor(value.shipping) + taxOnTop;
  return { stated: Number(minor(value.total)), parts: Number(parts) };
}

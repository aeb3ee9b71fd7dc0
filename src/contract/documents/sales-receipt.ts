import { z } from 'zod';
import { reference } from '../reference.js';
import { plainDate, refineAmounts } from '../text.js';
import { formAmounts, withTaxMode } from './form.js';
import { salesFormFields } from './sales-form.js';

/** Where the money came from. Each makes a sales receipt of its own; invoices are paid otherwise. */
export const SALES_RECEIPT_SOURCES = [
  'order_form',
  'subscription',
  'membership',
  'calendar',
  'other',
] as const;

const fields = z.strictObject({
  ...salesFormFields,
  source: z.enum(SALES_RECEIPT_SOURCES),
  date: plainDate,
  depositAccount: reference.optional(),
  paymentMethod: reference.optional(),
});

/** Money received without an invoice: the sale and its payment in one form. */
export const salesReceipt = fields
  .superRefine((value, context) => {
    refineAmounts(formAmounts(value), value.currency, (issue) =>
      context.addIssue({ code: 'custom', ...issue }),
    );
  })
  .transform(withTaxMode);
export type SalesReceipt = z.output<typeof salesReceipt>;
export type SalesReceiptInput = z.input<typeof salesReceipt>;

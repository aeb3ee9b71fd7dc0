import { z } from 'zod';
import { plainDate, refineAmounts, text } from '../text.js';
import { formAmounts, withTaxMode } from './form.js';
import { INVOICE_STATUSES } from './invoice.js';
import { invoiceReference } from './payment.js';
import { salesFormFields } from './sales-form.js';

const fields = z.strictObject({
  ...salesFormFields,
  status: z.enum(INVOICE_STATUSES),
  issueDate: plainDate,
  billingEmail: text(500).optional(),
  /** The invoice it is credited against; without it the credit stays open for the customer. */
  appliesTo: invoiceReference.optional(),
});

/** What an app takes off what a customer owes. Amounts are positive. */
export const creditMemo = fields
  .superRefine((value, context) => {
    refineAmounts(formAmounts(value), value.currency, (issue) =>
      context.addIssue({ code: 'custom', ...issue }),
    );
  })
  .transform(withTaxMode);
export type CreditMemo = z.output<typeof creditMemo>;
export type CreditMemoInput = z.input<typeof creditMemo>;

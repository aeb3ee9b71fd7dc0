import { z } from 'zod';
import { reference } from '../reference.js';
import { amount, filledText, plainDate, refineAmounts, text } from '../text.js';
import { formAmounts, withTaxMode } from './form.js';
import { receivedPayment } from './parts.js';
import { salesFormFields } from './sales-form.js';

export const INVOICE_STATUSES = ['draft', 'released', 'sent', 'approved', 'paid', 'void'] as const;

const fields = z.strictObject({
  ...salesFormFields,
  recordId: filledText(50)
    .optional()
    .describe(
      'QuickBooks’ id of the old invoice this is, where it was brought from there: it stays as it is.',
    ),
  status: z.enum(INVOICE_STATUSES),
  issueDate: plainDate,
  dueDate: plainDate.optional(),
  /** QuickBooks' terms; where a due date is stated as well, that is the one that counts. */
  terms: reference.optional(),
  billingEmail: text(500).optional(),
  payments: z.array(receivedPayment).max(1_000).default([]),
  /** Control total: what was received in all, however it reached QuickBooks. */
  amountPaid: amount.optional(),
});

/** What an app says of an invoice: the whole state, each time. */
export const invoice = fields
  .superRefine((value, context) => {
    const amounts = [
      ...formAmounts(value),
      { path: ['amountPaid'], value: value.amountPaid },
      ...value.payments.map((row, index) => ({
        path: ['payments', index, 'amount'],
        value: row.amount,
      })),
    ];
    refineAmounts(amounts, value.currency, (issue) =>
      context.addIssue({ code: 'custom', ...issue }),
    );
    const listed = new Set<string>();
    for (const [index, { externalId }] of value.payments.entries()) {
      const path = ['payments', index, 'externalId'];
      // Two amounts for one payment: nobody could say which of them was received.
      if (listed.has(externalId)) {
        context.addIssue({ code: 'custom', path, message: 'must be listed once' });
      }
      listed.add(externalId);
    }
  })
  .transform(withTaxMode);
export type Invoice = z.output<typeof invoice>;
export type InvoiceInput = z.input<typeof invoice>;

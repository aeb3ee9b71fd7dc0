import { z } from 'zod';
import { customerReference, reference } from '../reference.js';
import { amount, filledText, plainDate, refineAmounts } from '../text.js';
import { commonFields } from './parts.js';

/** An invoice: by the app's own id, or by QuickBooks' id where QuickBooks made it. */
export const invoiceReference = z
  .strictObject({
    externalId: filledText(200).optional(),
    recordId: filledText(50).optional(),
  })
  .refine(({ externalId, recordId }) => externalId !== undefined || recordId !== undefined, {
    error: 'must name the invoice by externalId or recordId',
  });

const fields = z.strictObject({
  ...commonFields,
  date: plainDate,
  customer: customerReference,
  amount,
  method: reference.optional(),
  /** Which invoices it pays and with how much of it; the rest stays the customer's credit. */
  applies: z
    .array(z.strictObject({ invoice: invoiceReference, amount }))
    .max(500)
    .default([]),
  depositAccount: reference.optional(),
});

/** Money received for invoices. Also stated inside an invoice; the same externalId is the same money. */
export const payment = fields.superRefine((value, context) => {
  const amounts = [
    { path: ['amount'], value: value.amount },
    ...value.applies.map((row, index) => ({
      path: ['applies', index, 'amount'],
      value: row.amount,
    })),
  ];
  refineAmounts(amounts, value.currency, (issue) => context.addIssue({ code: 'custom', ...issue }));
});
export type Payment = z.output<typeof payment>;
export type PaymentInput = z.input<typeof payment>;

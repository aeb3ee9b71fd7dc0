import { z } from 'zod';
import { reference } from '../reference.js';
import { filledText, plainDate, refineAmounts } from '../text.js';
import { formAmounts, withTaxMode } from './form.js';
import { purchaseFormFields } from './purchase-form.js';

export const BILL_STATUSES = ['received', 'matched', 'approved', 'void'] as const;

const fields = z.strictObject({
  ...purchaseFormFields,
  status: z.enum(BILL_STATUSES),
  date: plainDate,
  dueDate: plainDate.optional(),
  /** QuickBooks' terms; where a due date is stated as well, that is the one that counts. */
  terms: reference.optional(),
  /** The purchase order it is for, by the app's own id: QuickBooks closes that one with it, where orders are sent. */
  purchaseOrder: filledText(200).optional(),
});

/** A supplier's invoice: the whole state, each time. */
export const bill = fields
  .superRefine((value, context) => {
    refineAmounts(formAmounts(value), value.currency, (issue) =>
      context.addIssue({ code: 'custom', ...issue }),
    );
  })
  .transform(withTaxMode);
export type Bill = z.output<typeof bill>;
export type BillInput = z.input<typeof bill>;

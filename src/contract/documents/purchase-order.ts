import { z } from 'zod';
import { plainDate, refineAmounts } from '../text.js';
import { formAmounts, withTaxMode } from './form.js';
import { purchaseFormFields } from './purchase-form.js';

export const PURCHASE_ORDER_STATUSES = ['draft', 'approved', 'closed', 'void'] as const;

const fields = z.strictObject({
  ...purchaseFormFields,
  status: z.enum(PURCHASE_ORDER_STATUSES),
  date: plainDate,
  dueDate: plainDate.optional(),
});

/** What an app has ordered from a supplier: the whole state, each time. */
export const purchaseOrder = fields
  .superRefine((value, context) => {
    refineAmounts(formAmounts(value), value.currency, (issue) =>
      context.addIssue({ code: 'custom', ...issue }),
    );
  })
  .transform(withTaxMode);
export type PurchaseOrder = z.output<typeof purchaseOrder>;
export type PurchaseOrderInput = z.input<typeof purchaseOrder>;

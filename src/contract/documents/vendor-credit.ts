import { z } from 'zod';
import { plainDate, refineAmounts } from '../text.js';
import { BILL_STATUSES } from './bill.js';
import { formAmounts, withTaxMode } from './form.js';
import { purchaseFormFields } from './purchase-form.js';

const fields = z.strictObject({
  ...purchaseFormFields,
  status: z.enum(BILL_STATUSES),
  date: plainDate,
});

/** What a supplier takes off what is owed to it: a credit note. Amounts are positive. */
export const vendorCredit = fields
  .superRefine((value, context) => {
    refineAmounts(formAmounts(value), value.currency, (issue) =>
      context.addIssue({ code: 'custom', ...issue }),
    );
  })
  .transform(withTaxMode);
export type VendorCredit = z.output<typeof vendorCredit>;
export type VendorCreditInput = z.input<typeof vendorCredit>;

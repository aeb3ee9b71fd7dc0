import { z } from 'zod';
import { vendorReference } from '../reference.js';
import { amount, filledText, preciseNumber } from '../text.js';
import { commonFields, LINES_MAX, line, tax, taxMode } from './parts.js';

/**
 * A line of the purchase side: goods, by an item or by the settings, or an amount for an account.
 * What is bought for an account needs no quantity and no price.
 */
export const purchaseLine = line
  .extend({
    name: filledText(2_000).optional(),
    quantity: preciseNumber.optional(),
    unitPrice: preciseNumber.optional(),
  })
  .superRefine((value, context) => {
    const { item, account, name, description, quantity, unitPrice } = value;
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (quantity === undefined && unitPrice !== undefined) {
      refuse('quantity', 'must be stated beside unitPrice');
    }
    if (unitPrice === undefined && quantity !== undefined) {
      refuse('unitPrice', 'must be stated beside quantity');
    }
    if (item !== undefined && account !== undefined) {
      refuse('account', 'must not be stated beside item: a line is for one of them');
    }
    if ([item, account, name, description].every((part) => part === undefined)) {
      refuse('name', 'must be stated where a line has no item, account or description');
    }
  });
export type PurchaseLine = z.infer<typeof purchaseLine>;

/** What every purchase form says: purchase orders, bills and vendor credits are written alike. */
export const purchaseFormFields = {
  ...commonFields,
  number: filledText(200),
  vendor: vendorReference,
  lines: z.array(purchaseLine).min(1).max(LINES_MAX),
  /** Default: `exclusive` where tax or a tax code is stated, else `none`. */
  taxMode: taxMode.optional(),
  tax: tax.optional(),
  total: amount,
};

const fields = z.strictObject(purchaseFormFields);

/** Members of a purchase form after validation, whatever its kind. */
export type PurchaseForm = z.infer<typeof fields> & { taxMode: z.infer<typeof taxMode> };

import { z } from 'zod';
import { customerReference } from '../reference.js';
import { amount, filledText } from '../text.js';
import { commonFields, LINES_MAX, line, tax, taxMode } from './parts.js';

/**
 * What every sales form says: an invoice, a sales receipt and a credit memo are written alike in
 * QuickBooks, and add up by the same rule.
 */
export const salesFormFields = {
  ...commonFields,
  number: filledText(200),
  customer: customerReference,
  lines: z.array(line).min(1).max(LINES_MAX),
  discount: amount.optional(),
  /** Default: `exclusive` where tax or a tax code is stated, else `none`. */
  taxMode: taxMode.optional(),
  tax: tax.optional(),
  shipping: amount.optional(),
  total: amount,
};

const fields = z.strictObject(salesFormFields);

/** Members of a sales form after validation, whatever its kind. */
export type SalesForm = z.infer<typeof fields> & { taxMode: z.infer<typeof taxMode> };

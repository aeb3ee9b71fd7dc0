import { z } from 'zod';
import { reference } from '../reference.js';
import { filledText, text } from '../text.js';
import { commonFields } from './parts.js';

/**
 * A product or service that must be created. Only the worker states one, when a line needs an item
 * QuickBooks does not have and the settings say to create it; the API lists items but takes none.
 */
export const item = z.strictObject({
  ...commonFields,
  name: filledText(2_000),
  sku: text(200).optional(),
  description: text(10_000).optional(),
  incomeAccount: reference.optional(),
  /** Needed of what is bought. */
  expenseAccount: reference.optional(),
});
export type Item = z.output<typeof item>;

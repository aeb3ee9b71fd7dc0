import { z } from 'zod';

/**
 * What made QuickBooks' amounts other than the document's, or how they were made to agree:
 *
 * - `folded`: discount, shipping and tax are part of the prices;
 * - `tax_as_billed`: the document's own tax stands in the place of QuickBooks';
 * - `tax_per_rate`: QuickBooks computes tax once per rate, on the sum of its lines;
 * - `tax_per_line`: prices include tax, and QuickBooks computes it line by line;
 * - `automated_sales_tax`: the engine of the United States decides by place;
 * - `sales_tax_off`: the company collects no sales tax in QuickBooks;
 * - `other`: nothing of these.
 */
export const MONEY_RULES = [
  'folded',
  'tax_as_billed',
  'tax_per_rate',
  'tax_per_line',
  'automated_sales_tax',
  'sales_tax_off',
  'other',
] as const;
export type MoneyRule = (typeof MONEY_RULES)[number];

/** What is done where QuickBooks' total is not the document's. */
export const DIFFERENCE_POLICIES = ['refuse', 'warn', 'rounding_line'] as const;
export type DifferencePolicy = (typeof DIFFERENCE_POLICIES)[number];

/** The penny ledger of one document. Amounts are decimal strings in the document's currency. */
export const moneyNote = z.object({
  sourceTotal: z.string(),
  /** What QuickBooks holds, or would come to where the document was refused for it. */
  quickbooksTotal: z.string(),
  /** QuickBooks' total minus the document's. */
  difference: z.string(),
  /** Where in the document a difference comes from: `lines.2`, `tax`. */
  line: z.string().optional(),
  rule: z.enum(MONEY_RULES).optional(),
  /** The setting `difference`, where there was one to judge. */
  policy: z.enum(DIFFERENCE_POLICIES).optional(),
  /** Amount of the line that was added to make the totals agree. */
  rounding: z.string().optional(),
});
export type MoneyNote = z.infer<typeof moneyNote>;

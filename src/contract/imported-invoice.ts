import { z } from 'zod';

/** An old invoice of QuickBooks as it was when it was brought; neither side changes it any more. */
export const importedInvoiceAnswer = z.object({
  type: z.literal('invoice'),
  /** QuickBooks' id. */
  recordId: z.string(),
  number: z.string().nullable(),
  /** Plain dates. */
  date: z.string(),
  dueDate: z.string().nullable(),
  customer: z.object({ recordId: z.string(), name: z.string().nullable() }),
  total: z.string(),
  /** What was open of it. */
  balance: z.string(),
  currency: z.string(),
  importedAt: z.string(),
});
export type ImportedInvoiceAnswer = z.infer<typeof importedInvoiceAnswer>;

export const importedInvoicePage = z.object({
  records: z.array(importedInvoiceAnswer),
  /** Cursor of the next page; null at the end. */
  after: z.string().nullable(),
});
export type ImportedInvoicePage = z.infer<typeof importedInvoicePage>;

const PREFIX = 'quickbooks:';

/** The app's id of an old invoice, where it gives it none of its own: as `quickbooks:145`. */
export const importedExternalId = (recordId: string) => `${PREFIX}${recordId}`;

/** QuickBooks' id in such an id; undefined where it is another one. */
export function importedRecordId(externalId: string): string | undefined {
  return externalId.startsWith(PREFIX) ? externalId.slice(PREFIX.length) : undefined;
}

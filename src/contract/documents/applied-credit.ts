import { z } from 'zod';
import { customerReference } from '../reference.js';
import { amount, filledText, plainDate } from '../text.js';
import { commonFields } from './parts.js';
import { invoiceReference } from './payment.js';

/**
 * A credit memo set against an invoice. Only the worker states one, for a credit memo that says what
 * it applies to: QuickBooks links the two by a payment without money.
 */
export const appliedCredit = z.strictObject({
  ...commonFields,
  date: plainDate,
  customer: customerReference,
  /** The app's own id of the credit memo. */
  creditMemo: filledText(200),
  invoice: invoiceReference,
  /** All of the credit; what the invoice does not take stays open. */
  amount,
});
export type AppliedCredit = z.output<typeof appliedCredit>;

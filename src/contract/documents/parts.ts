import { z } from 'zod';
import { customerReference, itemReference, reference } from '../reference.js';
import {
  amount,
  currencyCode,
  filledText,
  moment,
  plainDate,
  preciseNumber,
  text,
} from '../text.js';

/** Extra facts of the app: flat, short, never interpreted unless a setting names one. */
export const attributes = z.record(filledText(100), text(1_000));

/** Who acts in the app, and what the app says they may do (for example `suppliers:write`). */
export const actor = z.strictObject({
  id: filledText(200),
  rights: z.array(filledText(100)).max(100).default([]),
});

/** Fields every kind has. */
export const commonFields = {
  /** Growing number of the app's own version; an older one than stored changes nothing. */
  sourceVersion: z.int().nonnegative().optional(),
  createdAt: moment.optional(),
  currency: currencyCode.optional(),
  reference: text(4_000).optional(),
  memo: text(4_000).optional(),
  location: reference.optional(),
  attributes: attributes.default({}),
  actor: actor.optional(),
  /** The app's own word for the state, used in Details. */
  statusLabel: text(100).optional(),
  priority: z.enum(['live', 'backfill']).default('live'),
};

/** The most lines of one document: 10,000 is the most QuickBooks takes (Intuit's limits page). */
export const LINES_MAX = 10_000;

export const line = z.strictObject({
  item: itemReference.optional(),
  account: reference.optional(),
  name: filledText(2_000),
  sku: text(200).optional(),
  description: text(10_000).optional(),
  quantity: preciseNumber,
  unitPrice: preciseNumber,
  amount,
  discount: amount.optional(),
  taxCode: reference.optional(),
  taxAmount: amount.optional(),
  class: reference.optional(),
  customerOrProject: customerReference.optional(),
  attributes: attributes.default({}),
});
export type Line = z.infer<typeof line>;

export const taxMode = z.enum(['exclusive', 'inclusive', 'none']);

export const tax = z.strictObject({
  total: amount,
  lines: z
    .array(z.strictObject({ taxCode: reference, taxable: amount, amount }))
    .max(100)
    .default([]),
});

/** Money received, stated once: here or as a `payment` document of the same externalId. */
export const receivedPayment = z.strictObject({
  externalId: filledText(200),
  date: plainDate,
  amount,
  method: reference.optional(),
  reference: text(200).optional(),
});

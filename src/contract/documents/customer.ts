import { z } from 'zod';
import { address, reference } from '../reference.js';
import { filledText, text } from '../text.js';
import { commonFields } from './parts.js';

/** What an app says of a customer. An update never blanks a value QuickBooks holds. */
export const customer = z.strictObject({
  ...commonFields,
  displayName: filledText(2_000),
  givenName: text().optional(),
  familyName: text().optional(),
  companyName: text().optional(),
  email: text(500).optional(),
  phone: text(100).optional(),
  billAddress: address.optional(),
  shipAddress: address.optional(),
  taxId: text(100).optional(),
  terms: reference.optional(),
});
export type Customer = z.output<typeof customer>;
export type CustomerInput = z.input<typeof customer>;

import { z } from 'zod';
import { address, reference } from '../reference.js';
import { filledText, text } from '../text.js';
import { commonFields } from './parts.js';

/** What an app says of a supplier. An update never blanks a value QuickBooks holds. */
export const vendor = z.strictObject({
  ...commonFields,
  displayName: filledText(2_000),
  givenName: text().optional(),
  familyName: text().optional(),
  companyName: text().optional(),
  email: text(500).optional(),
  phone: text(100).optional(),
  billAddress: address.optional(),
  taxId: text(100).optional(),
  terms: reference.optional(),
});
export type Vendor = z.output<typeof vendor>;
export type VendorInput = z.input<typeof vendor>;

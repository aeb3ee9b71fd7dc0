import { z } from 'zod';
import { partyFields } from './party.js';

/** What an app says of a supplier. An update never blanks a value QuickBooks holds. */
export const vendor = z.strictObject(partyFields);
export type Vendor = z.output<typeof vendor>;
export type VendorInput = z.input<typeof vendor>;

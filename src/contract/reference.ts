import { z } from 'zod';
import { partyId } from './own-ids.js';
import { filledText, text } from './text.js';

/** A postal address; QuickBooks takes five lines of 500 characters, 2,000 together. */
export const address = z.strictObject({
  line1: text().optional(),
  line2: text().optional(),
  line3: text().optional(),
  line4: text().optional(),
  line5: text().optional(),
  city: text().optional(),
  region: text().optional(),
  postalCode: text(100).optional(),
  country: text().optional(),
});
export type Address = z.infer<typeof address>;

const identification = {
  /** QuickBooks' own id as seen in our records. */
  recordId: filledText(50).optional(),
  /** The app's own id, found through a link. */
  externalId: filledText(200).optional(),
  /** Exact name in QuickBooks. */
  name: filledText(2_000).optional(),
  /** Account number, SKU or another number QuickBooks knows the record by. */
  number: filledText(200).optional(),
};

const IDENTIFIED = 'must name the record by recordId, externalId, name or number';

function identifies(reference: Record<string, unknown>): boolean {
  return ['recordId', 'externalId', 'name', 'number', 'email', 'sku'].some(
    (part) => reference[part] !== undefined,
  );
}

/**
 * A mention of a QuickBooks record. Precedence: recordId → link of externalId → number → name.
 * Parts that point to different records fail the document with `reference_conflict`.
 */
export const reference = z.strictObject(identification).refine(identifies, { error: IDENTIFIED });
export type Reference = z.infer<typeof reference>;

/** Of anybody: what identifies them, and what their creation needs. */
const party = {
  ...identification,
  externalId: partyId.optional(),
  email: filledText(200).optional(),
  phone: text(100).optional(),
  companyName: text().optional(),
  billAddress: address.optional(),
};

/** A customer, with what its creation needs where the settings allow one. */
export const customerReference = z
  .strictObject({ ...party, shipAddress: address.optional() })
  .refine(identifies, { error: IDENTIFIED });
export type CustomerReference = z.infer<typeof customerReference>;

/** A supplier, with what its creation needs where the settings allow one. */
export const vendorReference = z
  .strictObject({ ...party, taxId: text(100).optional() })
  .refine(identifies, { error: IDENTIFIED });
export type VendorReference = z.infer<typeof vendorReference>;

/** A product or service, with what its creation needs where the settings allow one. */
export const itemReference = z
  .strictObject({
    ...identification,
    externalId: partyId.optional(),
    sku: text(200).optional(),
    description: text(10_000).optional(),
  })
  .refine(identifies, { error: IDENTIFIED });
export type ItemReference = z.infer<typeof itemReference>;

import { address, reference } from '../reference.js';
import { filledText, text } from '../text.js';
import { commonFields } from './parts.js';

/** What an app says of anybody it deals with, customer or supplier. */
export const partyFields = {
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
};

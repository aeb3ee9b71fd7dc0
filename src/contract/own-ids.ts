import { filledText } from './text.js';

/** How ids begin that the worker gives to customers, suppliers and products it makes or updates on the way. */
const OURS = /^(name|record|reference):/;

/** What is wrong with an app's id of a customer, supplier or product that the worker would take for its own. */
export const OWN_ID_PROBLEM = 'must not begin with "name:", "record:" or "reference:"';

export function isOwnId(externalId: string): boolean {
  return OURS.test(externalId);
}

/** The app's own id of a customer, supplier or product. */
export const partyId = filledText(200).refine((id) => !isOwnId(id), { error: OWN_ID_PROBLEM });

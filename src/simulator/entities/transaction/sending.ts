/** E-mailing a transaction, the same for every entity that can be sent. */

import type { Draft, EntityDefinition, Step } from '../../engine/definition.js';
import { invalidEmail, missingMember } from '../../engine/service-fault.js';
import { objectOf, refIdOf, textOf } from '../../json.js';
import { pacificSeconds } from '../../pacific.js';
import { looksLikeEmails } from '../steps.js';

/**
 * Marks the transaction as sent (Invoice reference page, and recorded): `EmailStatus` EmailSent,
 * `DeliveryInfo` with the moment, and the address of `sendTo` in place of the stored one. Members
 * that the entity does not have stay away: a payment looks the same afterwards, and goes to its
 * customer's address.
 *
 * Refused without an address (2020) and with one that is none (2210); the codes are a guess.
 */
export const sending: Step = (draft) => {
  const { definition, sent, after, errors, nowMs } = draft;
  const member = addressMember(definition);
  const given = textOf(sent, 'sendTo')?.trim();
  const address = given || textOf(objectOf(after, member), 'Address') || primaryAddress(draft);
  if (address === undefined) {
    errors.push(missingMember(member));
    return;
  }
  if (!looksLikeEmails(address)) {
    errors.push(invalidEmail());
    return;
  }
  const { fields } = definition;
  if (given && fields[member] !== undefined) after[member] = { Address: given };
  if (fields['EmailStatus'] !== undefined) after['EmailStatus'] = 'EmailSent';
  if (fields['DeliveryInfo'] !== undefined) {
    after['DeliveryInfo'] = { DeliveryType: 'Email', DeliveryTime: pacificSeconds(nowMs) };
  }
};

/** Recorded: what is yet to be sent says by which way, without a time. */
export const deliveryAhead: Step = ({ after }) => {
  if (after['EmailStatus'] === 'NeedToSend') after['DeliveryInfo'] = { DeliveryType: 'Email' };
  else if (after['EmailStatus'] === 'NotSet') delete after['DeliveryInfo'];
};

/** Purchase orders go to `POEmail`, everything else to `BillEmail`. */
function addressMember({ fields }: EntityDefinition): string {
  return fields['POEmail'] === undefined ? 'BillEmail' : 'POEmail';
}

/** A transaction without an address member of its own goes where its customer is reached. */
function primaryAddress({ definition, company, after }: Draft): string | undefined {
  if (definition.fields[addressMember(definition)] !== undefined) return undefined;
  const customer = company.find('Customer', refIdOf(after, 'CustomerRef'));
  return textOf(objectOf(customer, 'PrimaryEmailAddr'), 'Address');
}

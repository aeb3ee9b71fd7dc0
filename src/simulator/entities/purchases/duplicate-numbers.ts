/**
 * Numbers that must not be used twice: a bill's with the same vendor, a check's from the same
 * account. Each has its own warning in the company's preferences; where it is on, fault 6140.
 */

import type { Draft, Step } from '../../engine/definition.js';
import { duplicateNumber } from '../../engine/service-fault.js';
import { type JsonObject, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';

/** With `WarnDuplicateBillNumber` on. */
export const billNumberIsFree: Step = (draft) => {
  const vendor = refIdOf(draft.after, 'VendorRef');
  refuseTaken(draft, 'WarnDuplicateBillNumber', 'Bill', [
    { entity: 'Bill', same: (other) => refIdOf(other, 'VendorRef') === vendor },
  ]);
};

/** With `WarnDuplicateCheckNumber` on: checks, and bill payments by check. */
export const checkNumberIsFree: Step = (draft) => {
  const account = bankOf(draft.after);
  if (account === undefined) return;
  const same = (other: JsonObject) => bankOf(other) === account;
  refuseTaken(draft, 'WarnDuplicateCheckNumber', 'Check', [
    { entity: 'Purchase', same },
    { entity: 'BillPayment', same },
  ]);
};

/** The account a check is drawn on; undefined for what is no check. */
function bankOf(object: JsonObject): string | undefined {
  if (object['PaymentType'] === 'Check') return refIdOf(object, 'AccountRef');
  return refIdOf(objectOf(object, 'CheckPayment'), 'BankAccountRef');
}

interface Place {
  entity: string;
  same: (other: JsonObject) => boolean;
}

function refuseTaken(
  { company, before, after, options, errors }: Draft,
  preference: string,
  txnType: string,
  places: readonly Place[],
): void {
  const number = textOf(after, 'DocNumber');
  if (number === undefined || number === textOf(before, 'DocNumber')) return;
  if (options.allowDuplicateNumber || !company.behaviours.refuseDuplicateNumbers) return;
  const pairs = objectsOf(company.preference('OtherPrefs'), 'NameValue');
  const warns = pairs.some(({ Name, Value }) => Name === preference && Value === 'true');
  if (!warns) return;
  for (const { entity, same } of places) {
    for (const id of company.collection(entity).withKey('DocNumber', number.toLowerCase()) ?? []) {
      const other = company.find(entity, id);
      if (other === undefined || !same(other)) continue;
      errors.push(duplicateNumber(number, txnType, id));
      return;
    }
  }
}

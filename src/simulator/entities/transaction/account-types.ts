/** Which types of account a transaction may name: fault 6430 for others, the code being a guess. */

import type { Draft, Step } from '../../engine/definition.js';
import { invalidAccountType } from '../../engine/service-fault.js';
import { refIdOf, textOf } from '../../json.js';

/** A check that the account of a member, where it names one, is of one of these types. */
export function accountIs(member: string, allowed: readonly string[]): Step {
  return (draft) => checkAccountType(draft, refIdOf(draft.after, member), allowed);
}

/** Money comes to banks and to assets such as Undeposited Funds. What is stored already stays. */
export const depositsMoney: Step = (draft) => {
  if (draft.sent['DepositToAccountRef'] === undefined) return;
  checkAccountType(draft, refIdOf(draft.after, 'DepositToAccountRef'), HOLD_MONEY);
};

const HOLD_MONEY = ['Bank', 'Other Current Asset'];

export const receivableAccountIsOne: Step = accountIs('ARAccountRef', ['Accounts Receivable']);

export function checkAccountType(
  draft: Draft,
  id: string | undefined,
  allowed: readonly string[],
): void {
  const type = accountType(draft, id);
  if (type !== undefined && !allowed.includes(type)) draft.errors.push(invalidAccountType());
}

export function accountType({ company }: Draft, id: string | undefined): string | undefined {
  return textOf(company.find('Account', id), 'AccountType');
}

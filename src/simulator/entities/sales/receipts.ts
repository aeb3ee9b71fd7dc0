/** What sales receipts and refunds share: money that changes hands with the form itself. */

import type { Draft, Step } from '../../engine/definition.js';
import { invalidAccountType } from '../../engine/service-fault.js';
import { refIdOf, textOf } from '../../json.js';
import { requireMember } from '../steps.js';

/** Nothing stays open on a receipt. */
export const nothingOpen: Step = ({ after }) => {
  after['Balance'] = 0;
};

/**
 * The reference pages call the customer required, and leave it out of their own smallest samples.
 */
export const receiptCustomer: Step = (draft: Draft) => {
  const needed = draft.company.behaviours.receiptWithoutCustomer === 'fault_2020';
  if (needed && draft.operation !== 'delete') requireMember(draft, 'CustomerRef');
};

const HOLDS_MONEY: ReadonlySet<string | undefined> = new Set(['Bank', 'Other Current Asset']);

/** Fault 6430; the code is a guess. */
export const moneyAccountFits: Step = ({ sent, after, company, errors }) => {
  if (sent['DepositToAccountRef'] === undefined) return;
  const account = company.find('Account', refIdOf(after, 'DepositToAccountRef'));
  if (account !== undefined && !HOLDS_MONEY.has(textOf(account, 'AccountType'))) {
    errors.push(invalidAccountType());
  }
};

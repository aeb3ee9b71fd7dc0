/** Transfers of money between two accounts of the balance sheet. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { anything, money, reference } from '../../engine/fields.js';
import { amountOf, cents } from '../../engine/money.js';
import { businessValidation, invalidAccountType } from '../../engine/service-fault.js';
import { numberOf, refIdOf, textOf } from '../../json.js';
import { currencyFits, homeAmounts } from '../transaction/currency.js';
import { TRANSACTION } from '../transaction/fields.js';
import { inHomeCurrency } from '../transaction/home-postings.js';
import { type PostingsOf, posts } from '../transaction/postings.js';
import { booksAreOpen, noAmount, transactionDate } from '../transaction/rules.js';
import { BANKING } from './banking-form.js';

const NOT_FOR_TRANSFERS: ReadonlySet<string | undefined> = new Set([
  'Accounts Receivable',
  'Accounts Payable',
]);
const BALANCE_SHEET: ReadonlySet<string | undefined> = new Set(['Asset', 'Liability', 'Equity']);

/** Fault 6430 for other accounts and 6000 for the same one twice; both are guesses. */
const accountsFit: Step = ({ after, company, errors }) => {
  const ids = ['FromAccountRef', 'ToAccountRef'].map((member) => refIdOf(after, member));
  for (const id of ids) {
    const account = company.find('Account', id);
    if (account === undefined) continue;
    const fits = BALANCE_SHEET.has(textOf(account, 'Classification'));
    if (!fits || NOT_FOR_TRANSFERS.has(textOf(account, 'AccountType'))) {
      errors.push(invalidAccountType());
    }
  }
  if (ids[0] !== undefined && ids[0] === ids[1]) {
    errors.push(businessValidation('You cannot transfer funds to the same account.'));
  }
};

const amountIsPositive: Step = ({ after, errors }) => {
  const amount = numberOf(after, 'Amount') ?? 0;
  if (amount <= 0) errors.push(noAmount());
  after['Amount'] = amountOf(cents(amount));
};

export const transferPostings: PostingsOf = (company, transfer) => {
  const amount = cents(numberOf(transfer, 'Amount') ?? 0);
  return inHomeCurrency(company, transfer, [
    { accountId: refIdOf(transfer, 'FromAccountRef'), cents: -amount },
    { accountId: refIdOf(transfer, 'ToAccountRef'), cents: amount },
  ]);
};

export const transfer: EntityDefinition = {
  ...BANKING,
  name: 'Transfer',
  path: 'transfer',
  required: ['FromAccountRef', 'ToAccountRef', 'Amount'],
  equalityIndexes: [],
  fields: {
    FromAccountRef: reference('Account'),
    ToAccountRef: reference('Account'),
    Amount: money(),
    ...TRANSACTION,
    TransferEx: anything(),
  },
  derive: [transactionDate, amountIsPositive, homeAmounts],
  checks: [booksAreOpen, currencyFits, accountsFit],
  effects: [posts('Transfer', transferPostings)],
};

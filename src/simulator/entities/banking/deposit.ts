/** Deposits: payments and sales receipts taken to the bank, and money from elsewhere. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  integer,
  listOf,
  money,
  object,
  oneOf,
  person,
  reference,
  text,
} from '../../engine/fields.js';
import { amountOf, cents } from '../../engine/money.js';
import { businessValidation } from '../../engine/service-fault.js';
import { LINKED_TXN, TXN_TAX_DETAIL } from '../../engine/shapes.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf } from '../../json.js';
import { absentBecomes } from '../steps.js';
import { depositsMoney } from '../transaction/account-types.js';
import { currencyFits, homeAmounts, homeCents } from '../transaction/currency.js';
import { TRANSACTION } from '../transaction/fields.js';
import { withExchange } from '../transaction/home-postings.js';
import { applicationsOf, settles } from '../transaction/links.js';
import { type Posting, type PostingsOf, posts } from '../transaction/postings.js';
import { booksAreOpen, transactionDate } from '../transaction/rules.js';
import { BANKING } from './banking-form.js';
import { DETAIL, depositLines } from './deposit-lines.js';
import { nameOfPosting } from './names-on-lines.js';

/** Recorded: the total is what reaches the bank, without the cash taken out. */
const depositTotal: Step = ({ after, errors }) => {
  const total = linesCents(after) - cashBackCents(after);
  if (total < 0) errors.push(businessValidation('Transaction amount must be 0 or greater.'));
  after['TotalAmt'] = amountOf(total);
};

function linesCents(deposit: JsonObject): number {
  return objectsOf(deposit, 'Line').reduce(
    (sum, line) => sum + cents(numberOf(line, 'Amount') ?? 0),
    0,
  );
}

function cashBackCents(deposit: JsonObject): number {
  return cents(numberOf(objectOf(deposit, 'CashBack'), 'Amount') ?? 0);
}

/** Money that was received leaves Undeposited Funds at the rate it came in at. */
export const depositPostings: PostingsOf = (company, deposit) => {
  const cashBack = objectOf(deposit, 'CashBack');
  const home = (amount: number) => homeCents(deposit, amount);
  return withExchange(company, [
    {
      accountId: refIdOf(deposit, 'DepositToAccountRef'),
      cents: home(linesCents(deposit) - cashBackCents(deposit)),
    },
    { accountId: refIdOf(cashBack, 'AccountRef'), cents: home(cashBackCents(deposit)) },
    ...objectsOf(deposit, 'Line').map((line): Posting => {
      const [link] = applicationsOf({ Line: [line] });
      const received = link && company.find(link.entity, link.id);
      if (received !== undefined) {
        const total = cents(numberOf(received, 'TotalAmt') ?? 0);
        const accountId = refIdOf(received, 'DepositToAccountRef');
        return { accountId, cents: -homeCents(received, total) };
      }
      const detail = objectOf(line, DETAIL);
      const accountId = refIdOf(detail, 'AccountRef');
      const name = nameOfPosting(company, accountId, refIdOf(detail, 'Entity'));
      return { accountId, cents: -home(cents(numberOf(line, 'Amount') ?? 0)), ...name };
    }),
  ]);
};

export const deposit: EntityDefinition = {
  ...BANKING,
  name: 'Deposit',
  path: 'deposit',
  required: ['DepositToAccountRef', 'Line'],
  equalityIndexes: [],
  fields: {
    DepositToAccountRef: reference('Account'),
    CashBack: object({ AccountRef: reference('Account'), Amount: money(), Memo: text() }),
    TotalAmt: money('r'),
    HomeTotalAmt: money('r'),
    ...TRANSACTION,
    GlobalTaxCalculation: oneOf(['TaxExcluded', 'TaxInclusive', 'NotApplicable']),
    Line: listOf(
      object({
        Id: text(),
        LineNum: integer(),
        Description: text(4000),
        Amount: money(),
        LinkedTxn: listOf(object(LINKED_TXN)),
        DetailType: oneOf([DETAIL]),
        [DETAIL]: object({
          Entity: person('typed'),
          ClassRef: reference('Class'),
          AccountRef: reference('Account'),
          PaymentMethodRef: reference('PaymentMethod', 'u'),
          CheckNum: text(),
          TxnType: text(),
          TaxCodeRef: reference(),
          TaxApplicableOn: text(),
          DepositLineDetailEx: anything(),
        }),
        ProjectRef: reference('Customer'),
        LineEx: anything(),
        CustomExtensions: listOf(anything()),
      }),
    ),
    TxnTaxDetail: object(TXN_TAX_DETAIL),
    DepositEx: anything(),
  },
  derive: [
    transactionDate,
    depositLines,
    depositTotal,
    // Recorded: empty, also where there is no tax.
    absentBecomes({ TxnTaxDetail: {} }),
    homeAmounts,
  ],
  checks: [booksAreOpen, currencyFits, depositsMoney],
  // Recorded: a payment lists its deposit, and neither its token nor its time moves for it.
  effects: [
    settles({ txnType: () => 'Deposit', open: {}, silent: true }),
    posts('Deposit', depositPostings),
  ],
};

/** Money received from customers. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { NEWEST_FIRST } from '../../engine/definition.js';
import {
  anything,
  flag,
  listOf,
  money,
  object,
  oneOf,
  reference,
  text,
} from '../../engine/fields.js';
import { amountOf, cents } from '../../engine/money.js';
import { businessValidation } from '../../engine/service-fault.js';
import { LINKED_TXN, TXN_TAX_DETAIL } from '../../engine/shapes.js';
import { numberOf } from '../../json.js';
import { absentBecomes } from '../steps.js';
import { depositsMoney, receivableAccountIsOne } from '../transaction/account-types.js';
import { currencyFits, homeAmounts, transactionCurrency } from '../transaction/currency.js';
import { TRANSACTION } from '../transaction/fields.js';
import { depositedStays, settles } from '../transaction/links.js';
import { openBalancesShown, PAYMENT_SETTLING, paymentPostings } from '../transaction/paying.js';
import { accountOfSubType, posts } from '../transaction/postings.js';
import { booksAreOpen, noAmount, transactionDate } from '../transaction/rules.js';
import { sending } from '../transaction/sending.js';
import { noteAsVoided } from '../transaction/void-note.js';
import { automaticLines, paymentLines, unapplied } from './payment-lines.js';

/** An amount cannot be cleared: a full update without one keeps the stored amount. */
const amountReceived: Step = ({ after, before, errors }) => {
  after['TotalAmt'] ??= before?.['TotalAmt'];
  if (after['TotalAmt'] === undefined) errors.push(noAmount());
  const total = numberOf(after, 'TotalAmt') ?? 0;
  if (total < 0) errors.push(businessValidation('Transaction amount must be 0 or greater.'));
  after['TotalAmt'] = amountOf(cents(total));
};

/** Recorded: Undeposited Funds where none is named; a payment without money names no account. */
const depositAccount: Step = ({ after, company }) => {
  if (after['DepositToAccountRef'] !== undefined || after['TotalAmt'] === 0) return;
  const account = accountOfSubType(company, 'UndepositedFunds');
  if (account !== undefined) after['DepositToAccountRef'] = { value: account };
};

/** Reference page: lines gone, amounts zero, "Voided" in the note. */
const voidPayment: Step = ({ after, before }) => {
  noteAsVoided(after, before?.['TotalAmt'] === 0);
  after['Line'] = [];
  after['TotalAmt'] = 0;
  after['UnappliedAmt'] = 0;
};

export const payment: EntityDefinition = {
  name: 'Payment',
  path: 'payment',
  family: 'transaction',
  operations: ['create', 'update', 'void', 'delete', 'send'],
  required: ['CustomerRef'],
  ids: { series: 'transaction', first: 1 },
  listName: 'Transactions',
  totalCount: false,
  recordsModifier: false,
  defaultOrder: NEWEST_FIRST,
  equalityIndexes: ['CustomerRef', 'PaymentRefNum'],
  sortedIndexes: ['TxnDate', 'MetaData.CreateTime'],
  fields: {
    CustomerRef: reference('Customer', 'f'),
    RemitToRef: reference(),
    ARAccountRef: reference('Account'),
    DepositToAccountRef: reference('Account', 'u'),
    PaymentMethodRef: reference('PaymentMethod', 'u'),
    PaymentRefNum: text(undefined, 'fs'),
    PaymentType: oneOf(['Cash', 'Check', 'CreditCard', 'Expense', 'Other']),
    CheckPayment: anything(),
    CreditCardPayment: anything(),
    TotalAmt: money(),
    UnappliedAmt: money('r'),
    ProcessPayment: flag(),
    PaymentExtendedType: text(),
    ...TRANSACTION,
    DocNumber: text(21),
    // Only a deposit puts something there.
    LinkedTxn: listOf(object(LINKED_TXN, 'r')),
    Line: listOf(
      object({
        Id: text(),
        LineNum: text(),
        Description: text(4000),
        Amount: money(),
        LinkedTxn: listOf(object(LINKED_TXN)),
        DetailType: text(),
        PaymentLineDetail: anything(),
        LineEx: anything(),
        CustomExtensions: listOf(anything()),
      }),
    ),
    TxnTaxDetail: object(TXN_TAX_DETAIL),
    PaymentEx: anything(),
  },
  defaults: [transactionCurrency],
  derive: [
    transactionDate,
    amountReceived,
    depositAccount,
    automaticLines,
    paymentLines,
    unapplied,
    absentBecomes({ ProcessPayment: false }),
    homeAmounts,
  ],
  checks: [booksAreOpen, currencyFits, depositedStays, depositsMoney, receivableAccountIsOne],
  voiding: voidPayment,
  sending,
  effects: [settles(PAYMENT_SETTLING), posts('Payment', paymentPostings), openBalancesShown],
};

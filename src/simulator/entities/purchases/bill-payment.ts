/** Bill payments: by check or by card, for bills and out of vendor credits. */

import type { Draft, EntityDefinition, Step } from '../../engine/definition.js';
import { NEWEST_FIRST } from '../../engine/definition.js';
import {
  anything,
  listOf,
  money,
  object,
  oneOf,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import { cents } from '../../engine/money.js';
import {
  businessValidation,
  cannotBeLinked,
  missingMember,
  objectNotFound,
} from '../../engine/service-fault.js';
import { ADDRESS, LINKED_TXN, TXN_TAX_DETAIL } from '../../engine/shapes.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import { planNeeds } from '../company/plan.js';
import { checkAccountType } from '../transaction/account-types.js';
import { currencyFits, homeAmounts, transactionCurrency } from '../transaction/currency.js';
import { TRANSACTION } from '../transaction/fields.js';
import { type Application, applicationsOf, appliedToEach, settles } from '../transaction/links.js';
import { posts } from '../transaction/postings.js';
import { booksAreOpen, noAmount, transactionDate } from '../transaction/rules.js';
import { noteAsVoided } from '../transaction/void-note.js';
import { BILL_PAYMENT } from './applied.js';
import { checkNumberIsFree } from './duplicate-numbers.js';
import { payableAccountIsOne } from './purchase-form.js';
import { billPaymentPostings } from './purchase-postings.js';

const CHECK: Shape = {
  BankAccountRef: reference('Account'),
  PrintStatus: oneOf(['NotSet', 'NeedToPrint', 'PrintComplete']),
  CheckDetail: anything(),
  PayeeAddr: object(ADDRESS),
  BillPaymentCheckEx: anything(),
};

const CARD: Shape = {
  CCAccountRef: reference('Account'),
  CCDetail: anything(),
  BillPaymentCreditCardEx: anything(),
};

const LINE: Shape = {
  Id: text(),
  Amount: money(),
  LinkedTxn: listOf(object(LINKED_TXN)),
  LineEx: anything(),
};

/** The member that holds the account, the account's place in it, and its type. */
const MEANS: Readonly<Record<string, readonly [string, string, string]>> = {
  Check: ['CheckPayment', 'BankAccountRef', 'Bank'],
  CreditCard: ['CreditCardPayment', 'CCAccountRef', 'Credit Card'],
};

/** One account of the type that goes with `PayType`; the other way of paying is not stored. */
const accountOfPayType: Step = (draft) => {
  const { after } = draft;
  const type = textOf(after, 'PayType') ?? '';
  const [member, account, allowed] = MEANS[type] ?? [];
  if (member === undefined || account === undefined || allowed === undefined) return;
  for (const [other] of Object.values(MEANS)) if (other !== member) delete after[other];
  const means = objectOf(after, member);
  const id = refIdOf(means, account);
  if (id === undefined) draft.errors.push(missingMember(`${member}.${account}`));
  else checkAccountType(draft, id, [allowed]);
  // A check made through the API waits to be printed (BillPayment reference page).
  if (type === 'Check')
    after[member] = { ...means, PrintStatus: means?.['PrintStatus'] ?? 'NeedToPrint' };
};

/** Lines are amounts with one link each; recorded answers give them neither id nor number. */
const paymentLines: Step = ({ after, sent, errors }) => {
  if (sent['Line'] === undefined) return;
  after['Line'] = objectsOf(after, 'Line').map(({ Amount, LinkedTxn, LineEx }) => {
    if (Amount === undefined) errors.push(missingMember('Line.Amount'));
    if (typeof Amount === 'number' && Amount < 0) errors.push(negativeAmount());
    if (LinkedTxn === undefined) errors.push(missingMember('Line.LinkedTxn'));
    const line: JsonObject = { Amount, LinkedTxn };
    return LineEx === undefined ? line : { ...line, LineEx };
  });
};

const negativeAmount = () => businessValidation('Transaction amount must be 0 or greater.');

const APPLICABLE = ['Bill', 'VendorCredit'];

/** Each form is the vendor's and has as much open; the payment is worth what it applies. */
const appliesWhatIsOpen: Step = (draft) => {
  const { company, before, after, errors } = draft;
  const had = appliedToEach(applicationsOf(before));
  for (const [key, { entity, id, cents: applied }] of appliedToEach(applicationsOf(after))) {
    const form = APPLICABLE.includes(entity) ? company.find(entity, id) : undefined;
    if (form === undefined || refIdOf(form, 'VendorRef') !== refIdOf(after, 'VendorRef')) {
      const unknown = form === undefined && APPLICABLE.includes(entity);
      errors.push(unknown ? objectNotFound() : cannotBeLinked(entity, id));
      continue;
    }
    const open = cents(numberOf(form, 'Balance') ?? 0) + (had.get(key)?.cents ?? 0);
    if (applied > open) {
      errors.push(
        businessValidation('You can not apply more to a transaction than is open on it.'),
      );
    }
  }
  if (after['TotalAmt'] === undefined) {
    errors.push(noAmount());
    return;
  }
  const total = cents(numberOf(after, 'TotalAmt') ?? 0);
  if (total < 0) errors.push(negativeAmount());
  const net = netOf(applicationsOf(after));
  if (total < net) {
    errors.push(businessValidation('The amounts applied are more than the amount of the payment.'));
  } else if (net < 0) {
    errors.push(businessValidation('The credits applied are more than the bills they pay.'));
  }
};

/** Bills less the credits used for them, in cents. */
function netOf(applications: readonly Application[]): number {
  const sign = (entity: string) => (entity === 'VendorCredit' ? -1 : 1);
  return applications.reduce((sum, { entity, cents: applied }) => sum + sign(entity) * applied, 0);
}

/** Nothing is paid and nothing linked any more (BillPayment reference page). */
function voidPayment({ after, before }: Draft): void {
  noteAsVoided(after, before?.['TotalAmt'] === 0);
  after['Line'] = [];
  after['TotalAmt'] = 0;
  if (after['HomeTotalAmt'] !== undefined) after['HomeTotalAmt'] = 0;
}

export const billPayment: EntityDefinition = {
  name: 'BillPayment',
  path: 'billpayment',
  family: 'transaction',
  operations: ['create', 'update', 'void', 'delete'],
  required: ['VendorRef', 'PayType', 'Line'],
  ids: { series: 'transaction', first: 1 },
  listName: 'Transactions',
  totalCount: true,
  // Recorded: bill payments do not say who changed them.
  recordsModifier: false,
  defaultOrder: NEWEST_FIRST,
  equalityIndexes: ['DocNumber', 'VendorRef'],
  sortedIndexes: ['TxnDate', 'MetaData.CreateTime'],
  fields: {
    VendorRef: reference('Vendor', 'fs'),
    VendorAddr: object(ADDRESS),
    APAccountRef: reference('Account'),
    PayType: oneOf(['Check', 'CreditCard']),
    CheckPayment: object(CHECK),
    CreditCardPayment: object(CARD),
    TotalAmt: money('fs'),
    HomeTotalAmt: money('r'),
    BillPaymentEx: anything(),
    ProcessBillPayment: anything(),
    ...TRANSACTION,
    Line: listOf(object(LINE)),
    TxnTaxDetail: object(TXN_TAX_DETAIL),
  },
  defaults: [transactionCurrency],
  derive: [transactionDate, accountOfPayType, paymentLines, appliesWhatIsOpen, homeAmounts],
  checks: [
    planNeeds('Bills and bill payments'),
    booksAreOpen,
    currencyFits,
    payableAccountIsOne,
    checkNumberIsFree,
  ],
  voiding: voidPayment,
  effects: [
    posts('BillPayment', billPaymentPostings),
    settles({
      txnType: () => BILL_PAYMENT,
      open: { Bill: ['Balance'], VendorCredit: ['Balance'] },
    }),
  ],
};

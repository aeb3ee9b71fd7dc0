/** Purchases: checks, expenses in cash and by card, and credits to a card. */

import type { Draft, Step } from '../../engine/definition.js';
import {
  anything,
  decimal,
  flag,
  object,
  oneOf,
  person,
  reference,
  text,
} from '../../engine/fields.js';
import { ADDRESS } from '../../engine/shapes.js';
import { type JsonObject, refIdOf, textOf } from '../../json.js';
import { addressIds } from '../steps.js';
import { checkAccountType } from '../transaction/account-types.js';
import { appliedLinesStay } from '../transaction/applied-stays.js';
import { noteAsVoided } from '../transaction/void-note.js';
import { checkNumberIsFree } from './duplicate-numbers.js';
import { voidedExpenseLines } from './expense-lines.js';
import { orderLinks, ordersFollow } from './order-links.js';
import { purchaseForm } from './purchase-form.js';
import { purchasePostings } from './purchase-postings.js';
import { PURCHASE_FORM, TAX_MODE, TOTALS } from './shapes.js';

/** Recorded: only card charges say whether they are a credit, only checks wait to be printed. */
const membersOfType: Step = ({ after }) => {
  if (after['PaymentType'] === 'CreditCard') after['Credit'] ??= false;
  else delete after['Credit'];
  if (after['PaymentType'] === 'Check') after['PrintStatus'] ??= 'NotSet';
  else delete after['PrintStatus'];
};

/** QuickBooks' own number for the kind of transaction, as recorded. */
function typeNumber(after: Draft['after']): string {
  if (after['PaymentType'] === 'Check') return '3';
  return after['Credit'] === true ? '11' : '54';
}

/** Card charges and cash from the bank's own feed have numbers of theirs, which stay (recorded). */
const purchaseEx: Step = ({ after, before }) => {
  const same = ['PaymentType', 'Credit'].every((member) => before?.[member] === after[member]);
  if (same && before?.['PurchaseEx'] !== undefined) return;
  after['PurchaseEx'] = {
    any: [
      {
        name: '{http://schema.intuit.com/finance/v3}NameValue',
        declaredType: 'com.intuit.schema.finance.v3.NameValue',
        scope: 'javax.xml.bind.JAXBElement$GlobalScope',
        value: { Name: 'TxnType', Value: typeNumber(after) },
        nil: false,
        globalScope: true,
        typeSubstituted: false,
      },
    ],
  };
};

const ACCOUNTS: Readonly<Record<string, readonly string[]>> = {
  Check: ['Bank'],
  CreditCard: ['Credit Card'],
  Cash: ['Bank', 'Other Current Asset', 'Other Current Liability'],
};

/** Fault 6430: checks are drawn on banks, charges on cards (Purchase reference page). */
const accountFits: Step = (draft) => {
  const allowed = ACCOUNTS[textOf(draft.after, 'PaymentType') ?? ''];
  if (allowed !== undefined) checkAccountType(draft, refIdOf(draft.after, 'AccountRef'), allowed);
};

function voidPurchase({ after, before }: Draft): void {
  noteAsVoided(after, before?.['TotalAmt'] === 0);
  after['Line'] = voidedExpenseLines(after);
  if (after['TxnTaxDetail'] !== undefined) after['TxnTaxDetail'] = { TotalTax: 0 };
  delete after['LinkedTxn'];
  after['TotalAmt'] = 0;
  if (after['HomeTotalAmt'] !== undefined) after['HomeTotalAmt'] = 0;
}

function payeeOf(purchase: JsonObject): string[] {
  return [refIdOf(purchase, 'EntityRef') ?? ''];
}

export const purchase = purchaseForm({
  name: 'Purchase',
  path: 'purchase',
  // A credit to a card is for goods that went back.
  stock: ({ Credit }) => (Credit === true ? -1 : 1),
  operations: ['create', 'update', 'void', 'delete'],
  required: ['PaymentType', 'AccountRef', 'Line'],
  totalCount: false,
  // Recorded: purchases do not say who changed them.
  recordsModifier: false,
  equalityIndexes: ['DocNumber', 'EntityRef', 'AccountRef'],
  lines: { numbered: false, linked: false },
  fields: {
    AccountRef: reference('Account', 'f'),
    PaymentMethodRef: reference('PaymentMethod'),
    PaymentRefNum: text(),
    PaymentType: oneOf(['Cash', 'Check', 'CreditCard'], 'f'),
    CheckPayment: anything(),
    CreditCardPayment: anything(),
    EntityRef: person('typed'),
    Credit: flag(),
    RemitToAddr: object(ADDRESS),
    ...TOTALS,
    Memo: text(4000),
    PrintStatus: oneOf(['NotSet', 'NeedToPrint', 'PrintComplete']),
    PurchaseEx: { ...anything(), readOnly: true },
    GlobalTaxCalculation: TAX_MODE,
    LessCIS: decimal(),
    IncludeInAnnualTPAR: flag(),
    ...PURCHASE_FORM,
  },
  derive: [membersOfType, purchaseEx, addressIds(['RemitToAddr']), orderLinks],
  checks: [accountFits, checkNumberIsFree, appliedLinesStay('Purchase', payeeOf)],
  voiding: voidPurchase,
  postings: purchasePostings,
  effects: [ordersFollow],
});

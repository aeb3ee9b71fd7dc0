/** Sales that are paid on the spot. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { anything, decimal, type Shape, text } from '../../engine/fields.js';
import { depositsMoney } from '../transaction/account-types.js';
import { depositedStays } from '../transaction/links.js';
import { accountOfSubType } from '../transaction/postings.js';
import { billableCanBeLinked, bills } from './billing.js';
import { nothingOpen, receiptCustomer } from './receipts.js';
import { SALES_FORM } from './sales-fields.js';
import { salesForm } from './sales-form.js';
import { deposited, sells, totalCents } from './sales-postings.js';
import { notDeletedWhileLinked, presentLinks, statedLinks } from './stated-links.js';
import { voidedForm } from './voided-form.js';

/** Undeposited Funds where no account is named (reference page). */
const depositAccount: Step = ({ after, company }) => {
  const account = accountOfSubType(company, 'UndepositedFunds');
  if (account !== undefined) {
    after['DepositToAccountRef'] ??= company.referenceTo('Account', account);
  }
};

const OWN: Shape = { SalesReceiptEx: anything(), LessCIS: decimal() };

export const salesReceiptPostings = sells((company, object) => [
  deposited(company, object, totalCents(object)),
]);

export const salesReceipt: EntityDefinition = salesForm({
  name: 'SalesReceipt',
  path: 'salesreceipt',
  stock: -1,
  operations: ['create', 'update', 'void', 'delete', 'send'],
  required: ['Line'],
  totalCount: false,
  recordsModifier: false,
  numberSequence: 'sales',
  equalityIndexes: ['DocNumber', 'CustomerRef', 'PaymentRefNum'],
  fields: { ...OWN, ...SALES_FORM, PaymentRefNum: text(undefined, 'fs') },
  derive: [depositAccount, statedLinks, presentLinks, nothingOpen],
  checks: [
    receiptCustomer,
    depositsMoney,
    billableCanBeLinked,
    depositedStays,
    notDeletedWhileLinked,
  ],
  voiding: (draft) => {
    voidedForm(draft);
    presentLinks(draft);
  },
  postings: salesReceiptPostings,
  effects: [bills('SalesReceipt')],
});

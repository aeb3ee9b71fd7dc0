/** Money given back to customers on the spot. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { anything, listOf, money, object, type Shape } from '../../engine/fields.js';
import { LINKED_TXN } from '../../engine/shapes.js';
import { refIdOf } from '../../json.js';
import { depositsMoney } from '../transaction/account-types.js';
import { depositedStays } from '../transaction/links.js';
import { sending } from '../transaction/sending.js';
import { nothingOpen, receiptCustomer } from './receipts.js';
import { SALES_FORM } from './sales-fields.js';
import { salesForm } from './sales-form.js';
import { deposited, takesBack, totalCents } from './sales-postings.js';
import { notDeletedWhileLinked } from './stated-links.js';
import { voidedForm } from './voided-form.js';

/** A refund from a bank account is a check yet to be printed (sample of the reference page). */
const checkNumber: Step = ({ after, company }) => {
  const account = company.find('Account', refIdOf(after, 'DepositToAccountRef'));
  if (account?.['AccountType'] === 'Bank' && after['PaymentMethodRef'] === undefined) {
    after['PaymentRefNum'] ??= 'To Print';
  }
};

/** Its samples show no `EmailStatus`, not even after it was sent. */
const withoutEmailStatus: Step = ({ after }) => {
  delete after['EmailStatus'];
};

const OWN: Shape = { RemainingCredit: money('r'), RefundReceiptEx: anything() };

export const refundReceiptPostings = takesBack((company, object) => [
  deposited(company, object, totalCents(object)),
]);

export const refundReceipt: EntityDefinition = salesForm({
  name: 'RefundReceipt',
  path: 'refundreceipt',
  stock: 1,
  operations: ['create', 'update', 'void', 'delete', 'send'],
  required: ['DepositToAccountRef', 'Line'],
  // Sample of the reference page.
  totalCount: true,
  recordsModifier: false,
  numberSequence: 'sales',
  fields: { ...OWN, ...SALES_FORM, LinkedTxn: listOf(object(LINKED_TXN, 'r')) },
  derive: [checkNumber, nothingOpen],
  checks: [receiptCustomer, depositsMoney, depositedStays, notDeletedWhileLinked],
  last: [withoutEmailStatus],
  voiding: voidedForm,
  sending: (draft) => {
    sending(draft);
    withoutEmailStatus(draft);
  },
  postings: refundReceiptPostings,
});

/** Credits that customers may set against what they owe. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { anything, listOf, money, object, reference, type Shape } from '../../engine/fields.js';
import { amountOf, cents } from '../../engine/money.js';
import { LINKED_TXN } from '../../engine/shapes.js';
import { numberOf } from '../../json.js';
import { customerStaysWhileApplied, notDeletedWhileApplied } from '../transaction/applied-stays.js';
import { paymentsFollow } from '../transaction/paying.js';
import { creditIsApplied } from './automatic-credit.js';
import { SALES_FORM } from './sales-fields.js';
import { salesForm } from './sales-form.js';
import { receivable, takesBack, totalCents } from './sales-postings.js';

/** What is applied already stays applied. */
const remainingCredit: Step = ({ after, before }) => {
  const centsOf = (holder: typeof before, member: string) => cents(numberOf(holder, member) ?? 0);
  const applied = centsOf(before, 'TotalAmt') - centsOf(before, 'RemainingCredit');
  const remaining = amountOf(centsOf(after, 'TotalAmt') - applied);
  after['RemainingCredit'] = remaining;
  after['Balance'] = remaining;
};

const OWN: Shape = {
  RemainingCredit: money('r'),
  InvoiceRef: reference('Invoice'),
  CreditMemoEx: anything(),
};

export const creditMemoPostings = takesBack((company, object) => [
  receivable(company, object, totalCents(object)),
]);

export const creditMemo: EntityDefinition = salesForm({
  name: 'CreditMemo',
  path: 'creditmemo',
  stock: 1,
  operations: ['create', 'update', 'delete', 'send'],
  required: ['CustomerRef', 'Line'],
  totalCount: false,
  recordsModifier: false,
  numberSequence: 'sales',
  fields: { ...OWN, ...SALES_FORM, LinkedTxn: listOf(object(LINKED_TXN, 'r')) },
  derive: [remainingCredit],
  checks: [notDeletedWhileApplied, customerStaysWhileApplied],
  postings: creditMemoPostings,
  effects: [paymentsFollow('CreditMemo'), creditIsApplied],
});

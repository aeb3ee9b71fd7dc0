/** Bills and vendor credits that a bill payment uses. */

import type { Effect, Step } from '../../engine/definition.js';
import { cannotDelete } from '../../engine/service-fault.js';
import { objectsOf, textOf } from '../../json.js';
import { sameRate } from '../transaction/currency.js';
import { posts } from '../transaction/postings.js';
import { billPaymentPostings } from './purchase-postings.js';

/** Bill payments are listed under this word, by card as well as by check (recorded). */
export const BILL_PAYMENT = 'BillPaymentCheck';

/** Fault 800: a form that payments are applied to is not deleted under them. */
export const unappliedBeforeDelete: Step = ({ operation, before, errors }) => {
  const paid = objectsOf(before, 'LinkedTxn').some(
    (link) => textOf(link, 'TxnType') === BILL_PAYMENT,
  );
  if (operation === 'delete' && paid) errors.push(cannotDelete());
};

/** What pays a bill or uses a credit is posted anew when its rate of exchange changes. */
export const paymentsFollowRate: Effect = (company, before, after, nowMs) => {
  if (before === undefined || after === undefined || sameRate(before, after)) return;
  for (const link of objectsOf(after, 'LinkedTxn')) {
    const payment = company.find('BillPayment', textOf(link, 'TxnId'));
    if (textOf(link, 'TxnType') !== BILL_PAYMENT || payment === undefined) continue;
    posts('BillPayment', billPaymentPostings)(company, payment, payment, nowMs);
  }
};

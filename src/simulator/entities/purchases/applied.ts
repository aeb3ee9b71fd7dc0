/** Bills and vendor credits that a bill payment uses. */

import type { Step } from '../../engine/definition.js';
import { cannotDelete } from '../../engine/service-fault.js';
import { objectsOf, textOf } from '../../json.js';

/** Bill payments are listed under this word, by card as well as by check (recorded). */
export const BILL_PAYMENT = 'BillPaymentCheck';

/** Fault 800: a form that payments are applied to is not deleted under them. */
export const unappliedBeforeDelete: Step = ({ operation, before, errors }) => {
  const paid = objectsOf(before, 'LinkedTxn').some(
    (link) => textOf(link, 'TxnType') === BILL_PAYMENT,
  );
  if (operation === 'delete' && paid) errors.push(cannotDelete());
};

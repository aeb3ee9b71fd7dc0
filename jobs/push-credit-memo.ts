import { definePush } from '../src/push/job.js';
import { salesFormPush } from '../src/push/sales-form.js';

/**
 * Makes QuickBooks hold the credit memo the ledger wants: what is taken off a customer's debt. One
 * that says which invoice it is for goes after that invoice.
 */
export const pushCreditMemo = definePush({
  ...salesFormPush({ name: 'push-credit-memo', kind: 'credit_memo', entity: 'CreditMemo' }),

  needs({ document: { appliesTo } }) {
    const externalId = appliesTo?.externalId;
    return externalId === undefined ? [] : [{ role: 'appliesTo', kind: 'invoice', externalId }];
  },
});

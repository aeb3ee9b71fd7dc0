import { salesFormPush } from '../src/push/sales-form.js';

/** Makes QuickBooks hold the credit memo the ledger wants: what is taken off a customer's debt. */
export const pushCreditMemo = salesFormPush({
  name: 'push-credit-memo',
  kind: 'credit_memo',
  entity: 'CreditMemo',
});

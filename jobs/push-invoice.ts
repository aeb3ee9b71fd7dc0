import { salesFormPush } from '../src/push/sales-form.js';

/**
 * Makes QuickBooks hold the invoice the ledger wants: creates it once, updates the same one
 * afterwards. Safe to run any number of times: what it sends is committed with its requestid before
 * it leaves, and an answer that was lost is resolved before anything is sent again.
 */
export const pushInvoice = salesFormPush({
  name: 'push-invoice',
  kind: 'invoice',
  entity: 'Invoice',
});

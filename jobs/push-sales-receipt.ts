import { salesFormPush } from '../src/push/sales-form.js';

/**
 * Makes QuickBooks hold the sales receipt the ledger wants: money that was received without an
 * invoice, from an order form, a subscription, a membership or a calendar. One per charge.
 */
export const pushSalesReceipt = salesFormPush({
  name: 'push-sales-receipt',
  kind: 'sales_receipt',
  entity: 'SalesReceipt',
});

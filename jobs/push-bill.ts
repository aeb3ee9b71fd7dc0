import { purchaseFormPush } from '../src/push/purchase-form.js';

/**
 * Makes QuickBooks hold a supplier's invoice as a bill. One that is for a purchase order of the app
 * goes after it and is linked to it, so that QuickBooks closes the order.
 */
export const pushBill = purchaseFormPush({ name: 'push-bill', kind: 'bill', entity: 'Bill' });

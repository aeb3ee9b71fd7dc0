import { purchaseFormPush } from '../src/push/purchase-form.js';

/** Makes QuickBooks hold a supplier's credit note as a vendor credit. */
export const pushVendorCredit = purchaseFormPush({
  name: 'push-vendor-credit',
  kind: 'vendor_credit',
  entity: 'VendorCredit',
});

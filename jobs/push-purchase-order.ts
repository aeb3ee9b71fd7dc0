import { purchaseFormPush } from '../src/push/purchase-form.js';

/**
 * Makes QuickBooks hold what the app ordered: as a purchase order, or as a bill where the settings say
 * so, as plans without purchase orders need it. What was sent once stays what it is.
 */
export const pushPurchaseOrder = purchaseFormPush({
  name: 'push-purchase-order',
  kind: 'purchase_order',
  entity: 'PurchaseOrder',
  storedAs: ({ connection: { settings } }) => settings.purchaseOrdersAs,
});

import type { DeliverJob } from '../src/deliver/job.js';
import type { PullJob } from '../src/pull/job.js';
import type { PushJob } from '../src/push/job.js';
import { deliverToEndpoints } from './deliver-events.js';
import { importExistingContacts } from './import-contacts.js';
import { importOldInvoices } from './import-invoices.js';
import { pullChanges } from './pull-changes.js';
import { pushAppliedCredit } from './push-applied-credit.js';
import { pushAttachment } from './push-attachment.js';
import { pushBill } from './push-bill.js';
import { pushCreditMemo } from './push-credit-memo.js';
import { pushCustomer } from './push-customer.js';
import { pushInvoice } from './push-invoice.js';
import { pushItem } from './push-item.js';
import { pushPayment } from './push-payment.js';
import { pushPurchaseOrder } from './push-purchase-order.js';
import { pushSalesReceipt } from './push-sales-receipt.js';
import { pushVendor } from './push-vendor.js';
import { pushVendorCredit } from './push-vendor-credit.js';
import { refreshMasterData } from './refresh-master-data.js';

/** Every job there is, written out. Start-up refuses a kind without a job and a job named twice. */
export const PUSH_JOBS: readonly PushJob[] = [
  pushInvoice,
  pushSalesReceipt,
  pushCreditMemo,
  pushPayment,
  pushAppliedCredit,
  pushPurchaseOrder,
  pushBill,
  pushVendorCredit,
  pushCustomer,
  pushVendor,
  pushItem,
  pushAttachment,
];
export const PULL_JOBS: readonly PullJob[] = [
  refreshMasterData,
  pullChanges,
  importExistingContacts,
  importOldInvoices,
];
export const DELIVER_JOB: DeliverJob = deliverToEndpoints;

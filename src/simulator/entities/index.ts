/** Every entity the simulator knows. Adding one is adding its definition to this list. */

import type { EntityDefinition } from '../engine/definition.js';
import { deposit } from './banking/deposit.js';
import { journalEntry } from './banking/journal-entry.js';
import { transfer } from './banking/transfer.js';
import { companyCurrency } from './company/company-currency.js';
import { companyInfo } from './company/company-objects.js';
import { exchangeRates } from './company/exchange-rate.js';
import { preferences } from './company/preferences.js';
import { account } from './lists/account.js';
import { attachable } from './lists/attachable.js';
import { item } from './lists/item.js';
import { classEntity, customerType, department, paymentMethod, term } from './lists/small-lists.js';
import { customer } from './people/customer.js';
import { employee } from './people/employee.js';
import { timeActivity } from './people/time-activity.js';
import { vendor } from './people/vendor.js';
import { bill } from './purchases/bill.js';
import { billPayment } from './purchases/bill-payment.js';
import { purchase } from './purchases/purchase.js';
import { purchaseOrder } from './purchases/purchase-order.js';
import { vendorCredit } from './purchases/vendor-credit.js';
import { creditMemo } from './sales/credit-memo.js';
import { estimate } from './sales/estimate.js';
import { invoice } from './sales/invoice.js';
import { payment } from './sales/payment.js';
import { refundReceipt } from './sales/refund-receipt.js';
import { salesReceipt } from './sales/sales-receipt.js';
import { taxAgency, taxCode, taxRate } from './tax/tax-lists.js';

/** What others point to comes before them: data files are read in this order. */
const LIST: readonly EntityDefinition[] = [
  companyInfo,
  preferences,
  companyCurrency,
  exchangeRates,
  account,
  classEntity,
  department,
  term,
  paymentMethod,
  customerType,
  taxAgency,
  taxRate,
  taxCode,
  vendor,
  customer,
  employee,
  item,
  timeActivity,
  purchaseOrder,
  bill,
  vendorCredit,
  billPayment,
  purchase,
  estimate,
  invoice,
  salesReceipt,
  creditMemo,
  refundReceipt,
  payment,
  deposit,
  journalEntry,
  transfer,
  attachable,
];

export const DEFINITIONS: ReadonlyMap<string, EntityDefinition> = new Map(
  LIST.map((definition) => [definition.name, definition]),
);

const BY_PATH: ReadonlyMap<string, EntityDefinition> = new Map(
  LIST.map((definition) => [definition.path, definition]),
);

const BY_LOWER_NAME: ReadonlyMap<string, EntityDefinition> = new Map(
  LIST.map((definition) => [definition.name.toLowerCase(), definition]),
);

/** Addresses are case sensitive. */
export function definitionByPath(path: string): EntityDefinition | undefined {
  return BY_PATH.get(path);
}

/** Names in queries, batches and control calls are not. */
export function definitionByName(name: string): EntityDefinition | undefined {
  return BY_LOWER_NAME.get(name.toLowerCase());
}

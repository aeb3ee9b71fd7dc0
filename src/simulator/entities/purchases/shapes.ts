/** Members of purchase forms: their lines, and what all forms to a vendor have. */

import {
  anything,
  decimal,
  type Field,
  flag,
  integer,
  listOf,
  money,
  object,
  oneOf,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import { CUSTOM_FIELD, EMAIL, LINKED_TXN, TXN_TAX_DETAIL } from '../../engine/shapes.js';
import { TRANSACTION } from '../transaction/fields.js';

/** `HasBeenBilled` is only ever answered; asking for it is refused by a check. */
const BILLABLE_STATUS = ['Billable', 'NotBillable', 'HasBeenBilled'];

const MARKUP: Shape = {
  PercentBased: flag(),
  Value: decimal(),
  Percent: decimal(),
  PriceLevelRef: reference(),
  MarkUpIncomeAccountRef: reference('Account'),
};

/** Shared by both kinds of expense line. */
const EXPENSE_DETAIL: Shape = {
  CustomerRef: reference('Customer'),
  ClassRef: reference('Class'),
  BillableStatus: oneOf(BILLABLE_STATUS),
  MarkupInfo: object(MARKUP),
  TaxCodeRef: reference(),
  TaxInclusiveAmt: money(),
  // The documented samples of Purchase send the project here and get it back on the line.
  ProjectRef: reference('Customer', 'u'),
};

const ACCOUNT_DETAIL: Shape = {
  ...EXPENSE_DETAIL,
  AccountRef: reference('Account'),
  TaxAmount: money(),
  ExpenseDetailLineDetailEx: anything(),
};

const ITEM_DETAIL: Shape = {
  ...EXPENSE_DETAIL,
  ItemRef: reference('Item'),
  UnitPrice: decimal(),
  UnitCostPrice: decimal(),
  RatePercent: decimal(),
  PriceLevelRef: reference(),
  Qty: decimal(),
  UOMRef: anything(),
  ItemAccountRef: reference('Account', 'r'),
  InventorySiteRef: reference(),
  TaxClassificationRef: reference(),
  ItemBasedExpenseLineDetailEx: anything(),
};

export const ACCOUNT_LINE = 'AccountBasedExpenseLineDetail';
export const ITEM_LINE = 'ItemBasedExpenseLineDetail';

const EXPENSE_LINE: Shape = {
  Id: text(),
  LineNum: integer(),
  Description: text(4000),
  Amount: money(),
  Received: decimal('r'),
  LinkedTxn: listOf(object(LINKED_TXN)),
  DetailType: oneOf([ACCOUNT_LINE, ITEM_LINE, 'DescriptionOnly']),
  AccountBasedExpenseLineDetail: object(ACCOUNT_DETAIL),
  ItemBasedExpenseLineDetail: object(ITEM_DETAIL),
  DescriptionLineDetail: object({ ServiceDate: text(), TaxCodeRef: reference() }),
  CustomField: listOf(object(CUSTOM_FIELD)),
  LineEx: anything(),
  ProjectRef: reference('Customer', 'u'),
  CostAmount: money(),
  HomeCostAmount: money(),
  CustomExtensions: listOf(anything()),
};

/** Members of a transaction with lines, tax and a total; those of its own come before them. */
export const PURCHASE_FORM: Shape = {
  ...TRANSACTION,
  Line: listOf(object(EXPENSE_LINE)),
  TxnTaxDetail: object(TXN_TAX_DETAIL),
};

export const TOTALS: Shape = { TotalAmt: money('rfs'), HomeTotalAmt: money('r') };

export const TAX_MODE: Field = oneOf(['TaxExcluded', 'TaxInclusive', 'NotApplicable']);

/** What Bill, VendorCredit and PurchaseOrder have in common. */
export const VENDOR_FORM: Shape = {
  ...PURCHASE_FORM,
  VendorRef: reference('Vendor', 'fs'),
  APAccountRef: reference('Account', 'fs'),
  ...TOTALS,
  BillEmail: object(EMAIL),
  ReplyEmail: object(EMAIL),
  Memo: text(4000),
  GlobalTaxCalculation: TAX_MODE,
};

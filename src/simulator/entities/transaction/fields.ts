/** Members every transaction has. */

import {
  anything,
  date,
  decimal,
  flag,
  listOf,
  money,
  object,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import { LINKED_TXN, SYSTEM } from '../../engine/shapes.js';

export const TRANSACTION: Shape = {
  ...SYSTEM,
  DocNumber: text(21, 'fs'),
  AutoDocNumber: flag(),
  TxnDate: date('fs'),
  TxnSubType: text(),
  DepartmentRef: reference('Department'),
  CurrencyRef: reference('Currency', 'c'),
  ExchangeRate: decimal(),
  PrivateNote: text(4000),
  TxnStatus: text(),
  LinkedTxn: listOf(object(LINKED_TXN)),
  TxnSource: text(),
  TaxFormType: text(),
  TaxFormNum: text(),
  TransactionLocationType: text(),
  Tag: listOf(anything()),
  TxnApprovalInfo: anything(),
  RecurDataRef: reference(undefined, 'r'),
  RecurringInfo: anything(),
  ProjectRef: reference('Customer', 'f'),
  TotalCostAmount: money(),
  HomeTotalCostAmount: money(),
};

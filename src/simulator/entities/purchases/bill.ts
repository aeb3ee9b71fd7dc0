/** Bills: what the company owes a vendor. */

import type { Step } from '../../engine/definition.js';
import { anything, date, decimal, flag, money, object, reference } from '../../engine/fields.js';
import { ADDRESS } from '../../engine/shapes.js';
import { refIdOf, textOf } from '../../json.js';
import { planNeeds } from '../company/plan.js';
import { dueDateOf } from '../lists/due-date.js';
import { addressIds } from '../steps.js';
import { paymentsFollowRate, unappliedBeforeDelete } from './applied.js';
import { billNumberIsFree } from './duplicate-numbers.js';
import { orderLinks, ordersFollow } from './order-links.js';
import {
  addressOfVendor,
  linesAreNotPayable,
  openBalance,
  payableAccount,
  payableAccountIsOne,
  purchaseForm,
} from './purchase-form.js';
import { billPostings } from './purchase-postings.js';
import { VENDOR_FORM } from './shapes.js';

/** Recorded: days of the bill's own term after its date, the date itself without a term. */
const dueDate: Step = ({ after, company }) => {
  const term = company.find('Term', refIdOf(after, 'SalesTermRef'));
  after['DueDate'] ??= dueDateOf(term, textOf(after, 'TxnDate') ?? '', 0);
};

export const bill = purchaseForm({
  name: 'Bill',
  path: 'bill',
  stock: 1,
  operations: ['create', 'update', 'delete'],
  required: ['VendorRef', 'Line'],
  totalCount: true,
  recordsModifier: true,
  sortedIndexes: ['TxnDate', 'DueDate', 'MetaData.CreateTime'],
  lines: { numbered: true, linked: true },
  fields: {
    PayerRef: reference(),
    SalesTermRef: reference('Term', 'fsu'),
    DueDate: date('fs'),
    RemitToAddr: object(ADDRESS),
    ShipAddr: object(ADDRESS),
    VendorAddr: object(ADDRESS),
    Balance: money('rf'),
    HomeBalance: money('r'),
    BillEx: anything(),
    LessCIS: decimal(),
    IncludeInAnnualTPAR: flag(),
    ...VENDOR_FORM,
  },
  defaults: [addressOfVendor],
  derive: [
    dueDate,
    payableAccount,
    addressIds(['VendorAddr', 'ShipAddr', 'RemitToAddr']),
    orderLinks,
    openBalance,
  ],
  checks: [
    planNeeds('Bills and bill payments'),
    payableAccountIsOne,
    linesAreNotPayable,
    billNumberIsFree,
    unappliedBeforeDelete,
  ],
  postings: billPostings,
  effects: [ordersFollow, paymentsFollowRate],
});

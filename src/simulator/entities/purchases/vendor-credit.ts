/** Vendor credits: what a vendor owes the company, used up by bill payments. */

import { anything, flag, money, object } from '../../engine/fields.js';
import { ADDRESS } from '../../engine/shapes.js';
import { planNeeds } from '../company/plan.js';
import { addressIds } from '../steps.js';
import { paymentsFollowRate, unappliedBeforeDelete } from './applied.js';
import {
  addressOfVendor,
  linesAreNotPayable,
  linksStay,
  openBalance,
  payableAccount,
  payableAccountIsOne,
  purchaseForm,
} from './purchase-form.js';
import { vendorCreditPostings } from './purchase-postings.js';
import { VENDOR_FORM } from './shapes.js';

export const vendorCredit = purchaseForm({
  name: 'VendorCredit',
  path: 'vendorcredit',
  stock: -1,
  operations: ['create', 'update', 'delete'],
  required: ['VendorRef', 'Line'],
  totalCount: true,
  recordsModifier: true,
  lines: { numbered: true, linked: false },
  fields: {
    VendorAddr: object(ADDRESS),
    VendorCreditEx: anything(),
    Balance: money('rf'),
    HomeBalance: money('r'),
    IncludeInAnnualTPAR: flag(),
    ...VENDOR_FORM,
  },
  defaults: [addressOfVendor],
  derive: [payableAccount, addressIds(['VendorAddr']), linksStay, openBalance],
  checks: [
    planNeeds('Bills and bill payments'),
    payableAccountIsOne,
    linesAreNotPayable,
    unappliedBeforeDelete,
  ],
  postings: vendorCreditPostings,
  effects: [paymentsFollowRate],
});

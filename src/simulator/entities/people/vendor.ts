/** Vendors. */

import type { EntityDefinition, ShownAs } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  money,
  name,
  object,
  reference,
  text,
  time,
} from '../../engine/fields.js';
import { ADDRESS } from '../../engine/shapes.js';
import type { JsonObject } from '../../json.js';
import { listsCurrency, nameCurrency } from '../company/currencies.js';
import {
  absentBecomes,
  addressIds,
  balanceIsSettled,
  emailsLookRight,
  nameIsFree,
  renamedWithActive,
} from '../steps.js';
import { openingDateIsOpen } from '../transaction/opening-balance.js';
import { masked } from './masked.js';
import { getsBill, vendorOpens } from './opening-forms.js';
import { ADDRESSES, LIST_PART, NAME_STEPS, PERSON } from './person.js';

/** Vendor reference page: only the last four characters can be read back. */
const taxIdentifier = masked('TaxIdentifier', (number) => `XXXXXXXX${number.slice(-4)}`);

/** Recorded: a new vendor answers its rates at once, a query leaves out those that are zero. */
function shown(object: JsonObject, as: ShownAs): JsonObject {
  if (as === 'created') return object;
  const secret = taxIdentifier.shown(object);
  if (as === 'single') return secret;
  const { BillRate, CostRate, ...row } = secret;
  return {
    ...row,
    ...(BillRate === 0 ? {} : { BillRate }),
    ...(CostRate === 0 ? {} : { CostRate }),
  };
}

export const vendor: EntityDefinition = {
  ...LIST_PART,
  uniqueName: { ...LIST_PART.uniqueName, otherSuffix: true },
  name: 'Vendor',
  path: 'vendor',
  ids: { series: 'people', first: 1 },
  sortedIndexes: ['DisplayName', 'MetaData.CreateTime'],
  defaultOrder: 'DisplayName',
  // Its own members come first, as in recorded answers.
  fields: {
    BillAddr: object(ADDRESS),
    ShipAddr: object(ADDRESS),
    OtherAddr: listOf(anything()),
    ContactName: text(),
    AltContactName: text(),
    TaxCountry: text(),
    TaxIdentifier: text(20),
    TaxIdEffectiveDate: date(),
    BusinessNumber: text(10),
    ParentRef: reference('Vendor'),
    VendorTypeRef: reference(),
    TermRef: reference('Term', 'u'),
    PrefillAccountRef: reference('Account'),
    Balance: money('cfs'),
    BillRate: decimal(),
    OpenBalanceDate: date('c'),
    CreditLimit: money(),
    AcctNum: text(100),
    Vendor1099: flag(),
    T4AEligible: flag(),
    T5018Eligible: flag(),
    CurrencyRef: reference('Currency', 'c'),
    CostRate: decimal(),
    TDSEnabled: flag(),
    TDSEntityTypeId: integer(),
    TDSSectionTypeId: integer(),
    TDSOverrideThreshold: flag(),
    TaxReportingBasis: text(),
    APAccountRef: reference('Account'),
    VendorEx: anything(),
    GSTIN: text(15),
    GSTRegistrationType: text(15),
    IsSubContractor: flag(),
    SubcontractorType: text(),
    CISRate: text(),
    HasTPAR: flag(),
    VendorPaymentBankDetail: anything(),
    AgencyVerificationStatus: text(),
    AgencyVerificationStatusMsg: text(),
    AgencyVerificationTSUTC: time(),
    CompanyRegistrationNumber: text(),
    ...PERSON,
    Suffix: name(16, 'fs'),
  },
  defaults: [nameCurrency],
  derive: [
    ...NAME_STEPS,
    renamedWithActive,
    absentBecomes({ Balance: 0, BillRate: 0, CostRate: 0, Vendor1099: false, Active: true }),
    addressIds(ADDRESSES),
    taxIdentifier.kept,
  ],
  checks: [
    nameIsFree,
    balanceIsSettled,
    emailsLookRight(['PrimaryEmailAddr']),
    openingDateIsOpen('Balance', 'OpenBalanceDate', getsBill),
  ],
  merging: { sums: ['Balance'], same: ['CurrencyRef'] },
  // The accounts of a new currency come before what is booked on them.
  effects: [listsCurrency, vendorOpens],
  shown,
};

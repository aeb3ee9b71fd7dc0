/** Customers, sub-customers and projects. */

import { invalidDefaultTaxCode } from '../../engine/company-faults.js';
import type { EntityDefinition, ShownAs, Step } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
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
import { businessValidation } from '../../engine/service-fault.js';
import { ADDRESS } from '../../engine/shapes.js';
import { type JsonObject, refIdOf } from '../../json.js';
import { listsCurrency, nameCurrency } from '../company/currencies.js';
import { namesBelowFollow, parentFits } from '../lists/tree.js';
import {
  absentBecomes,
  addressIds,
  balanceIsSettled,
  emailsLookRight,
  nameIsFree,
  qualifiedName,
  renamedWithActive,
} from '../steps.js';
import { isPseudoCode } from '../tax/tax-lists.js';
import { openingDateIsOpen } from '../transaction/opening-balance.js';
import { totalsFollow } from '../transaction/postings.js';
import { customerOpens } from './opening-forms.js';
import { ADDRESSES, LIST_PART, NAME_STEPS, PERSON } from './person.js';

/** The topmost and four below it (Customer reference page). */
const LEVELS = 5;

/** Only who is below another one can be billed with it (Customer reference page). */
const parentOfCustomer: Step = ({ after }) => {
  if (after['ParentRef'] === undefined) {
    after['Job'] = false;
    after['BillWithParent'] = false;
  } else {
    after['Job'] ??= true;
  }
};

const jobNeedsParent: Step = ({ sent, after, errors }) => {
  if (sent['Job'] === true && after['ParentRef'] === undefined) {
    errors.push(businessValidation('A job needs a parent customer.'));
  }
};

/**
 * In the US the sandbox gives new customers tax code 2 (recorded). Where the automated engine
 * decides, an app cannot set another one (Customer reference page).
 */
const customerTaxDefault: Step = ({ after, before, company, sent, errors }) => {
  const given = refIdOf(sent, 'DefaultTaxCodeRef');
  if (given !== undefined && isPseudoCode(given)) errors.push(invalidDefaultTaxCode(given));
  if (company.facts.country !== 'US') return;
  const byEngine = company.preference('TaxPrefs')?.['PartnerTaxEnabled'] === true;
  if (before !== undefined) {
    if (byEngine) after['DefaultTaxCodeRef'] = before['DefaultTaxCodeRef'];
    return;
  }
  const hasDefault = company.find('TaxCode', DEFAULT_TAX_CODE) !== undefined;
  if (byEngine) delete after['DefaultTaxCodeRef'];
  if (hasDefault) after['DefaultTaxCodeRef'] ??= { value: DEFAULT_TAX_CODE };
};

const openingBalance: Step = ({ after, sent }) => {
  const balance = typeof sent['Balance'] === 'number' ? sent['Balance'] : 0;
  after['Balance'] = balance;
  after['BalanceWithJobs'] = balance;
};

const JOB_INFO: Shape = {
  Status: oneOf(['Awarded', 'Closed', 'InProgress', 'None', 'NotAwarded', 'Pending']),
  StartDate: date(),
  ProjectedEndDate: date(),
  EndDate: date(),
  Description: text(),
  JobTypeRef: reference(),
};

/** What the US sandbox gives new customers (recorded). */
const DEFAULT_TAX_CODE = '2';

/**
 * Recorded: rows of a query have a `ClientEntityId` and not the tax code given by default, other
 * answers the reverse. An object loaded without a `ClientEntityId` is shown as it stands.
 */
function shown(object: JsonObject, as: ShownAs): JsonObject {
  const { ClientEntityId, ...single } = object;
  if (as !== 'row') return single;
  const isDefault = refIdOf(object, 'DefaultTaxCodeRef') === DEFAULT_TAX_CODE;
  if (ClientEntityId === undefined || !isDefault) return object;
  const { DefaultTaxCodeRef: _, ...row } = object;
  return row;
}

export const customer: EntityDefinition = {
  ...LIST_PART,
  name: 'Customer',
  path: 'customer',
  ids: { series: 'people', first: 1 },
  equalityIndexes: [...LIST_PART.equalityIndexes, 'FullyQualifiedName', 'ParentRef'],
  sortedIndexes: ['FullyQualifiedName', 'DisplayName', 'MetaData.CreateTime'],
  defaultOrder: 'FullyQualifiedName',
  // In the order of recorded answers.
  fields: {
    Taxable: flag(),
    BillAddr: object(ADDRESS),
    ShipAddr: object(ADDRESS),
    OtherAddr: listOf(anything()),
    ContactName: text(),
    AltContactName: text(),
    Notes: text(2000),
    Job: flag('f'),
    BillWithParent: flag(),
    RootCustomerRef: reference(undefined, 'r'),
    ParentRef: reference('Customer', 'fu'),
    Level: integer('r'),
    CustomerTypeRef: reference('CustomerType', 'u'),
    SalesTermRef: reference('Term'),
    SalesRepRef: reference(),
    TaxGroupCodeRef: reference(),
    TaxRateRef: reference(),
    PaymentMethodRef: reference('PaymentMethod'),
    CCDetail: anything(),
    PriceLevelRef: reference(),
    Balance: money('cfs'),
    OpenBalanceDate: date('c'),
    BalanceWithJobs: money('rs'),
    CreditLimit: money(),
    AcctNum: text(),
    CurrencyRef: reference('Currency', 'c'),
    OverDueBalance: decimal('r'),
    TotalRevenue: decimal('r'),
    TotalExpense: decimal('r'),
    PreferredDeliveryMethod: oneOf(['Print', 'Email', 'None', 'PrintLater']),
    ResaleNum: text(16),
    JobInfo: object(JOB_INFO),
    TDSEnabled: flag(),
    CustomerEx: anything(),
    SecondaryTaxIdentifier: text(),
    ARAccountRef: reference('Account'),
    PrimaryTaxIdentifier: text(20),
    TaxExemptionReasonId: text(),
    IsProject: flag('r'),
    BusinessNumber: text(10),
    GSTIN: text(15),
    GSTRegistrationType: text(15),
    IsCISContractor: flag(),
    ClientCompanyId: text(),
    TaxRegime: text(),
    ClientEntityId: text(undefined, 'r'),
    ...PERSON,
    FullyQualifiedName: text(undefined, 'rfs'),
  },
  defaults: [
    absentBecomes({ Taxable: true, IsProject: false, PreferredDeliveryMethod: 'Print' }),
    openingBalance,
    nameCurrency,
  ],
  derive: [
    ...NAME_STEPS,
    renamedWithActive,
    qualifiedName('Customer', 'DisplayName'),
    parentOfCustomer,
    customerTaxDefault,
    absentBecomes({
      Taxable: false,
      BillWithParent: false,
      PreferredDeliveryMethod: 'Print',
      Active: true,
    }),
    addressIds(ADDRESSES),
  ],
  checks: [
    nameIsFree,
    openingDateIsOpen('Balance', 'OpenBalanceDate'),
    balanceIsSettled,
    jobNeedsParent,
    parentFits({ levels: LEVELS }),
    emailsLookRight(['PrimaryEmailAddr']),
  ],
  merging: { sums: ['Balance'], total: 'BalanceWithJobs', same: ['CurrencyRef'] },
  effects: [
    // The accounts of a new currency come before what is booked on them.
    listsCurrency,
    customerOpens,
    totalsFollow('Customer', 'BalanceWithJobs'),
    namesBelowFollow('Customer', 'DisplayName'),
  ],
  complete: (object, company) => ({
    ClientEntityId: '0',
    ...(LIST_PART.complete?.(object, company) ?? object),
  }),
  shown,
};

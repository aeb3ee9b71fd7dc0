/** Customers, sub-customers and projects. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  reference,
  text,
} from '../../engine/fields.js';
import { businessValidation } from '../../engine/service-fault.js';
import { ADDRESS } from '../../engine/shapes.js';
import { touch } from '../../engine/write.js';
import { refIdOf, textOf } from '../../json.js';
import { listsCurrency, nameCurrency } from '../company/currencies.js';
import {
  absentBecomes,
  addressIds,
  emailsLookRight,
  nameIsFree,
  qualifiedName,
  renamedWithActive,
} from '../steps.js';
import { ADDRESSES, LIST_PART, NAME_STEPS, PERSON } from './person.js';

/** Levels below the topmost customer; the reference page allows five levels in all. */
const LEVEL_MAX = 4;

const parentOfCustomer: Step = ({ after, before, errors }) => {
  const parent = refIdOf(after, 'ParentRef');
  if (parent === undefined) after['Job'] = false;
  else after['Job'] ??= true;
  const own = textOf(before, 'Id');
  if (own !== undefined && parent === own) {
    errors.push(businessValidation('A customer cannot be its own parent.'));
  }
  if (Number(after['Level'] ?? 0) > LEVEL_MAX) {
    errors.push(businessValidation('A customer can be nested at most 5 levels deep.'));
  }
};

const jobNeedsParent: Step = ({ sent, after, errors }) => {
  if (sent['Job'] === true && after['ParentRef'] === undefined) {
    errors.push(businessValidation('A job needs a parent customer.'));
  }
};

/** In the US the sandbox gives new customers tax code 2 (recorded). */
const customerTaxDefault: Step = ({ after, company }) => {
  const hasDefault = company.find('TaxCode', '2') !== undefined;
  if (company.facts.country === 'US' && hasDefault && after['DefaultTaxCodeRef'] === undefined) {
    after['DefaultTaxCodeRef'] = { value: '2' };
  }
};

const openingBalance: Step = ({ after, sent }) => {
  const balance = typeof sent['Balance'] === 'number' ? sent['Balance'] : 0;
  after['Balance'] = balance;
  after['BalanceWithJobs'] = balance;
};

export const customer: EntityDefinition = {
  ...LIST_PART,
  name: 'Customer',
  path: 'customer',
  ids: { series: 'people', first: 1 },
  equalityIndexes: [...LIST_PART.equalityIndexes, 'FullyQualifiedName', 'ParentRef'],
  sortedIndexes: ['FullyQualifiedName', 'DisplayName', 'MetaData.CreateTime'],
  defaultOrder: 'FullyQualifiedName',
  fields: {
    ...PERSON,
    FullyQualifiedName: text(undefined, 'rfs'),
    BillAddr: object(ADDRESS),
    ShipAddr: object(ADDRESS),
    OtherAddr: listOf(anything()),
    ContactName: text(),
    AltContactName: text(),
    Taxable: flag(),
    Job: flag('f'),
    BillWithParent: flag(),
    RootCustomerRef: reference(undefined, 'r'),
    ParentRef: reference('Customer', 'fu'),
    Level: integer('r'),
    CustomerTypeRef: reference(),
    SalesTermRef: reference('Term'),
    SalesRepRef: reference(),
    TaxGroupCodeRef: reference(),
    TaxRateRef: reference(),
    PaymentMethodRef: reference('PaymentMethod'),
    CCDetail: anything(),
    PriceLevelRef: reference(),
    Balance: decimal('cfs'),
    OpenBalanceDate: date('c'),
    BalanceWithJobs: decimal('rs'),
    CreditLimit: decimal(),
    AcctNum: text(),
    CurrencyRef: reference('Currency', 'c'),
    OverDueBalance: decimal('r'),
    TotalRevenue: decimal('r'),
    TotalExpense: decimal('r'),
    PreferredDeliveryMethod: oneOf(['Print', 'Email', 'None', 'PrintLater']),
    ResaleNum: text(16),
    JobInfo: anything(),
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
  },
  defaults: [
    absentBecomes({ Taxable: true, IsProject: false, PreferredDeliveryMethod: 'Print' }),
    customerTaxDefault,
    openingBalance,
    nameCurrency,
  ],
  derive: [
    ...NAME_STEPS,
    renamedWithActive,
    qualifiedName('Customer', 'DisplayName'),
    parentOfCustomer,
    absentBecomes({
      Taxable: false,
      BillWithParent: false,
      PreferredDeliveryMethod: 'Print',
      Active: true,
    }),
    addressIds(ADDRESSES),
  ],
  checks: [nameIsFree, jobNeedsParent, emailsLookRight(['PrimaryEmailAddr'])],
  effects: [
    listsCurrency,
    // The names of those below follow the name above them.
    (company, before, after, nowMs) => {
      const id = textOf(after, 'Id');
      const path = textOf(after, 'FullyQualifiedName');
      if (before === undefined || id === undefined) return;
      if (path === textOf(before, 'FullyQualifiedName')) return;
      for (const child of [...(company.collection('Customer').withKey('ParentRef', id) ?? [])]) {
        const own = textOf(company.find('Customer', child), 'DisplayName');
        touch(
          company,
          customer,
          child,
          { FullyQualifiedName: `${path}:${own}` },
          { bump: false, nowMs },
        );
      }
    },
  ],
};

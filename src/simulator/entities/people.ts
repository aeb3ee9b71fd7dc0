/** Customer, Vendor and Employee: three lists that share one namespace of display names. */

import type { EntityDefinition, Step } from '../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  name,
  object,
  oneOf,
  reference,
  type Shape,
  text,
  time,
} from '../engine/fields.js';
import { businessValidation, noName } from '../engine/service-fault.js';
import { ADDRESS, EMAIL, PHONE, SYSTEM, WEB_ADDRESS } from '../engine/shapes.js';
import { touch } from '../engine/write.js';
import { refIdOf, textOf } from '../json.js';
import {
  absentBecomes,
  addressIds,
  emailsLookRight,
  homeCurrency,
  nameIsFree,
  qualifiedName,
  renamedWithActive,
  trimmed,
} from './steps.js';

const PERSON: Shape = {
  ...SYSTEM,
  IntuitId: text(),
  Organization: flag(),
  Title: name(16),
  GivenName: name(100, 'fs'),
  MiddleName: name(100, 'fs'),
  FamilyName: name(100, 'fs'),
  Suffix: name(16),
  FullyQualifiedName: text(undefined, 'rfs'),
  CompanyName: text(100, 'fs'),
  DisplayName: name(500, 'fs'),
  PrintOnCheckName: name(110, 'fs'),
  UserId: text(),
  Active: flag('fs'),
  V4IDPseudonym: text(undefined, 'r'),
  PrimaryPhone: object(PHONE),
  AlternatePhone: object(PHONE),
  Mobile: object(PHONE),
  Fax: object(PHONE),
  PrimaryEmailAddr: object(EMAIL, 'f', 'Address'),
  WebAddr: object(WEB_ADDRESS),
  OtherContactInfo: listOf(anything()),
  DefaultTaxCodeRef: reference('TaxCode', 'u'),
  Notes: text(2000),
  ClientEntityId: text(undefined, 'r'),
  Source: text(undefined, 'r'),
};

const NAME_PARTS = ['Title', 'GivenName', 'MiddleName', 'FamilyName', 'Suffix'];

/** The display name is built from the parts when it is left out; it cannot be removed. */
const displayName: Step = ({ after, before, errors }) => {
  const parts = NAME_PARTS.map((part) => textOf(after, part)).filter((part) => part !== undefined);
  after['DisplayName'] ??= textOf(before, 'DisplayName') ?? (parts.join(' ').trim() || undefined);
  if (textOf(after, 'DisplayName')?.trim() === undefined || after['DisplayName'] === '') {
    errors.push(noName());
  }
};

/** Recorded: the company name, else the person's name, else the display name. */
const printName: Step = ({ after, before }) => {
  const person = ['GivenName', 'MiddleName', 'FamilyName']
    .map((part) => textOf(after, part))
    .filter((part) => part !== undefined)
    .join(' ');
  after['PrintOnCheckName'] ??=
    textOf(before, 'PrintOnCheckName') ??
    textOf(after, 'CompanyName') ??
    (person || textOf(after, 'DisplayName')?.slice(0, 110));
};

const NAMES = {
  namespace: 'people',
  member: 'DisplayName',
  holder: 'customer, vendor or employee',
};

const LIST_PART = {
  family: 'list',
  operations: ['create', 'update'],
  required: [],
  listName: 'Names',
  label: 'DisplayName',
  uniqueName: NAMES,
  totalCount: false,
  recordsModifier: false,
  equalityIndexes: ['DisplayName', 'FullyQualifiedName', 'CompanyName', 'PrimaryEmailAddr'],
} satisfies Partial<EntityDefinition>;

const ADDRESSES = ['BillAddr', 'ShipAddr', 'PrimaryAddr'];

const NAME_STEPS: readonly Step[] = [displayName, trimmed('DisplayName'), printName];

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
  equalityIndexes: [...LIST_PART.equalityIndexes, 'ParentRef'],
  sortedIndexes: ['FullyQualifiedName', 'DisplayName', 'MetaData.CreateTime'],
  defaultOrder: 'FullyQualifiedName',
  fields: {
    ...PERSON,
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
    homeCurrency,
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

export const vendor: EntityDefinition = {
  ...LIST_PART,
  name: 'Vendor',
  path: 'vendor',
  ids: { series: 'people', first: 1 },
  sortedIndexes: ['DisplayName', 'MetaData.CreateTime'],
  defaultOrder: 'DisplayName',
  fields: {
    ...PERSON,
    Suffix: name(16, 'fs'),
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
    TermRef: reference('Term'),
    PrefillAccountRef: reference('Account'),
    Balance: decimal('cfs'),
    BillRate: decimal(),
    CostRate: decimal(),
    OpenBalanceDate: date('c'),
    CreditLimit: decimal(),
    AcctNum: text(100),
    Vendor1099: flag(),
    T4AEligible: flag(),
    T5018Eligible: flag(),
    CurrencyRef: reference('Currency', 'c'),
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
  },
  defaults: [homeCurrency],
  derive: [
    ...NAME_STEPS,
    renamedWithActive,
    absentBecomes({ Balance: 0, BillRate: 0, CostRate: 0, Vendor1099: false, Active: true }),
    addressIds(ADDRESSES),
  ],
  checks: [nameIsFree, emailsLookRight(['PrimaryEmailAddr'])],
  effects: [],
};

export const employee: EntityDefinition = {
  ...LIST_PART,
  name: 'Employee',
  path: 'employee',
  ids: { series: 'people', first: 1 },
  sortedIndexes: ['DisplayName', 'MetaData.CreateTime'],
  defaultOrder: 'DisplayName',
  fields: {
    ...PERSON,
    EmployeeType: text(),
    EmployeeNumber: text(15),
    SSN: text(15),
    PrimaryAddr: object(ADDRESS),
    OtherAddr: listOf(anything()),
    BillableTime: flag(),
    BillRate: decimal(),
    CostRate: decimal(),
    BirthDate: date(),
    Gender: text(),
    HiredDate: date(),
    ReleasedDate: date(),
    UseTimeEntry: text(),
    EmployeeEx: anything(),
  },
  defaults: [],
  derive: [
    ...NAME_STEPS,
    renamedWithActive,
    absentBecomes({ BillableTime: false, Active: true }),
    addressIds(ADDRESSES),
  ],
  checks: [nameIsFree, emailsLookRight(['PrimaryEmailAddr'])],
  effects: [],
};

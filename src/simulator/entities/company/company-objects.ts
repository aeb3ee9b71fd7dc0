/** CompanyInfo and Preferences: one object each, read without an id. */

import type { EntityDefinition } from '../../engine/definition.js';
import {
  anything,
  date,
  flag,
  listOf,
  object,
  type Shape,
  text,
  time,
} from '../../engine/fields.js';
import { ADDRESS, EMAIL, NAME_VALUE, PHONE, SYSTEM, WEB_ADDRESS } from '../../engine/shapes.js';

const SINGLE = {
  family: 'company',
  operations: ['update'],
  required: [],
  listName: 'Company',
  totalCount: false,
  recordsModifier: false,
  defaultOrder: 'Id',
  equalityIndexes: [],
  sortedIndexes: ['MetaData.CreateTime'],
  defaults: [],
  derive: [],
  checks: [],
  effects: [],
} satisfies Partial<EntityDefinition>;

const COMPANY_FIELDS: Shape = {
  CompanyName: text(1024, 'fs'),
  LegalName: text(),
  CompanyAddr: object(ADDRESS),
  CustomerCommunicationAddr: object(ADDRESS),
  LegalAddr: object(ADDRESS),
  CompanyEmailAddr: object(EMAIL),
  CustomerCommunicationEmailAddr: object(EMAIL),
  CompanyURL: object(WEB_ADDRESS),
  PrimaryPhone: object(PHONE),
  OtherContactInfo: listOf(anything()),
  CompanyFileName: text(),
  FlavorStratum: text(),
  SampleFile: flag(),
  CompanyUserId: text(),
  CompanyUserAdminEmail: text(),
  CompanyStartDate: date(),
  EmployerId: text(),
  FiscalYearStartMonth: text(),
  TaxYearStartMonth: text(),
  QBVersion: text(512),
  Country: text(undefined, 'r'),
  ShipAddr: object(ADDRESS),
  OtherAddr: listOf(anything()),
  Mobile: object(PHONE),
  Fax: object(PHONE),
  Email: object(EMAIL),
  WebAddr: object(WEB_ADDRESS),
  LastImportedTime: time(),
  LastSyncTime: time(),
  SupportedLanguages: text(),
  DefaultTimeZone: text(),
  MultiByteCharsSupported: flag(),
  NameValue: listOf(object(NAME_VALUE)),
  FifoCalculationStatus: text(),
  CompanyInfoEx: anything(),
};

export const companyInfo: EntityDefinition = {
  ...SINGLE,
  name: 'CompanyInfo',
  path: 'companyinfo',
  ids: { series: 'companyinfo', first: 1 },
  fields: { ...SYSTEM, ...COMPANY_FIELDS },
};

export const preferences: EntityDefinition = {
  ...SINGLE,
  name: 'Preferences',
  path: 'preferences',
  ids: { series: 'preferences', first: 1 },
  fields: {
    ...SYSTEM,
    AccountingInfoPrefs: anything(),
    AdvancedInventoryPrefs: anything(),
    ProductAndServicesPrefs: anything(),
    SalesFormsPrefs: anything(),
    EmailMessagesPrefs: anything(),
    PrintDocumentPrefs: anything(),
    VendorAndPurchasesPrefs: anything(),
    TimeTrackingPrefs: anything(),
    TaxPrefs: anything(),
    FinanceChargesPrefs: anything(),
    CurrencyPrefs: anything(),
    ReportPrefs: anything(),
    OtherPrefs: anything(),
  },
};

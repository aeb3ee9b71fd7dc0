/** CompanyInfo, read without an id like all that a company has once. */

import type { EntityDefinition } from '../../engine/definition.js';
import {
  anything,
  date,
  flag,
  listOf,
  object,
  oneOf,
  type Shape,
  text,
  time,
} from '../../engine/fields.js';
import { ADDRESS, EMAIL, NAME_VALUE, PHONE, SYSTEM, WEB_ADDRESS } from '../../engine/shapes.js';
import { type JsonObject, objectOf, textOf } from '../../json.js';
import { addressIds } from '../steps.js';
import { countryCodeOf } from './country-codes.js';
import { MONTH } from './months.js';

/** What CompanyInfo and Preferences have in common. */
export const SINGLE = {
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
  EmployerId: text(undefined, 'r'),
  FiscalYearStartMonth: MONTH,
  TaxYearStartMonth: MONTH,
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
  NameValue: listOf(object(NAME_VALUE, 'r')),
  FifoCalculationStatus: oneOf(['None', 'InProgress', 'Completed', 'Error']),
  CompanyInfoEx: anything(),
};

/** Always answered with a code of three letters and without coordinates (Intuit, August 2025). */
const COMPANY_ADDRESSES = ['CompanyAddr', 'CustomerCommunicationAddr', 'LegalAddr'];

function withCountryCodes(info: JsonObject): JsonObject {
  const shown: JsonObject = { ...info };
  for (const member of COMPANY_ADDRESSES) {
    const address = objectOf(info, member);
    if (address === undefined) continue;
    const { Lat: _, Long: __, ...rest } = address;
    const country = textOf(rest, 'Country');
    shown[member] = country === undefined ? rest : { ...rest, Country: countryCodeOf(country) };
  }
  return shown;
}

export const companyInfo: EntityDefinition = {
  ...SINGLE,
  name: 'CompanyInfo',
  path: 'companyinfo',
  ids: { series: 'companyinfo', first: 1 },
  fields: { ...COMPANY_FIELDS, ...SYSTEM },
  required: ['CompanyName', 'CompanyAddr'],
  derive: [addressIds(COMPANY_ADDRESSES)],
  shown: withCountryCodes,
};

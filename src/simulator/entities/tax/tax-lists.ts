/**
 * Tax codes, rates and agencies. Codes and rates are read-only: apps make them through the tax
 * service (`tax-service.ts`), as in QuickBooks.
 */

import type { EntityDefinition } from '../../engine/definition.js';
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
  type Shape,
  text,
  time,
} from '../../engine/fields.js';
import { SYSTEM } from '../../engine/shapes.js';
import { type JsonObject, textOf } from '../../json.js';
import { absentBecomes, nameIsFree, trimmed } from '../steps.js';

/** Longest name of a tax code (TaxCode schema). */
export const TAX_CODE_NAME_MAX = 10;

/** Codes without rates: the words of US lines, and the sign of a tax entered by hand. */
const PSEUDO_CODES: ReadonlySet<string> = new Set(['TAX', 'NON', 'CustomSalesTax']);

export function isPseudoCode(id: string): boolean {
  return PSEUDO_CODES.has(id);
}

const TAX_RATE_DETAIL: Shape = {
  TaxRateRef: reference('TaxRate'),
  TaxTypeApplicable: oneOf(['TaxOnAmount', 'TaxOnAmountPlusTax', 'TaxOnTax']),
  TaxOrder: integer(),
  TaxOnTaxOrder: integer(),
};

const RATE_LIST: Shape = {
  TaxRateDetail: listOf(object(TAX_RATE_DETAIL)),
  originatingGroupId: text(),
};

const EFFECTIVE_RATE: Shape = {
  RateValue: decimal(),
  EffectiveDate: time(),
  EndDate: time(),
  EffectiveTaxRateEx: anything(),
};

const READ_ONLY = {
  family: 'list',
  operations: [],
  required: [],
  totalCount: true,
  recordsModifier: false,
  defaultOrder: 'Id',
  equalityIndexes: ['Name'],
  sortedIndexes: ['Name'],
  defaults: [],
  derive: [],
  checks: [],
  effects: [],
} satisfies Partial<EntityDefinition>;

/** The codes that are mere words are no objects of the company's (sample of the page). */
function withoutSystemMembers(code: JsonObject): JsonObject {
  if (!isPseudoCode(textOf(code, 'Id') ?? '')) return code;
  const { domain, sparse, SyncToken, Active, ...rest } = code;
  return rest;
}

export const taxCode: EntityDefinition = {
  ...READ_ONLY,
  name: 'TaxCode',
  path: 'taxcode',
  ids: { series: 'taxcode', first: 1 },
  listName: 'TaxCodes',
  label: 'Name',
  uniqueName: { namespace: 'taxcode', member: 'Name', holder: 'tax code' },
  fields: {
    Name: text(TAX_CODE_NAME_MAX, 'fs'),
    Description: text(100, 'f'),
    Active: flag('fs'),
    Hidden: flag(),
    Taxable: flag('rf'),
    TaxGroup: flag('rf'),
    SalesTaxRateList: object(RATE_LIST),
    PurchaseTaxRateList: object(RATE_LIST),
    AdjustmentTaxRateList: object(RATE_LIST),
    TaxCodeEx: anything(),
    TaxCodeConfigType: oneOf(['SYSTEM_GENERATED', 'USER_DEFINED', 'SCRA_DEFINED', 'HIDDEN_AGENCY']),
    ...SYSTEM,
  },
  shown: withoutSystemMembers,
};

export const taxRate: EntityDefinition = {
  ...READ_ONLY,
  name: 'TaxRate',
  path: 'taxrate',
  // Sample of the reference page.
  defaultOrder: 'Name',
  ids: { series: 'taxrate', first: 1 },
  listName: 'TaxRates',
  label: 'Name',
  uniqueName: { namespace: 'taxrate', member: 'Name', holder: 'tax rate' },
  fields: {
    Name: text(100, 'fs'),
    Description: text(),
    Active: flag('fs'),
    RateValue: decimal('rf'),
    AgencyRef: reference('TaxAgency', 'rfu'),
    TaxReturnLineRef: reference(),
    /** The values of the rate over time; `RateValue` is the present one. */
    EffectiveTaxRate: listOf(object(EFFECTIVE_RATE)),
    SpecialTaxType: oneOf([
      'NONE',
      'ZERO_RATE',
      'FOREIGN_TAX',
      'REVERSE_CHARGE',
      'ADJUSTMENT_RATE',
    ]),
    DisplayType: oneOf(['ReadOnly', 'HideInTransactionForms', 'HideInPrintedForms', 'HideInAll']),
    TaxRateEx: anything(),
    OriginalTaxRate: reference('TaxRate'),
    ...SYSTEM,
  },
};

export const taxAgency: EntityDefinition = {
  ...READ_ONLY,
  name: 'TaxAgency',
  path: 'taxagency',
  operations: ['create'],
  required: ['DisplayName'],
  ids: { series: 'taxagency', first: 1 },
  listName: 'TaxAgencies',
  label: 'DisplayName',
  uniqueName: { namespace: 'taxagency', member: 'DisplayName', holder: 'tax agency' },
  defaultOrder: 'DisplayName',
  equalityIndexes: ['DisplayName'],
  sortedIndexes: ['DisplayName'],
  fields: {
    TaxRegistrationNumber: text(),
    ReportingPeriod: text(),
    TaxTrackedOnPurchases: flag(),
    TaxOnPurchasesAccountRef: reference('Account'),
    TaxTrackedOnSales: flag(),
    TaxTrackedOnSalesAccountRef: reference('Account'),
    TaxOnTax: flag(),
    LastFileDate: date(),
    TaxAgencyConfig: oneOf(['SYSTEM_GENERATED', 'USER_DEFINED'], 'r'),
    ...SYSTEM,
    DisplayName: text(100, 'fs'),
    Active: flag('r'),
  },
  derive: [
    trimmed('DisplayName'),
    // Tax on purchases is nothing a US company tracks.
    ({ after, company }) => {
      after['TaxTrackedOnPurchases'] ??= company.facts.country !== 'US';
    },
    absentBecomes({ TaxTrackedOnSales: true, TaxAgencyConfig: 'USER_DEFINED' }),
  ],
  checks: [nameIsFree],
};

/** Tax codes, rates and agencies. Codes and rates are read-only here, as in QuickBooks. */

import type { EntityDefinition } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  integer,
  listOf,
  object,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import { SYSTEM } from '../../engine/shapes.js';
import { absentBecomes, nameIsFree } from '../steps.js';

const TAX_RATE_DETAIL: Shape = {
  TaxRateRef: reference('TaxRate'),
  TaxTypeApplicable: text(),
  TaxOrder: integer(),
  TaxOnTaxOrder: integer(),
};

const RATE_LIST: Shape = {
  TaxRateDetail: listOf(object(TAX_RATE_DETAIL)),
  originatingGroupId: text(),
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

export const taxCode: EntityDefinition = {
  ...READ_ONLY,
  name: 'TaxCode',
  path: 'taxcode',
  ids: { series: 'taxcode', first: 1 },
  listName: 'TaxCodes',
  label: 'Name',
  fields: {
    ...SYSTEM,
    Name: text(undefined, 'fs'),
    Description: text(undefined, 'f'),
    Active: flag('fs'),
    Hidden: flag(),
    Taxable: flag('f'),
    TaxGroup: flag('f'),
    SalesTaxRateList: object(RATE_LIST),
    PurchaseTaxRateList: object(RATE_LIST),
    AdjustmentTaxRateList: object(RATE_LIST),
    TaxCodeEx: anything(),
    TaxCodeConfigType: text(),
  },
};

export const taxRate: EntityDefinition = {
  ...READ_ONLY,
  name: 'TaxRate',
  path: 'taxrate',
  ids: { series: 'taxrate', first: 1 },
  listName: 'TaxRates',
  label: 'Name',
  fields: {
    ...SYSTEM,
    Name: text(undefined, 'fs'),
    Description: text(),
    Active: flag('fs'),
    RateValue: decimal('f'),
    AgencyRef: reference('TaxAgency', 'fu'),
    TaxReturnLineRef: reference(),
    EffectiveTaxRate: anything(),
    SpecialTaxType: text(),
    DisplayType: text(),
    TaxRateEx: anything(),
    OriginalTaxRate: reference(),
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
    ...SYSTEM,
    DisplayName: text(100, 'fs'),
    Active: flag('r'),
    TaxRegistrationNumber: text(),
    TaxTrackedOnPurchases: flag(),
    TaxTrackedOnSales: flag(),
    LastFileDate: date(),
    TaxAgencyConfig: text(),
  },
  derive: [
    absentBecomes({
      TaxTrackedOnPurchases: true,
      TaxTrackedOnSales: true,
      TaxAgencyConfig: 'USER_DEFINED',
    }),
  ],
  checks: [nameIsFree],
};

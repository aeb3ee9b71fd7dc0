/** Every entity the simulator knows. Adding one is adding its definition to this list. */

import type { EntityDefinition } from '../engine/definition.js';
import { account } from './account.js';
import { companyInfo, preferences } from './company-objects.js';
import { customer } from './customer.js';
import { employee } from './employee.js';
import { invoice } from './invoice.js';
import { item } from './item.js';
import { classEntity, department, paymentMethod, term } from './lists.js';
import { taxAgency, taxCode, taxRate } from './taxes.js';
import { vendor } from './vendor.js';

/** What others point to comes before them: data files are read in this order. */
const LIST: readonly EntityDefinition[] = [
  companyInfo,
  preferences,
  account,
  classEntity,
  department,
  term,
  paymentMethod,
  taxAgency,
  taxRate,
  taxCode,
  vendor,
  customer,
  employee,
  item,
  invoice,
];

export const DEFINITIONS: ReadonlyMap<string, EntityDefinition> = new Map(
  LIST.map((definition) => [definition.name, definition]),
);

const BY_PATH: ReadonlyMap<string, EntityDefinition> = new Map(
  LIST.map((definition) => [definition.path, definition]),
);

const BY_LOWER_NAME: ReadonlyMap<string, EntityDefinition> = new Map(
  LIST.map((definition) => [definition.name.toLowerCase(), definition]),
);

/** Addresses are case sensitive. */
export function definitionByPath(path: string): EntityDefinition | undefined {
  return BY_PATH.get(path);
}

/** Names in queries, batches and control calls are not. */
export function definitionByName(name: string): EntityDefinition | undefined {
  return BY_LOWER_NAME.get(name.toLowerCase());
}

/** CompanyCurrency: the currencies a company has besides its own. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import { anything, flag, text } from '../../engine/fields.js';
import { businessValidation, invalidEnumeration } from '../../engine/service-fault.js';
import { SYSTEM } from '../../engine/shapes.js';
import { textOf } from '../../json.js';
import { absentBecomes, nameIsFree } from '../steps.js';
import { accountsOfCurrency, CURRENCY_NAMES, hasCurrencies } from './currencies.js';
import { planNeeds, refuseFeature } from './plan.js';

/** The name follows from the code. */
const knownCurrency: Step = ({ after, errors, company }) => {
  const code = textOf(after, 'Code') ?? '';
  const name = CURRENCY_NAMES[code];
  if (name === undefined) errors.push(invalidEnumeration(code));
  if (code === company.currency.value) {
    errors.push(businessValidation('The home currency cannot be added to the list.'));
  }
  after['Name'] = name;
};

const severalCurrencies: Step = (draft) => {
  if (!hasCurrencies(draft.company)) refuseFeature(draft, 'Multiple currencies');
};

export const companyCurrency: EntityDefinition = {
  name: 'CompanyCurrency',
  path: 'companycurrency',
  family: 'list',
  operations: ['create', 'update'],
  required: ['Code'],
  ids: { series: 'companycurrency', first: 1 },
  listName: 'CompanyCurrencies',
  uniqueName: { namespace: 'companycurrency', member: 'Code', holder: 'currency' },
  totalCount: false,
  recordsModifier: false,
  defaultOrder: 'Name',
  equalityIndexes: ['Code'],
  sortedIndexes: ['Name'],
  fields: {
    Code: text(3, 'cfs'),
    Name: text(undefined, 'rfs'),
    Active: flag('fs'),
    CompanyCurrencyEx: anything(),
    ...SYSTEM,
  },
  defaults: [],
  derive: [knownCurrency, absentBecomes({ Active: true })],
  checks: [planNeeds('Multiple currencies'), severalCurrencies, nameIsFree],
  effects: [accountsOfCurrency],
};

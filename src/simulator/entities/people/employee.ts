/** Employees: holders of names that customers and vendors cannot take. */

import type { EntityDefinition } from '../../engine/definition.js';
import { anything, date, decimal, flag, listOf, object, text } from '../../engine/fields.js';
import { ADDRESS } from '../../engine/shapes.js';
import {
  absentBecomes,
  addressIds,
  emailsLookRight,
  nameIsFree,
  renamedWithActive,
} from '../steps.js';
import { ADDRESSES, LIST_PART, NAME_STEPS, PERSON } from './person.js';

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

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
import { masked } from './masked.js';
import { ADDRESSES, LIST_PART, NAME_STEPS, PERSON } from './person.js';

/** Employee reference page: no digit of it can be read back, not even in the answer to a create. */
const socialSecurity = masked('SSN', () => 'XXX-XX-XXXX');

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
    Notes: text(4000),
  },
  defaults: [],
  derive: [
    ...NAME_STEPS,
    renamedWithActive,
    absentBecomes({ BillableTime: false, Active: true }),
    addressIds(ADDRESSES),
    socialSecurity.kept,
  ],
  checks: [nameIsFree, emailsLookRight(['PrimaryEmailAddr'])],
  effects: [],
  shown: socialSecurity.shown,
};

/** Small lists: terms, classes, departments, payment methods. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  decimal,
  flag,
  integer,
  object,
  oneOf,
  reference,
  type Shape,
  text,
} from '../../engine/fields.js';
import { featureNotSupported, missingMember } from '../../engine/service-fault.js';
import { ADDRESS, SYSTEM } from '../../engine/shapes.js';
import { absentBecomes, nameIsFree, qualifiedName, renamedWithActive, trimmed } from '../steps.js';

interface SmallList {
  name: string;
  listName: string;
  fields: Shape;
  /** The member that must be unique in the list. */
  unique: 'Name' | 'FullyQualifiedName';
  derive: readonly Step[];
  checks: readonly Step[];
}

function smallList({
  name,
  listName,
  fields,
  unique,
  derive,
  checks,
}: SmallList): EntityDefinition {
  const path = name.toLowerCase();
  return {
    name,
    path,
    family: 'list',
    operations: ['create', 'update'],
    required: ['Name'],
    ids: { series: path, first: 1 },
    listName,
    label: unique,
    uniqueName: { namespace: path, member: unique, renamed: 'Name', holder: path },
    totalCount: false,
    recordsModifier: false,
    defaultOrder: unique,
    equalityIndexes: [unique],
    sortedIndexes: [unique],
    fields: { ...SYSTEM, Active: flag('fs'), ...fields },
    defaults: [],
    derive: [trimmed('Name'), renamedWithActive, ...derive, absentBecomes({ Active: true })],
    checks: [nameIsFree, ...checks],
    effects: [],
  };
}

export const term = smallList({
  name: 'Term',
  listName: 'Terms',
  unique: 'Name',
  fields: {
    Name: text(31, 'fs'),
    Type: oneOf(['STANDARD', 'DATE_DRIVEN'], 'r'),
    DiscountPercent: decimal(),
    DueDays: integer(),
    DiscountDays: integer(),
    DayOfMonthDue: integer(),
    DueNextMonthDays: integer(),
    DiscountDayOfMonth: integer(),
    SalesTermEx: anything(),
  },
  derive: [
    ({ after }) => {
      after['Type'] = after['DayOfMonthDue'] === undefined ? 'STANDARD' : 'DATE_DRIVEN';
    },
  ],
  checks: [
    ({ after, errors }) => {
      const due = after['DueDays'] ?? after['DayOfMonthDue'];
      if (due === undefined) errors.push(missingMember('DueDays'));
    },
  ],
});

export const paymentMethod = smallList({
  name: 'PaymentMethod',
  listName: 'PaymentMethods',
  unique: 'Name',
  fields: {
    Name: text(31, 'f'),
    Type: oneOf(['CREDIT_CARD', 'NON_CREDIT_CARD']),
    PaymentMethodEx: anything(),
  },
  derive: [absentBecomes({ Type: 'NON_CREDIT_CARD' })],
  checks: [],
});

export const classEntity = smallList({
  name: 'Class',
  listName: 'Klasses',
  unique: 'FullyQualifiedName',
  fields: {
    Name: text(100, 'f'),
    SubClass: flag('r'),
    ParentRef: reference('Class', 'u'),
    FullyQualifiedName: text(undefined, 'rfs'),
    Level: integer('r'),
    ClassEx: anything(),
  },
  derive: [
    qualifiedName('Class', 'Name'),
    ({ after }) => {
      after['SubClass'] = after['ParentRef'] !== undefined;
    },
  ],
  checks: [
    ({ company, errors }) => {
      const prefs = company.preference('AccountingInfoPrefs');
      const tracked = prefs?.['ClassTrackingPerTxn'] || prefs?.['ClassTrackingPerTxnLine'];
      if (tracked !== true) errors.push(featureNotSupported('Class tracking is off'));
    },
  ],
});

export const department = smallList({
  name: 'Department',
  listName: 'Depts',
  unique: 'FullyQualifiedName',
  fields: {
    Name: text(100, 'f'),
    SubDepartment: flag('r'),
    ParentRef: reference('Department', 'u'),
    FullyQualifiedName: text(undefined, 'rfs'),
    Level: integer('r'),
    Address: object(ADDRESS),
    DepartmentEx: anything(),
  },
  derive: [
    qualifiedName('Department', 'Name'),
    ({ after }) => {
      after['SubDepartment'] = after['ParentRef'] !== undefined;
    },
  ],
  checks: [
    ({ company, errors }) => {
      const tracked = company.preference('AccountingInfoPrefs')?.['TrackDepartments'];
      if (tracked !== true) errors.push(featureNotSupported('Location tracking is off'));
    },
  ],
});

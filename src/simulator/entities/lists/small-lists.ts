/** Small lists: terms, classes, departments, payment methods, customer types. */

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
import { invalidNumber, missingMember } from '../../engine/service-fault.js';
import { ADDRESS, SYSTEM } from '../../engine/shapes.js';
import { numberOf } from '../../json.js';
import { planNeeds, refuseFeature } from '../company/plan.js';
import { tracksClasses, tracksLocations } from '../company/tracking.js';
import { absentBecomes, nameIsFree, qualifiedName, renamedWithActive, trimmed } from '../steps.js';
import { namesBelowFollow, parentFits } from './tree.js';

interface SmallList {
  name: string;
  listName: string;
  fields: Shape;
  /** The member that must be unique in the list. */
  unique: 'Name' | 'FullyQualifiedName';
  /** Whether a query answers `totalCount`. Default false. */
  totalCount?: boolean;
  derive: readonly Step[];
  checks: readonly Step[];
}

function smallList({
  name,
  listName,
  fields,
  unique,
  totalCount = false,
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
    uniqueName: {
      namespace: path,
      member: unique,
      renamed: 'Name',
      holder: path,
      otherSuffix: name !== 'Term',
    },
    totalCount,
    recordsModifier: false,
    defaultOrder: unique,
    equalityIndexes: fields['ParentRef'] === undefined ? [unique] : [unique, 'ParentRef'],
    sortedIndexes: [unique],
    fields: { ...fields, Active: flag('fs'), ...SYSTEM },
    defaults: [],
    derive: [trimmed('Name'), renamedWithActive, ...derive, absentBecomes({ Active: true })],
    checks: [nameIsFree, ...checks],
    effects: fields['ParentRef'] === undefined ? [] : [namesBelowFollow(name, 'Name')],
  };
}

/** Term reference page. Which fault a number outside meets is a guess. */
const TERM_RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  DueDays: [0, 999],
  DiscountDays: [0, 999],
  DayOfMonthDue: [1, 31],
  DueNextMonthDays: [0, 999],
  DiscountDayOfMonth: [0, 31],
};

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
    absentBecomes({ DiscountPercent: 0 }),
    ({ after }) => {
      after['Type'] = after['DueDays'] === undefined ? 'DATE_DRIVEN' : 'STANDARD';
    },
  ],
  checks: [
    ({ after, errors }) => {
      const due = after['DueDays'] ?? after['DayOfMonthDue'];
      if (due === undefined) errors.push(missingMember('DueDays'));
      for (const [member, [least, most]] of Object.entries(TERM_RANGES)) {
        const days = numberOf(after, member);
        if (days !== undefined && (days < least || days > most)) {
          errors.push(invalidNumber(member, String(days)));
        }
      }
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

/** The website's limit for classes and locations; the reference pages are silent. */
const LEVELS = 5;

export const classEntity = smallList({
  name: 'Class',
  listName: 'Klasses',
  unique: 'FullyQualifiedName',
  // Sample of the reference page.
  totalCount: true,
  fields: {
    Name: text(100, 'f'),
    SubClass: flag('r'),
    ParentRef: reference('Class', 'u'),
    FullyQualifiedName: text(undefined, 'rfs'),
    ClassEx: anything(),
  },
  derive: [
    qualifiedName('Class', 'Name'),
    ({ after }) => {
      after['SubClass'] = after['ParentRef'] !== undefined;
      delete after['Level'];
    },
  ],
  checks: [
    planNeeds('Class and location tracking'),
    parentFits({ levels: LEVELS }),
    (draft) => {
      if (!tracksClasses(draft.company)) refuseFeature(draft, 'Class tracking is off');
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
    Address: object(ADDRESS),
    DepartmentEx: anything(),
  },
  derive: [
    qualifiedName('Department', 'Name'),
    ({ after }) => {
      after['SubDepartment'] = after['ParentRef'] !== undefined;
      delete after['Level'];
    },
  ],
  checks: [
    planNeeds('Class and location tracking'),
    parentFits({ levels: LEVELS }),
    (draft) => {
      if (!tracksLocations(draft.company)) refuseFeature(draft, 'Location tracking is off');
    },
  ],
});

/** Kinds of customers, for sales reports. People make them; an app reads them. */
export const customerType: EntityDefinition = {
  ...smallList({
    name: 'CustomerType',
    listName: 'CustomerTypes',
    unique: 'Name',
    fields: { Name: text(15, 'fs') },
    derive: [],
    checks: [],
  }),
  operations: [],
};

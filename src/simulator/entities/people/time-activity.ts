/**
 * Time worked by an employee or a vendor. No recording shows one: members and defaults are those
 * of the TimeActivity reference page as third parties repeat them.
 */

import type { Draft, EntityDefinition, Step } from '../../engine/definition.js';
import { NEWEST_FIRST } from '../../engine/definition.js';
import {
  date,
  decimal,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  reference,
  text,
  time,
} from '../../engine/fields.js';
import {
  businessValidation,
  cannotDelete,
  invalidEnumeration,
  invalidNumber,
} from '../../engine/service-fault.js';
import { LINKED_TXN, SYSTEM } from '../../engine/shapes.js';
import { numberOf, objectsOf, textOf } from '../../json.js';
import { planNeeds } from '../company/plan.js';
import { absentBecomes, requireMember } from '../steps.js';
import { transactionDate } from '../transaction/rules.js';

const WORKERS: Readonly<Record<string, string>> = {
  Employee: 'EmployeeRef',
  Vendor: 'VendorRef',
};

/** The reference goes with `NameOf`; the other one is not stored. */
const worker: Step = (draft) => {
  const wanted = WORKERS[textOf(draft.after, 'NameOf') ?? ''];
  if (wanted === undefined) return;
  for (const member of Object.values(WORKERS)) {
    if (member !== wanted) delete draft.after[member];
  }
  requireMember(draft, wanted);
};

/** A length, or a beginning and an end. */
const duration: Step = (draft) => {
  const { after } = draft;
  if (after['StartTime'] !== undefined || after['EndTime'] !== undefined) {
    requireMember(draft, 'StartTime');
    requireMember(draft, 'EndTime');
    checkOrder(draft);
  } else {
    if (after['Hours'] === undefined && after['Minutes'] === undefined) {
      requireMember(draft, 'Hours');
    }
    after['Hours'] ??= 0;
    after['Minutes'] ??= 0;
  }
  checkMinutes(draft);
};

function checkOrder({ after, errors }: Draft): void {
  const start = Date.parse(textOf(after, 'StartTime') ?? '');
  const end = Date.parse(textOf(after, 'EndTime') ?? '');
  if (start > end) {
    errors.push(businessValidation('The end of a time activity must not be before its start.'));
  }
}

const MINUTES_IN_HOUR = 60;

function checkMinutes({ after, errors }: Draft): void {
  for (const member of ['Minutes', 'BreakMinutes']) {
    const minutes = numberOf(after, member) ?? 0;
    if (minutes < 0 || minutes >= MINUTES_IN_HOUR) {
      errors.push(invalidNumber(member, String(minutes)));
    }
  }
}

/** What is to be billed needs somebody to bill it to, and a rate; that it was billed no app says. */
const billable: Step = (draft) => {
  const { after, before, errors } = draft;
  const billed = after['BillableStatus'] === 'HasBeenBilled';
  if (billed && before?.['BillableStatus'] !== 'HasBeenBilled') {
    errors.push(invalidEnumeration('HAS_BEEN_BILLED'));
  }
  if (after['BillableStatus'] !== 'Billable') return;
  requireMember(draft, 'CustomerRef');
  requireMember(draft, 'HourlyRate');
};

const unbilledBeforeDelete: Step = ({ operation, before, errors }) => {
  const billed = before?.['BillableStatus'] === 'HasBeenBilled';
  const linked = objectsOf(before, 'LinkedTxn').length > 0;
  if (operation === 'delete' && (billed || linked)) errors.push(cannotDelete());
};

export const timeActivity: EntityDefinition = {
  name: 'TimeActivity',
  path: 'timeactivity',
  family: 'transaction',
  operations: ['create', 'update', 'delete'],
  required: ['NameOf'],
  // Recorded: invoices link to time activities by ids between those of bills and payments.
  ids: { series: 'transaction', first: 1 },
  listName: 'Transactions',
  totalCount: false,
  recordsModifier: false,
  defaultOrder: NEWEST_FIRST,
  equalityIndexes: ['EmployeeRef', 'VendorRef', 'CustomerRef'],
  sortedIndexes: ['TxnDate', 'MetaData.CreateTime'],
  fields: {
    TxnDate: date('fs'),
    NameOf: oneOf(['Employee', 'Vendor']),
    EmployeeRef: reference('Employee', 'f'),
    VendorRef: reference('Vendor', 'f'),
    CustomerRef: reference('Customer', 'f'),
    ProjectRef: reference('Customer', 'f'),
    DepartmentRef: reference('Department'),
    ItemRef: reference('Item'),
    ClassRef: reference('Class'),
    PayrollItemRef: reference(),
    BillableStatus: oneOf(['Billable', 'NotBillable', 'HasBeenBilled']),
    Taxable: flag(),
    HourlyRate: decimal(),
    CostRate: decimal(),
    Hours: integer(),
    Minutes: integer(),
    Seconds: integer(),
    BreakHours: integer(),
    BreakMinutes: integer(),
    BreakSeconds: integer(),
    StartTime: time(),
    EndTime: time(),
    Description: text(4000),
    TransactionLocationType: text(),
    LinkedTxn: listOf(object(LINKED_TXN, 'r')),
    ...SYSTEM,
  },
  defaults: [],
  derive: [
    transactionDate,
    worker,
    duration,
    absentBecomes({ BillableStatus: 'NotBillable', Taxable: false, HourlyRate: 0 }),
    billable,
  ],
  checks: [planNeeds('Time tracking'), unbilledBeforeDelete],
  effects: [],
};

/** Lines of purchase forms: ids, numbers, accounts and items, and the amount rule. */

import type { Draft, Step } from '../../engine/definition.js';
import {
  businessValidation,
  invalidEnumeration,
  lineDetailMissing,
  missingMember,
} from '../../engine/service-fault.js';
import {
  type JsonObject,
  type JsonValue,
  numberOf,
  objectOf,
  objectsOf,
  refIdOf,
  textOf,
} from '../../json.js';
import { lineTaxCode } from '../tax/line-tax-code.js';
import { lineAmountFits } from '../transaction/line-amount.js';
import { LinePositions } from '../transaction/line-positions.js';
import { ACCOUNT_LINE, ITEM_LINE } from './shapes.js';

export interface LineStyle {
  /** Lines carry `LineNum` (recorded: bills and orders do, purchases do not). */
  numbered: boolean;
  /** Lines carry `LinkedTxn`, if only as an empty list (recorded for bills). */
  linked: boolean;
}

/** Rebuilds the lines a request sends: known ids stay, others are new, unsent ones are gone. */
export function expenseLines(style: LineStyle): Step {
  return (draft) => {
    const { after, before, sent } = draft;
    if (sent['Line'] === undefined) return;
    const stored = new Map(objectsOf(before, 'Line').map((line) => [textOf(line, 'Id'), line]));
    const positions = new LinePositions(before);
    after['Line'] = objectsOf(after, 'Line').map((line) => {
      const { Id, LineNum } = positions.next(line);
      const head = style.numbered ? { Id, LineNum } : { Id };
      return { ...head, ...lineBody(draft, line, stored.get(Id), style) };
    });
  };
}

/** The line without its id and number, its members in the order of recorded answers. */
function lineBody(
  draft: Draft,
  line: JsonObject,
  stored: JsonObject | undefined,
  style: LineStyle,
): JsonObject {
  const { Id: _, LineNum: __, Description, Amount, LinkedTxn, DetailType, ...rest } = line;
  const body: JsonObject = {};
  if (Description !== undefined) body['Description'] = Description;
  if (Amount !== undefined) body['Amount'] = Amount;
  if (stored?.['Received'] !== undefined) body['Received'] = stored['Received'];
  if (style.linked || LinkedTxn !== undefined) body['LinkedTxn'] = LinkedTxn ?? [];
  if (DetailType === undefined) draft.errors.push(missingMember('DetailType'));
  const full: JsonObject = { ...body, DetailType, ...rest, CustomExtensions: [] };
  if (DetailType === ACCOUNT_LINE) {
    full[ACCOUNT_LINE] = accountDetail(draft, full, stored);
  } else if (DetailType === ITEM_LINE) {
    full[ITEM_LINE] = itemDetail(draft, full, stored);
  } else if (DetailType === 'DescriptionOnly') {
    full['DescriptionLineDetail'] = objectOf(line, 'DescriptionLineDetail') ?? {};
  }
  return full;
}

const ACCOUNT_ORDER = ['CustomerRef', 'ClassRef', 'AccountRef', 'BillableStatus', 'MarkupInfo'];

function accountDetail(draft: Draft, line: JsonObject, stored: JsonObject | undefined): JsonObject {
  const detail = expenseDetail(draft, line, objectOf(stored, ACCOUNT_LINE), ACCOUNT_LINE);
  if (refIdOf(detail, 'AccountRef') === undefined) draft.errors.push(lineDetailMissing());
  return inOrder(detail, ACCOUNT_ORDER);
}

const ITEM_ORDER = ['CustomerRef', 'BillableStatus', 'ItemRef', 'ClassRef', 'UnitPrice', 'Qty'];

function itemDetail(draft: Draft, line: JsonObject, stored: JsonObject | undefined): JsonObject {
  const detail = expenseDetail(draft, line, objectOf(stored, ITEM_LINE), ITEM_LINE);
  if (refIdOf(detail, 'ItemRef') === undefined) draft.errors.push(lineDetailMissing());
  return inOrder(detail, ITEM_ORDER);
}

function expenseDetail(
  draft: Draft,
  line: JsonObject,
  stored: JsonObject | undefined,
  member: string,
): JsonObject {
  const { ProjectRef, ...sent } = objectOf(line, member) ?? {};
  if (ProjectRef !== undefined) line['ProjectRef'] ??= ProjectRef;
  const amount = numberOf(line, 'Amount');
  if (amount === undefined) draft.errors.push(missingMember('Line.Amount'));
  else lineAmountFits(draft, amount, sent);
  const detail: JsonObject = { BillableStatus: 'NotBillable', ...sent };
  checkBillable(draft, detail, stored);
  const { TaxCodeRef: _, ...rest } = detail;
  const taxCode = lineTaxCode(draft, refIdOf(sent, 'TaxCodeRef'));
  return taxCode === undefined ? rest : { ...rest, TaxCodeRef: { value: taxCode } };
}

/** Who is billed must be known; that it has been billed is QuickBooks' own word (Bill page). */
function checkBillable(
  { errors }: Draft,
  detail: JsonObject,
  stored: JsonObject | undefined,
): void {
  const status = textOf(detail, 'BillableStatus');
  if (status === 'HasBeenBilled' && textOf(stored, 'BillableStatus') !== status) {
    errors.push(invalidEnumeration('HAS_BEEN_BILLED'));
  }
  if (status === 'Billable' && refIdOf(detail, 'CustomerRef') === undefined) {
    errors.push(businessValidation('You must select a customer for each billable split line.'));
  }
}

function inOrder(object: JsonObject, members: readonly string[]): JsonObject {
  const ordered: Record<string, JsonValue | undefined> = {};
  for (const member of members) {
    if (object[member] !== undefined) ordered[member] = object[member];
  }
  return { ...ordered, ...object };
}

/** The detail of an expense line; undefined for mere text. */
export function expenseDetailOf(line: JsonObject): JsonObject | undefined {
  return objectOf(line, ACCOUNT_LINE) ?? objectOf(line, ITEM_LINE);
}

/** The line with its detail replaced, whichever kind it is. */
export function withDetail(line: JsonObject, detail: JsonObject): JsonObject {
  const member = line[ACCOUNT_LINE] === undefined ? ITEM_LINE : ACCOUNT_LINE;
  return { ...line, [member]: detail };
}

/** All lines at zero, as voiding leaves them. */
export function voidedExpenseLines(object: JsonObject): JsonObject[] {
  return objectsOf(object, 'Line').map((line) => {
    const zero: JsonObject = line['Amount'] === undefined ? line : { ...line, Amount: 0 };
    const detail = expenseDetailOf(line);
    if (detail === undefined) return zero;
    const amounts: JsonObject = { ...detail };
    for (const member of ['Qty', 'UnitPrice', 'TaxInclusiveAmt', 'TaxAmount']) {
      if (amounts[member] !== undefined) amounts[member] = 0;
    }
    return withDetail(zero, amounts);
  });
}

import type { CodedPart, ContentPart } from '../../contract/settings-check.js';
import { plainDecimal, sumOf } from './exact-number.js';

/**
 * A body read back for what people compare: where each amount is booked, and what else it says that
 * settings decide. Sales forms, purchase forms and payments alike; members: Intuit's reference pages
 * and its published v3 schema.
 */

/** A body as it is going to be written. */
export interface FormBody {
  /** QuickBooks' word for the object. */
  entity: string;
  body: Members;
  /** Id of the account a line of the item posts to; undefined where that is not known. */
  accountOf(itemId: string): string | undefined;
}

type Members = Readonly<Record<string, unknown>>;

/** Ids by what they decide, and texts by what they are; what is not said is not in them. */
export interface Coded {
  coding: ReadonlyMap<CodedPart, string>;
  contents: ReadonlyMap<ContentPart, string>;
}

export interface CodedForm extends Coded {
  /** Lines that are booked; discounts and subtotals are parts of the form. */
  lines: readonly Coded[];
}

const FORM_REFERENCES: Readonly<Record<string, CodedPart>> = {
  CustomerRef: 'customer',
  VendorRef: 'vendor',
  DepartmentRef: 'location',
  ClassRef: 'class',
  DepositToAccountRef: 'depositAccount',
  ARAccountRef: 'receivableAccount',
  APAccountRef: 'payableAccount',
  SalesTermRef: 'terms',
  PaymentMethodRef: 'paymentMethod',
};

const FORM_TEXTS: Readonly<Record<string, ContentPart>> = {
  DocNumber: 'number',
  PaymentRefNum: 'number',
  PrivateNote: 'memo',
  TxnDate: 'date',
  DueDate: 'dueDate',
  GlobalTaxCalculation: 'taxMode',
  TotalAmt: 'amount',
};

const LINE_REFERENCES: Readonly<Record<string, CodedPart>> = {
  ItemRef: 'item',
  AccountRef: 'account',
  TaxCodeRef: 'taxCode',
  ClassRef: 'class',
  CustomerRef: 'customerOrProject',
  ProjectRef: 'customerOrProject',
};

const LINE_TEXTS: Readonly<Record<string, ContentPart>> = {
  Qty: 'quantity',
  UnitPrice: 'unitPrice',
};

/** Lines that are parts of the form. */
const NOT_BOOKED: ReadonlySet<unknown> = new Set(['DiscountLineDetail', 'SubTotalLineDetail']);

export function codedForm({ entity, body, accountOf }: FormBody): CodedForm {
  const all = listAt(body, 'Line');
  const coding = new Map<CodedPart, string>([['form', entity]]);
  const contents = new Map<ContentPart, string>();
  takeReferences(coding, body, FORM_REFERENCES);
  takeTexts(contents, body, FORM_TEXTS);
  takeTax(coding, contents, objectAt(body, 'TxnTaxDetail'));
  take(contents, 'discount', amountOf(all.filter(isDiscount)));
  if (body['EmailStatus'] === 'NeedToSend') {
    take(contents, 'email', textAt(objectAt(body, 'BillEmail'), 'Address'));
  }
  const lines = all.filter((line) => !NOT_BOOKED.has(line['DetailType']));
  return { coding, contents, lines: lines.map((line) => codedLine(line, accountOf)) };
}

/** The detail of a line stands in a member that has its type's name. */
function codedLine(line: Members, accountOf: FormBody['accountOf']): Coded {
  const type = line['DetailType'];
  const detail = typeof type === 'string' ? objectAt(line, type) : {};
  const coding = new Map<CodedPart, string>();
  const contents = new Map<ContentPart, string>();
  takeReferences(coding, detail, LINE_REFERENCES);
  const item = coding.get('item');
  const account = item === undefined ? undefined : accountOf(item);
  if (account !== undefined) coding.set('account', account);
  take(contents, 'description', textAt(line, 'Description'));
  take(contents, 'amount', textAt(line, 'Amount'));
  takeTexts(contents, detail, LINE_TEXTS);
  const [linked] = listAt(line, 'LinkedTxn');
  if (linked !== undefined) {
    take(contents, 'appliedTo', `${textAt(linked, 'TxnType')} ${textAt(linked, 'TxnId')}`);
  }
  return { coding, contents };
}

function takeReferences(
  into: Map<CodedPart, string>,
  from: Members,
  parts: Readonly<Record<string, CodedPart>>,
): void {
  for (const [member, part] of Object.entries(parts)) {
    take(into, part, textAt(objectAt(from, member), 'value'));
  }
}

function takeTexts(
  into: Map<ContentPart, string>,
  from: Members,
  parts: Readonly<Record<string, ContentPart>>,
): void {
  for (const [member, part] of Object.entries(parts)) take(into, part, textAt(from, member));
}

function takeTax(
  coding: Map<CodedPart, string>,
  contents: Map<ContentPart, string>,
  tax: Members,
): void {
  take(coding, 'taxCode', textAt(objectAt(tax, 'TxnTaxCodeRef'), 'value'));
  take(contents, 'tax', textAt(tax, 'TotalTax') ?? amountOf(listAt(tax, 'TaxLine')));
}

function take<Part>(into: Map<Part, string>, part: Part, text: string | undefined): void {
  if (text !== undefined) into.set(part, text);
}

const isDiscount = (line: Members) => line['DetailType'] === 'DiscountLineDetail';

/** The sum of their amounts; undefined where there are none. */
function amountOf(lines: readonly Members[]): string | undefined {
  if (lines.length === 0) return undefined;
  return plainDecimal(sumOf(lines.map((line) => numberAt(line, 'Amount') ?? 0)));
}

const NOTHING: Members = {};

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(from: Members, member: string): Members {
  const value = from[member];
  return isMembers(value) ? value : NOTHING;
}

export function listAt(from: Members, member: string): readonly Members[] {
  const value = from[member];
  return Array.isArray(value) ? value.filter(isMembers) : [];
}

/** A text, or a number as its digits. */
export function textAt(from: Members, member: string): string | undefined {
  const value = from[member];
  if (typeof value === 'number') return plainDecimal(value);
  return typeof value === 'string' ? value : undefined;
}

export function numberAt(from: Members, member: string): number | undefined {
  const value = from[member];
  return typeof value === 'number' ? value : undefined;
}

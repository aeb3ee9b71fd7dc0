/**
 * Bills and purchases made from a purchase order. They state the link in their own `LinkedTxn` and,
 * line by line, with `TxnLineId`; the order then lists them and is closed by what it got.
 */

import type { Company } from '../../engine/company.js';
import type { Draft, Effect, Step } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import { cannotBeLinked } from '../../engine/service-fault.js';
import { touch } from '../../engine/write.js';
import {
  type JsonObject,
  numberOf,
  objectOf,
  objectsOf,
  refIdOf,
  sameJson,
  textOf,
} from '../../json.js';
import { entityOfTxnType, withoutLink } from '../transaction/links.js';
import { expenseDetailOf } from './expense-lines.js';

const ORDER = 'PurchaseOrder';

const isOrder = (link: JsonObject): boolean => textOf(link, 'TxnType') === ORDER;

/**
 * The header's links: orders as stated here and on the lines, and what others put there, which no
 * request takes away. Without any, the member is absent (recorded).
 */
export const orderLinks: Step = (draft) => {
  const { after, before, sent } = draft;
  const stored = objectsOf(before, 'LinkedTxn');
  const others = stored.filter((link) => !isOrder(link));
  for (const link of objectsOf(sent, 'LinkedTxn')) checkLink(draft, link, stored);
  const ids = new Set(objectsOf(after, 'LinkedTxn').filter(isOrder).map(idOf));
  for (const line of objectsOf(after, 'Line')) {
    for (const link of objectsOf(line, 'LinkedTxn')) {
      checkLink(draft, link, stored);
      if (isOrder(link)) ids.add(idOf(link));
    }
  }
  const orders = [...ids].map((TxnId) => ({ TxnId, TxnType: ORDER }));
  const links = [...orders, ...others];
  if (links.length > 0 || before?.['LinkedTxn'] !== undefined) after['LinkedTxn'] = links;
  else delete after['LinkedTxn'];
};

function idOf(link: JsonObject): string {
  return textOf(link, 'TxnId') ?? '';
}

/** Fault 620: what is linked must be an order of the same vendor, or a link QuickBooks made. */
function checkLink(draft: Draft, link: JsonObject, stored: readonly JsonObject[]): void {
  const { company, after, errors } = draft;
  if (stored.some((known) => idOf(known) === idOf(link))) return;
  const order = isOrder(link) ? company.find(ORDER, idOf(link)) : undefined;
  const lineId = textOf(link, 'TxnLineId');
  const lines = objectsOf(order, 'Line');
  const hasLine = lineId === undefined || lines.some((line) => textOf(line, 'Id') === lineId);
  const vendor = refIdOf(after, 'VendorRef') ?? refIdOf(after, 'EntityRef');
  if (order === undefined || !hasLine || refIdOf(order, 'VendorRef') !== vendor) {
    errors.push(cannotBeLinked(textOf(link, 'TxnType') ?? '', idOf(link)));
  }
}

/** The orders of a changed bill or purchase: they list it, and close or open again. */
export const ordersFollow: Effect = (company, before, after, nowMs) => {
  const linked = orderIds(after);
  for (const id of new Set([...orderIds(before), ...linked])) {
    const source = textOf(after ?? before, 'Id') ?? '';
    follow(company, id, { source, type: typeOf(after ?? before), linked: linked.has(id) }, nowMs);
  }
};

/** Recorded: a check is listed as `Purchase`. */
function typeOf(object: JsonObject | undefined): string {
  return object?.['PaymentType'] === undefined ? 'Bill' : 'Purchase';
}

function orderIds(object: JsonObject | undefined): Set<string> {
  return new Set(objectsOf(object, 'LinkedTxn').filter(isOrder).map(idOf));
}

/** Recorded: the order's SyncToken grows, and it is as new as the bill. */
function follow(
  company: Company,
  orderId: string,
  { source, type, linked }: { source: string; type: string; linked: boolean },
  nowMs: number,
): void {
  const definition = company.definitions.get(ORDER);
  const order = company.find(ORDER, orderId);
  if (definition === undefined || order === undefined) return;
  const others = withoutLink(objectsOf(order, 'LinkedTxn'), source);
  const links = linked ? [...others, { TxnId: source, TxnType: type }] : others;
  const forms = links.flatMap((link) => formOf(company, link));
  const Line = objectsOf(order, 'Line').map((line) => received(line, orderId, forms));
  const POStatus = isComplete(Line, orderId, forms) ? 'Closed' : 'Open';
  const members: JsonObject = { LinkedTxn: links, Line, POStatus };
  const changed = Object.keys(members).some((member) => !sameJson(order[member], members[member]));
  if (changed) touch(company, definition, orderId, members, { bump: true, nowMs });
}

function formOf(company: Company, link: JsonObject): JsonObject[] {
  const form = company.find(entityOfTxnType(textOf(link, 'TxnType') ?? ''), idOf(link));
  return form === undefined ? [] : [form];
}

/** A form that names no lines of the order stands for the whole of it (recorded). */
function isComplete(
  lines: readonly JsonObject[],
  orderId: string,
  forms: readonly JsonObject[],
): boolean {
  if (forms.length === 0) return false;
  const whole = forms.some((form) => linesFor(form, orderId).length === 0);
  return whole || lines.every((line) => isReceived(line, gotOf(line, orderId, forms)));
}

interface Got {
  quantity: number;
  cents: number;
}

/** What all forms together have of one line of the order. */
function gotOf(line: JsonObject, orderId: string, forms: readonly JsonObject[]): Got {
  const id = textOf(line, 'Id');
  const taking = forms.flatMap((form) => linesFor(form, orderId, id));
  return {
    quantity: taking.reduce((sum, each) => sum + (quantityOf(each) ?? 0), 0),
    cents: taking.reduce((sum, each) => sum + cents(numberOf(each, 'Amount') ?? 0), 0),
  };
}

function quantityOf(line: JsonObject): number | undefined {
  return numberOf(objectOf(line, 'ItemBasedExpenseLineDetail'), 'Qty');
}

function isReceived(line: JsonObject, got: Got): boolean {
  if (expenseDetailOf(line) === undefined) return true;
  const ordered = quantityOf(line);
  if (ordered !== undefined && got.quantity >= ordered) return true;
  return got.cents >= cents(numberOf(line, 'Amount') ?? 0);
}

/** `Received` appears with the first delivery: a quantity, or money where there is none. */
function received(line: JsonObject, orderId: string, forms: readonly JsonObject[]): JsonObject {
  const got = gotOf(line, orderId, forms);
  const nothing = got.quantity === 0 && got.cents === 0;
  if (nothing && line['Received'] === undefined) return line;
  const Received = quantityOf(line) === undefined ? amountOf(got.cents) : got.quantity;
  return { ...line, Received };
}

/** The lines of a form that take from the order, or from one line of it. */
function linesFor(form: JsonObject, orderId: string, lineId?: string): JsonObject[] {
  return objectsOf(form, 'Line').filter((line) =>
    objectsOf(line, 'LinkedTxn').some((link) => {
      const fits = lineId === undefined || textOf(link, 'TxnLineId') === lineId;
      return isOrder(link) && idOf(link) === orderId && fits;
    }),
  );
}

/** What a person does inside QuickBooks, behind the back of the connected apps. */

import type { Company } from '../engine/company.js';
import type { WriteOperation } from '../engine/definition.js';
import { merge } from '../engine/merge.js';
import { ServiceFault } from '../engine/service-fault.js';
import { touch } from '../engine/write.js';
import { DEFINITIONS, definitionByName } from '../entities/index.js';
import type { JsonObject } from '../json.js';
import { numberOf, refIdOf, textOf } from '../json.js';
import type { QuickBooks } from '../quickbooks.js';
import { writeAndLog } from '../service/operations.js';
import { ControlError, refusalOf } from './error.js';

export type Act =
  | { do: 'edit'; entity: string; id: string; changes: JsonObject }
  | { do: 'create'; entity: string; object: JsonObject }
  | { do: 'void' | 'delete'; entity: string; id: string }
  | { do: 'pay'; invoice: string; amount?: number; date?: string; account?: string }
  | { do: 'merge'; entity: string; from: string; into: string }
  | { do: 'close_books'; date: string | null; password?: boolean }
  | { do: 'disconnect'; clientId?: string }
  | { do: 'leave'; clientId?: string };

export interface ActResult {
  /** The object as it stands afterwards. */
  object?: JsonObject;
  /** Grants ended by `disconnect`, or of no use after `leave`. */
  ended?: number;
}

const PERSON = { clientId: null, requestid: null, bId: null };

/** @throws ControlError 400 with QuickBooks' own reason where it refuses the act */
export function actIn(quickbooks: QuickBooks, company: Company, act: Act): ActResult {
  switch (act.do) {
    case 'edit': {
      const body = { ...act.changes, Id: act.id, sparse: true };
      return { object: change(quickbooks, company, act.entity, 'update', body) };
    }
    case 'create':
      return { object: change(quickbooks, company, act.entity, 'create', act.object) };
    case 'void':
    case 'delete':
      return { object: change(quickbooks, company, act.entity, act.do, { Id: act.id }) };
    case 'pay':
      return { object: pay(quickbooks, company, act) };
    case 'merge':
      return { object: mergeNames(quickbooks, company, act) };
    case 'close_books':
      return { object: closeBooks(quickbooks, company, act) };
    case 'disconnect':
      return { ended: disconnect(quickbooks, company.realmId, act.clientId) };
    case 'leave': {
      const left = quickbooks.grants.leave(company.realmId, act.clientId);
      quickbooks.noteChange();
      return { ended: left.length };
    }
  }
}

function change(
  quickbooks: QuickBooks,
  company: Company,
  entity: string,
  operation: WriteOperation,
  body: JsonObject,
): JsonObject {
  const definition = definitionByName(entity);
  if (definition === undefined) throw new ControlError(400, `No entity ${entity}`);
  const stored = company.find(definition.name, textOf(body, 'Id'));
  const current = stored === undefined ? body : { ...body, SyncToken: stored['SyncToken'] };
  const options = { allowDuplicateNumber: false };
  const nowMs = quickbooks.nowMs();
  const request = { company, definition, operation, body: current, options, nowMs };
  try {
    return writeAndLog(quickbooks, request, PERSON);
  } catch (error) {
    if (error instanceof ServiceFault) throw refusalOf(error);
    throw error;
  }
}

/** Receives a payment for an invoice: what is open of it, unless an amount is given. */
function pay(
  quickbooks: QuickBooks,
  company: Company,
  { invoice, amount, date, account }: Extract<Act, { do: 'pay' }>,
): JsonObject {
  const stored = company.find('Invoice', invoice);
  if (stored === undefined) throw new ControlError(400, `No Invoice ${invoice}`);
  const paid = amount ?? numberOf(stored, 'Balance') ?? 0;
  if (paid <= 0) throw new ControlError(400, `Nothing to pay of Invoice ${invoice}`);
  return change(quickbooks, company, 'Payment', 'create', {
    CustomerRef: { value: refIdOf(stored, 'CustomerRef') },
    CurrencyRef: stored['CurrencyRef'],
    TotalAmt: paid,
    Line: [{ Amount: paid, LinkedTxn: [{ TxnId: invoice, TxnType: 'Invoice' }] }],
    ...(date === undefined ? {} : { TxnDate: date }),
    ...(account === undefined ? {} : { DepositToAccountRef: { value: account } }),
  });
}

/** Answers the object that stays. */
function mergeNames(
  quickbooks: QuickBooks,
  company: Company,
  { entity, from, into }: Extract<Act, { do: 'merge' }>,
): JsonObject {
  const definition = definitionByName(entity);
  if (definition === undefined) throw new ControlError(400, `No entity ${entity}`);
  try {
    const object = merge(company, { entity: definition.name, from, into }, quickbooks.nowMs());
    quickbooks.noteChange();
    return object;
  } catch (error) {
    if (error instanceof RangeError) throw new ControlError(400, error.message);
    throw error;
  }
}

/** Ends the grants, and sends the person's browser to the page of each app that lost one. */
function disconnect(quickbooks: QuickBooks, realmId: string, clientId?: string): number {
  const ended = quickbooks.grants.disconnect(realmId, clientId);
  for (const app of new Set(ended.map((grant) => grant.clientId))) {
    quickbooks.apps.disconnected(app, realmId);
  }
  quickbooks.noteChange();
  return ended.length;
}

/** Sets the closing date, or opens the books again with a null date. */
function closeBooks(
  quickbooks: QuickBooks,
  company: Company,
  { date, password }: { date: string | null; password?: boolean },
): JsonObject {
  const definition = DEFINITIONS.get('Preferences');
  if (definition === undefined) throw new ControlError(500, 'Preferences are not known');
  company.facts.closedWithPassword = password ?? true;
  const { BookCloseDate: _, ...rest } = company.preference('AccountingInfoPrefs') ?? {};
  const AccountingInfoPrefs = date === null ? rest : { ...rest, BookCloseDate: date };
  const nowMs = quickbooks.nowMs();
  touch(company, definition, '1', { AccountingInfoPrefs }, { bump: true, nowMs });
  quickbooks.noteChange();
  return company.find('Preferences', '1') ?? {};
}

/**
 * Links between transactions. One side states them (a payment's lines name invoices), the other
 * side shows them: its open amount falls, its `LinkedTxn` lists the payment and its SyncToken
 * grows (recorded for payment and invoice, bill and purchase order).
 */

import type { Company } from '../../engine/company.js';
import type { Effect } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, numberOf, objectsOf, textOf } from '../../json.js';

/** What one transaction applies to another. */
export interface Application {
  entity: string;
  id: string;
  cents: number;
}

/** Entities by the word `TxnType` has for them. */
const ENTITY_OF: Readonly<Record<string, string>> = {
  BillPaymentCheck: 'BillPayment',
  BillPaymentCreditCard: 'BillPayment',
  Check: 'Purchase',
  CreditCardCredit: 'Purchase',
  Expense: 'Purchase',
  ReceivePayment: 'Payment',
};

export function entityOfTxnType(txnType: string): string {
  return ENTITY_OF[txnType] ?? txnType;
}

/** The links of an object's lines, each with the amount of its line. */
export function applicationsOf(object: JsonObject | undefined): Application[] {
  return objectsOf(object, 'Line').flatMap((line) => {
    const [link] = objectsOf(line, 'LinkedTxn');
    const id = textOf(link, 'TxnId');
    if (id === undefined) return [];
    const entity = entityOfTxnType(textOf(link, 'TxnType') ?? '');
    return [{ entity, id, cents: cents(numberOf(line, 'Amount') ?? 0) }];
  });
}

interface Settling {
  /** How the settled side names this one in its `LinkedTxn`: `Payment`, `BillPaymentCheck`. */
  txnType: (object: JsonObject) => string;
  /** Members of the settled entity that fall by what is applied, such as `Balance`. */
  open: Readonly<Record<string, readonly string[]>>;
}

/** The effect that carries applications over to what they settle. */
export function settles({ txnType, open }: Settling): Effect {
  return (company, before, after, nowMs) => {
    const changes = new Map<string, Application & { linked: boolean }>();
    const note = (each: Application, sign: 1 | -1, linked: boolean) => {
      const key = `${each.entity}:${each.id}`;
      const sum = (changes.get(key)?.cents ?? 0) + sign * each.cents;
      changes.set(key, { ...each, cents: sum, linked });
    };
    const was = applicationsOf(before);
    for (const each of was) note(each, -1, false);
    for (const each of applicationsOf(after)) note(each, 1, true);
    const source = after ?? before;
    if (source === undefined) return;
    const link = { TxnId: textOf(source, 'Id') ?? '', TxnType: txnType(source) };
    for (const change of changes.values()) {
      settleOne(company, change, link, open[change.entity] ?? [], nowMs);
    }
  };
}

function settleOne(
  company: Company,
  { entity, id, cents: applied, linked }: Application & { linked: boolean },
  link: { TxnId: string; TxnType: string },
  openMembers: readonly string[],
  nowMs: number,
): void {
  const definition = company.definitions.get(entity);
  const stored = company.find(entity, id);
  if (definition === undefined || stored === undefined) return;
  const links = objectsOf(stored, 'LinkedTxn');
  const others = links.filter((each) => textOf(each, 'TxnId') !== link.TxnId);
  const wasLinked = others.length < links.length;
  if (applied === 0 && wasLinked === linked) return;
  const members: JsonObject = { LinkedTxn: linked ? [...others, { ...link }] : others };
  for (const member of openMembers) {
    members[member] = amountOf(cents(numberOf(stored, member) ?? 0) - applied);
  }
  touch(company, definition, id, members, { bump: true, nowMs });
}

/**
 * Links between transactions. One side states them (a payment's lines name invoices), the other
 * side shows them: its open amount falls, its `LinkedTxn` lists the payment and its SyncToken
 * grows (recorded for payment and invoice, bill and purchase order).
 */

import type { Company } from '../../engine/company.js';
import type { Effect, Step } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import { transactionDeposited } from '../../engine/service-fault.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, numberOf, objectsOf, textOf } from '../../json.js';
import { homeBalance } from './currency.js';

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
  return Object.hasOwn(ENTITY_OF, txnType) ? (ENTITY_OF[txnType] ?? txnType) : txnType;
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

/** What is applied to each transaction in all, by its entity and id. */
export function appliedToEach(applications: readonly Application[]): Map<string, Application> {
  const sums = new Map<string, Application>();
  for (const each of applications) {
    const key = `${each.entity}:${each.id}`;
    sums.set(key, { ...each, cents: each.cents + (sums.get(key)?.cents ?? 0) });
  }
  return sums;
}

export interface Settling {
  /** How the settled side names this one in its `LinkedTxn`: `Payment`, `BillPaymentCheck`. */
  txnType: (object: JsonObject) => string;
  /** Members of the settled entity that fall by what is applied, such as `Balance`. */
  open: Readonly<Record<string, readonly string[]>>;
  /** Entities whose `LinkedTxn` does not show the link (recorded for credit memos). */
  unlisted?: readonly string[];
  /**
   * The settled side keeps its SyncToken and its LastUpdatedTime, and lists nothing where there is
   * nothing to list (recorded for a payment in a deposit).
   */
  silent?: boolean;
}

/** The effect that carries applications over to what they settle. */
export function settles(settling: Settling): Effect {
  return (company, before, after, nowMs) => {
    settle(settling, company, { before, after }, nowMs);
  };
}

/** @param except a transaction that keeps its own side of the link in step itself */
export function settle(
  settling: Settling,
  company: Company,
  { before, after }: { before: JsonObject | undefined; after: JsonObject | undefined },
  nowMs: number,
  except?: { entity: string; id: string },
): void {
  const source = after ?? before;
  if (source === undefined) return;
  const link = { TxnId: textOf(source, 'Id') ?? '', TxnType: settling.txnType(source) };
  for (const change of differences(before, after)) {
    if (change.entity === except?.entity && change.id === except.id) continue;
    settleOne(settling, company, change, link, nowMs);
  }
}

interface Difference extends Application {
  /** Whether the link is there afterwards. */
  linked: boolean;
}

function differences(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): Iterable<Difference> {
  const changes = new Map<string, Difference>();
  const note = (each: Application, sign: 1 | -1, linked: boolean) => {
    const key = `${each.entity}:${each.id}`;
    const sum = (changes.get(key)?.cents ?? 0) + sign * each.cents;
    changes.set(key, { ...each, cents: sum, linked });
  };
  for (const each of applicationsOf(before)) note(each, -1, false);
  for (const each of applicationsOf(after)) note(each, 1, true);
  return changes.values();
}

interface Link {
  TxnId: string;
  TxnType: string;
}

function settleOne(
  { open, unlisted = [], silent = false }: Settling,
  company: Company,
  { entity, id, cents: applied, linked }: Difference,
  link: Link,
  nowMs: number,
): void {
  const definition = company.definitions.get(entity);
  const stored = company.find(entity, id);
  if (definition === undefined || stored === undefined) return;
  const members: JsonObject = {};
  const listed = !unlisted.includes(entity);
  const links = objectsOf(stored, 'LinkedTxn');
  const wasLinked = listed && links.some((each) => textOf(each, 'TxnId') === link.TxnId);
  if (applied === 0 && (!listed || wasLinked === linked)) return;
  if (listed && wasLinked !== linked) {
    const now = linked ? withLink(links, link) : withoutLink(links, link.TxnId);
    members['LinkedTxn'] = silent && now.length === 0 ? undefined : now;
  }
  for (const member of open[entity] ?? []) {
    members[member] = amountOf(cents(numberOf(stored, member) ?? 0) - applied);
  }
  // Nothing of a paid journal entry shows that it is paid, so its token stands.
  if (Object.keys(members).length === 0) return;
  const balance = numberOf(members, 'Balance');
  if (balance !== undefined) Object.assign(members, homeBalance(company, stored, balance));
  if (silent) company.store(definition, { ...stored, ...members });
  else touch(company, definition, id, members, { bump: true, nowMs });
}

/** Recorded: of several payments the newest comes first, behind what the form itself came from. */
function withLink(links: readonly JsonObject[], link: Link): JsonObject[] {
  const same = links.findIndex((each) => textOf(each, 'TxnType') === link.TxnType);
  const at = same < 0 ? links.length : same;
  return [...links.slice(0, at), { ...link }, ...links.slice(at)];
}

export function withoutLink(links: readonly JsonObject[], id: string): JsonObject[] {
  return links.filter((each) => textOf(each, 'TxnId') !== id);
}

/** Whether a deposit holds the money of this payment or sales receipt. */
export function isDeposited(object: JsonObject | undefined): boolean {
  return objectsOf(object, 'LinkedTxn').some((link) => textOf(link, 'TxnType') === 'Deposit');
}

/** Fault 6540: what lies in a deposit is changed and deleted there only. */
export const depositedStays: Step = ({ before, errors }) => {
  if (isDeposited(before)) errors.push(transactionDeposited());
};

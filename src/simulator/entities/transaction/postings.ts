/** What transactions do to the books: balances of accounts, customers and vendors. */

import type { Company } from '../../engine/company.js';
import type { Effect } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
import type { Moves } from '../../engine/posted.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, numberOf, refIdOf, textOf } from '../../json.js';

/** One side of an entry. All postings of a transaction add up to zero. */
export interface Posting {
  /** Without one, nothing is posted: a company may lack the account. */
  accountId: string | undefined;
  /** Debits count up, credits down. In the company's own currency. */
  cents: number;
  /** The customer or vendor whose open balance the posting is part of (receivable, payable). */
  name?: { entity: 'Customer' | 'Vendor'; id: string | undefined };
}

export type PostingsOf = (company: Company, object: JsonObject) => readonly Posting[];

/**
 * The effect that keeps balances in step with a transaction: what it posted before is taken back,
 * what it posts now is added. SyncTokens do not move, LastUpdatedTime does (recorded for
 * customers, vendors and accounts).
 *
 * @param entity whose transactions these are
 */
export function posts(entity: string, postingsOf: PostingsOf): Effect {
  return (company, before, after, nowMs) => {
    const id = textOf(after ?? before, 'Id') ?? '';
    const derived = (object: JsonObject | undefined): Moves =>
      object === undefined ? {} : movesOf(company, postingsOf(company, object));
    const was = company.posted.of(entity, id) ?? derived(before);
    const is = derived(after);
    company.posted.note(entity, id, after === undefined ? undefined : is);
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
      apply(company, key, (is[key] ?? 0) - (was[key] ?? 0), nowMs);
    }
  };
}

/** Accounts of income and cost show no balance (recorded); the others show debits less credits. */
const WITH_BALANCE: ReadonlySet<string | undefined> = new Set(['Asset', 'Liability', 'Equity']);

function movesOf(company: Company, postings: readonly Posting[]): Moves {
  const moves: Record<string, number> = {};
  const add = (entity: string, id: string | undefined, change: number) => {
    if (change === 0 || company.find(entity, id) === undefined) return;
    const key = `${entity}:${id}`;
    moves[key] = (moves[key] ?? 0) + change;
  };
  for (const { accountId, cents: change, name } of postings) {
    const classification = textOf(company.find('Account', accountId), 'Classification');
    if (WITH_BALANCE.has(classification)) add('Account', accountId, change);
    // A vendor's balance is what the company owes, so credits count up there.
    if (name !== undefined) add(name.entity, name.id, name.entity === 'Vendor' ? -change : change);
  }
  return moves;
}

function apply(company: Company, key: string, change: number, nowMs: number): void {
  if (change === 0) return;
  const colon = key.indexOf(':');
  const id = key.slice(colon + 1);
  switch (key.slice(0, colon)) {
    case 'Account':
      moveAccount(company, id, change, nowMs);
      break;
    case 'Customer':
      moveCustomer(company, id, change, nowMs);
      break;
    default:
      move(company, 'Vendor', id, ['Balance'], change, nowMs);
  }
}

function moveAccount(company: Company, id: string, change: number, nowMs: number): void {
  move(company, 'Account', id, ['CurrentBalance', 'CurrentBalanceWithSubAccounts'], change, nowMs);
  forEachAbove(company, 'Account', id, (above) =>
    move(company, 'Account', above, ['CurrentBalanceWithSubAccounts'], change, nowMs),
  );
}

function moveCustomer(company: Company, id: string, change: number, nowMs: number): void {
  move(company, 'Customer', id, ['Balance', 'BalanceWithJobs'], change, nowMs);
  forEachAbove(company, 'Customer', id, (above) =>
    move(company, 'Customer', above, ['BalanceWithJobs'], change, nowMs),
  );
}

/**
 * What moves below another customer or account takes its balance along.
 *
 * @param total the member that holds the balance of all below together
 */
export function totalsFollow(entity: string, total: string): Effect {
  const moveTotal = (company: Company, id: string | undefined, change: number, nowMs: number) => {
    if (id === undefined) return;
    move(company, entity, id, [total], change, nowMs);
    forEachAbove(company, entity, id, (above) =>
      move(company, entity, above, [total], change, nowMs),
    );
  };
  return (company, before, after, nowMs) => {
    const [was, is] = [refIdOf(before, 'ParentRef'), refIdOf(after, 'ParentRef')];
    const held = cents(numberOf(after, total) ?? 0);
    if (before === undefined || was === is || held === 0) return;
    moveTotal(company, was, -held, nowMs);
    moveTotal(company, is, held, nowMs);
  };
}

function move(
  company: Company,
  entity: string,
  id: string,
  members: readonly string[],
  change: number,
  nowMs: number,
): void {
  const definition = company.definitions.get(entity);
  const stored = company.find(entity, id);
  if (definition === undefined || stored === undefined) return;
  const moved = members.map((member) => [
    member,
    amountOf(cents(numberOf(stored, member) ?? 0) + change),
  ]);
  touch(company, definition, id, Object.fromEntries(moved), { bump: false, nowMs });
}

function forEachAbove(
  company: Company,
  entity: string,
  id: string,
  visit: (id: string) => void,
): void {
  const seen = new Set([id]);
  let above = refIdOf(company.find(entity, id), 'ParentRef');
  while (above !== undefined && !seen.has(above)) {
    seen.add(above);
    visit(above);
    above = refIdOf(company.find(entity, above), 'ParentRef');
  }
}

/** The first account of a type, of that currency if there is one: where none is named. */
export function accountOfType(
  company: Company,
  type: string,
  currency = company.currency.value,
): string | undefined {
  const found = company.collection('Account').withKey('AccountType', type.toLowerCase()) ?? [];
  const active = [...found].filter((id) => company.find('Account', id)?.['Active'] !== false);
  const own = active.find((id) => refIdOf(company.find('Account', id), 'CurrencyRef') === currency);
  return own ?? active[0];
}

/** The first account of a detail type, such as `UndepositedFunds` or `SalesOfProductIncome`. */
export function accountOfSubType(company: Company, subType: string): string | undefined {
  const found = company.collection('Account').withKey('AccountSubType', subType.toLowerCase());
  for (const id of found ?? []) {
    if (company.find('Account', id)?.['Active'] !== false) return id;
  }
  return undefined;
}

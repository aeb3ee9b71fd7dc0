/** What transactions do to the books: balances of accounts, customers and vendors. */

import type { Company } from '../../engine/company.js';
import type { Effect } from '../../engine/definition.js';
import { amountOf, cents } from '../../engine/money.js';
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
 */
export function posts(postingsOf: PostingsOf): Effect {
  return (company, before, after, nowMs) => {
    const moves = new Moves();
    if (before !== undefined) for (const each of postingsOf(company, before)) moves.add(each, -1);
    if (after !== undefined) for (const each of postingsOf(company, after)) moves.add(each, 1);
    for (const [id, change] of moves.accounts) moveAccount(company, id, change, nowMs);
    for (const [id, change] of moves.customers) moveCustomer(company, id, change, nowMs);
    for (const [id, change] of moves.vendors) moveVendor(company, id, change, nowMs);
  };
}

class Moves {
  readonly accounts = new Map<string, number>();
  readonly customers = new Map<string, number>();
  readonly vendors = new Map<string, number>();

  add({ accountId, cents: change, name }: Posting, sign: 1 | -1): void {
    sumUp(this.accounts, accountId, sign * change);
    if (name?.entity === 'Customer') sumUp(this.customers, name.id, sign * change);
    // A vendor's balance is what the company owes, so credits count up there.
    if (name?.entity === 'Vendor') sumUp(this.vendors, name.id, -sign * change);
  }
}

function sumUp(sums: Map<string, number>, id: string | undefined, change: number): void {
  if (id !== undefined) sums.set(id, (sums.get(id) ?? 0) + change);
}

/** Accounts of income and cost show no balance (recorded); the others show debits less credits. */
const WITH_BALANCE: ReadonlySet<string | undefined> = new Set(['Asset', 'Liability', 'Equity']);

function moveAccount(company: Company, id: string, change: number, nowMs: number): void {
  const account = company.find('Account', id);
  if (change === 0 || !WITH_BALANCE.has(textOf(account, 'Classification'))) return;
  move(company, 'Account', id, ['CurrentBalance', 'CurrentBalanceWithSubAccounts'], change, nowMs);
  forEachAbove(company, 'Account', id, (above) =>
    move(company, 'Account', above, ['CurrentBalanceWithSubAccounts'], change, nowMs),
  );
}

function moveCustomer(company: Company, id: string, change: number, nowMs: number): void {
  if (change === 0) return;
  move(company, 'Customer', id, ['Balance', 'BalanceWithJobs'], change, nowMs);
  forEachAbove(company, 'Customer', id, (above) =>
    move(company, 'Customer', above, ['BalanceWithJobs'], change, nowMs),
  );
}

/** Adds to what a customer and those above owe together, without the customer's own balance. */
export function moveWithJobs(
  company: Company,
  id: string | undefined,
  change: number,
  nowMs: number,
): void {
  if (id === undefined) return;
  move(company, 'Customer', id, ['BalanceWithJobs'], change, nowMs);
  forEachAbove(company, 'Customer', id, (above) =>
    move(company, 'Customer', above, ['BalanceWithJobs'], change, nowMs),
  );
}

function moveVendor(company: Company, id: string, change: number, nowMs: number): void {
  if (change !== 0) move(company, 'Vendor', id, ['Balance'], change, nowMs);
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

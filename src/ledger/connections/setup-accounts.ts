import type { Reference } from '../../contract/reference.js';
import type { Settings } from '../../contract/settings.js';
import type { AnySql } from '../database/open.js';

/** Accounts that settings name, held against QuickBooks' accounts as they were read last. */

type Accounts = Settings['accounts'];
export type AccountName = keyof Accounts;

/** QuickBooks' account types that fit a setting (`Account.AccountType` of Intuit's reference). */
export const TYPES_BY_ACCOUNT = {
  income: ['Income', 'Other Income'],
  expense: ['Expense', 'Cost of Goods Sold', 'Other Expense'],
  payable: ['Accounts Payable'],
  receivable: ['Accounts Receivable'],
  // Undeposited funds, where QuickBooks puts money by itself, are such a current asset.
  deposit: ['Bank', 'Other Current Asset'],
} as const satisfies Record<AccountName, readonly string[]>;

const ACCOUNT_NAMES = Object.keys(TYPES_BY_ACCOUNT) as AccountName[];

/**
 * Which of the accounts are not one active account of a fitting type. None before the account list
 * was read once: there is nothing to compare with, and the sending of the first document finds out.
 */
export async function unfitAccounts(
  sql: AnySql,
  companyId: string,
  accounts: Accounts,
): Promise<AccountName[]> {
  const named = ACCOUNT_NAMES.filter((name) => accounts[name] !== undefined);
  if (named.length === 0) return [];
  const [list] = await sql`
    select 1 as one from record_lists
    where company_id = ${companyId} and type = 'account' and refreshed_at is not null`;
  if (list === undefined) return [];
  const unfit: AccountName[] = [];
  for (const name of named) {
    const found = await activeAccountTypes(sql, companyId, accounts[name] ?? {});
    const types: readonly string[] = TYPES_BY_ACCOUNT[name];
    if (found.length !== 1 || !types.includes(found[0] ?? '')) unfit.push(name);
  }
  return unfit;
}

/** Types of the active accounts a reference points to; recordId goes before number before name. */
async function activeAccountTypes(
  sql: AnySql,
  companyId: string,
  { recordId, number, name }: Reference,
): Promise<string[]> {
  const match =
    recordId !== undefined
      ? sql`quickbooks_id = ${recordId}`
      : number !== undefined
        ? sql`number = ${number}`
        : sql`lower(name) = lower(${name?.trim() ?? ''})`;
  const rows = await sql<{ accountType: string | null }[]>`
    select facts->>'accountType' as account_type from records
    where company_id = ${companyId} and type = 'account' and active and ${match} limit 2`;
  return rows.map(({ accountType }) => accountType ?? '');
}

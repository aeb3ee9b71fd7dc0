import { z } from 'zod';

/** What the settings may ask for before anything is sent: `lists` is the first download. */
export const SETUP_PARTS = [
  'accounts.income',
  'accounts.expense',
  'accounts.payable',
  'accounts.deposit',
  'accounts.receivable',
  'lists',
] as const;
export const setupPart = z.enum(SETUP_PARTS);
export type SetupPart = z.infer<typeof setupPart>;

/** Names of the accounts a setup may ask for, as they stand in the settings. */
export type SetupAccount = SetupPart extends infer Part
  ? Part extends `accounts.${infer Name}`
    ? Name
    : never
  : never;

/** The account a part asks for; undefined where it asks for something else. */
export function accountOf(part: SetupPart): SetupAccount | undefined {
  return part === 'lists' ? undefined : (part.slice('accounts.'.length) as SetupAccount);
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ['accounts.income', 'the income account'],
  ['accounts.expense', 'the expense account'],
  ['accounts.payable', 'the credit account (accounts payable)'],
  ['accounts.deposit', 'the account for money received'],
  ['accounts.receivable', 'the accounts receivable account'],
  ['lists', 'the lists of QuickBooks, which were not read yet'],
  ['connection', 'a connection to QuickBooks'],
]);

/** What is missing as people read it; what is no part of the setup is told as it is. */
export function setupWords(missing: string): string {
  return WORDS.get(missing) ?? missing;
}

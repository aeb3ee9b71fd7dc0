/**
 * What the profiles promise, statement by statement: `P` export-on-click, `A` auto-invoices, `C` crm.
 * A test of this folder begins with the number of the statement it shows.
 */

/** Where a statement is shown. */
export type Side =
  /** On the way to QuickBooks, through HTTP: a test of this folder. */
  | 'to_quickbooks'
  /** It speaks of what comes back from QuickBooks. */
  | 'back'
  /** It speaks of a page or a button and nothing else. */
  | 'page';

interface Statements {
  profile: string;
  /** How many there are; each has a side. */
  count: number;
  /** Numbers that are not on the way to QuickBooks. */
  elsewhere: Readonly<Record<number, Exclude<Side, 'to_quickbooks'>>>;
}

export const STATEMENTS: Readonly<Record<string, Statements>> = {
  P: {
    profile: 'export-on-click',
    count: 19,
    elsewhere: { 4: 'page', 5: 'page', 9: 'back' },
  },
  A: {
    profile: 'auto-invoices',
    count: 19,
    elsewhere: { 2: 'page', 3: 'page', 7: 'back', 8: 'back' },
  },
  C: {
    profile: 'crm',
    count: 36,
    elsewhere: {
      21: 'back',
      22: 'back',
      23: 'back',
      24: 'back',
      25: 'back',
      26: 'back',
      27: 'back',
      28: 'back',
      29: 'page',
      30: 'page',
    },
  },
};

/** Numbers of all statements that are shown in this folder, as `P12`. */
export function statementsToShow(): string[] {
  return Object.entries(STATEMENTS).flatMap(([letter, { count, elsewhere }]) =>
    Array.from({ length: count }, (_, index) => index + 1)
      .filter((number) => !(number in elsewhere))
      .map((number) => `${letter}${number}`),
  );
}

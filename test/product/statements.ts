/**
 * What the profiles promise, statement by statement: `P` export-on-click, `A` auto-invoices, `W`
 * device-resale, `C` crm, `T` supplier-invoices.
 * A test of this folder begins with the number of the statement it shows.
 */

/** Where a statement is shown. */
export type Side =
  /** Through HTTP: a test of this folder. */
  | 'http'
  /** It speaks of a page or a button and nothing else. */
  | 'page'
  /** It speaks of the app itself, before anything reaches the sync. */
  | 'app';

interface Statements {
  profile: string;
  /** How many there are; each has a side. */
  count: number;
  /** Numbers that are not shown in this folder. */
  elsewhere: Readonly<Record<number, Exclude<Side, 'http'>>>;
}

export const STATEMENTS: Readonly<Record<string, Statements>> = {
  P: {
    profile: 'export-on-click',
    count: 19,
    elsewhere: { 4: 'page', 5: 'page' },
  },
  A: {
    profile: 'auto-invoices',
    count: 19,
    elsewhere: { 2: 'page', 3: 'page' },
  },
  W: {
    profile: 'device-resale',
    count: 17,
    elsewhere: {},
  },
  C: {
    profile: 'crm',
    count: 36,
    elsewhere: {
      29: 'page',
      30: 'page',
    },
  },
  T: {
    profile: 'supplier-invoices',
    count: 23,
    elsewhere: { 2: 'app', 12: 'page', 14: 'page' },
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

import { BOTH, REDIS, type Row } from './row.js';

/** The way back, and what starts by the clock. */
export const CHANGES_ROWS: readonly Row[] = [
  {
    number: 'F30',
    fault: 'clocks change under a nightly schedule',
    where: 'schedule',
    on: REDIS,
    expected: 'one run per local date',
  },
  {
    number: 'F34',
    fault: 'change data of 1,000 objects, a kill over it; a gap of 31 days',
    where: 'read',
    on: BOTH,
    expected: 'asked alone, then page by page; what is gone is looked for; nothing is told twice',
  },
];

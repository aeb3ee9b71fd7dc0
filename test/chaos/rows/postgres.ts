import { BOTH, type Row } from './row.js';

/** The database. */
export const POSTGRES_ROWS: readonly Row[] = [
  {
    number: 'F40',
    fault: 'Postgres restarts, fast and at once; every session is ended',
    where: 'Postgres',
    on: BOTH,
    expected: '503 with Retry-After meanwhile; everything heals',
  },
  {
    number: 'F41',
    fault: 'Postgres stands still; a slow statement; a lock',
    where: 'Postgres',
    on: BOTH,
    expected: 'time-outs, no request longer than its bound',
  },
  {
    number: 'F42',
    fault: 'no connection is left',
    where: 'Postgres',
    on: BOTH,
    expected: 'refused with 503, no deadlock',
  },
  {
    number: 'F43',
    fault: 'serialization failures and one key stated at once',
    where: 'Postgres',
    on: BOTH,
    expected: 'tried again inside, one winner',
  },
];

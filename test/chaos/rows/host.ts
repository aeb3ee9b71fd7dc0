import { BOTH, REDIS, type Row } from './row.js';

/** The machine, its clock, its space, its secrets. */
export const HOST_ROWS: readonly Row[] = [
  {
    number: 'F29',
    fault: 'clocks of workers are 10 minutes off, one steps back an hour',
    where: 'host',
    on: BOTH,
    expected: 'leases go by the database; no storm of refreshes',
  },
  {
    number: 'F44',
    fault: 'no space is left for Postgres or for the log',
    where: 'host',
    on: BOTH,
    expected: 'refused with 503, no half rows; lines of the log are dropped, work goes on',
  },
  {
    number: 'F50',
    fault: 'an encryption key is missing, or a rotation is half-way',
    where: 'all',
    on: REDIS,
    expected: 'refuses to start; both keys work',
  },
];

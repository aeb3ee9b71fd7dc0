import { REDIS, type Row } from './row.js';

/** The store of the queue, and what waits in it. */
export const QUEUE_ROWS: readonly Row[] = [
  {
    number: 'F35',
    fault: 'FLUSHALL in the middle; ids of the store start anew',
    where: 'Redis',
    on: REDIS,
    expected: 'the sweep rebuilds the queue',
    later: 'not written yet',
  },
  {
    number: 'F36',
    fault: 'Redis comes back empty, after a short and a long outage',
    where: 'Redis',
    on: REDIS,
    expected: 'workers go on by themselves',
    later: 'not written yet',
  },
  {
    number: 'F37',
    fault: 'Redis stands still, or hears and does not answer',
    where: 'Redis',
    on: REDIS,
    expected: 'the API answers from Postgres; adding gives up in time',
    later: 'not written yet',
  },
  {
    number: 'F38',
    fault: 'Redis is full, or may evict',
    where: 'Redis',
    on: REDIS,
    expected: 'no flood of log lines; refuses to start, or recovers',
    later: 'not written yet',
  },
  {
    number: 'F39',
    fault: 'Redis is read-only after a failover',
    where: 'Redis',
    on: REDIS,
    expected: 'lost wake-ups are added again',
    later: 'not written yet',
  },
  {
    number: 'F48',
    fault: 'one company with a large backlog, another with ten documents',
    where: 'all',
    on: REDIS,
    expected: 'the small one is not delayed',
    later: 'not written yet',
  },
];

import { BOTH, REDIS, type Row } from './row.js';

/** The store of the queue, and what waits in it. */
export const QUEUE_ROWS: readonly Row[] = [
  {
    number: 'F35',
    fault: 'the queue is emptied in the middle: FLUSHALL, or its schema dropped; ids start anew',
    where: 'queue',
    on: BOTH,
    expected: 'the sweep rebuilds the queue',
  },
  {
    number: 'F36',
    fault: 'Redis comes back empty, after a short and a long outage',
    where: 'Redis',
    on: REDIS,
    only: 'Postgres keeps what it has committed; its restarts are F40',
    expected: 'workers go on by themselves',
  },
  {
    number: 'F37',
    fault: 'Redis stands still, or hears and does not answer',
    where: 'Redis',
    on: REDIS,
    only: 'the ledger stands still with it: F41',
    expected:
      'the API answers from Postgres, adding gives up in time; a worker that gets nothing ends',
  },
  {
    number: 'F38',
    fault: 'Redis is full, or may evict',
    where: 'Redis',
    on: REDIS,
    only: 'a full disk is F44; Postgres drops nothing',
    expected:
      'few log lines, /readyz says degraded, goes on by itself; no worker starts on one that may evict',
  },
  {
    number: 'F39',
    fault: 'Redis is read-only after a failover, and holds what was true a while ago',
    where: 'Redis',
    on: REDIS,
    only: 'the ledger would be read-only with it, and nothing accepted',
    expected: 'lost wake-ups are added again',
  },
  {
    number: 'F48',
    fault: 'one company with a long backlog, others with a document each; a kill, a lost queue',
    where: 'all',
    on: BOTH,
    expected: 'the small ones go before the backlog',
  },
];

import { BOTH, REDIS, type Row } from './row.js';

/** Workers that die, stop or stand still. */
export const WORKER_ROWS: readonly Row[] = [
  {
    number: 'F1',
    fault: 'kill -9 of the worker before the request leaves',
    where: 'worker',
    on: BOTH,
    expected: 'the lease lapses, another worker sends it once',
  },
  {
    number: 'F2',
    fault: 'kill -9 after QuickBooks’ commit, before the answer is stored',
    where: 'worker',
    on: BOTH,
    expected: 'the same requestid is replayed and answered as the first time',
  },
  {
    number: 'F3',
    fault: 'kill -9 after the answer, before our commit',
    where: 'worker',
    on: BOTH,
    expected: 'the stored answer is settled without a call',
  },
  {
    number: 'F4',
    fault: 'kill -9 after our commit, before the job is acknowledged',
    where: 'worker',
    on: BOTH,
    expected: 'the wake-up that comes again finds nothing to do',
  },
  {
    number: 'F5',
    fault: 'kill -9 again and again by the same document',
    where: 'worker',
    on: BOTH,
    expected: 'given to a person after three kills; others of its company go on',
  },
  {
    number: 'F6',
    fault: 'SIGTERM with jobs in flight',
    where: 'worker',
    on: BOTH,
    expected: 'nothing new is taken, what is in flight ends, exit code 0',
  },
  {
    number: 'F7',
    fault: 'SIGTERM, and a call that outlasts the grace',
    where: 'worker',
    on: BOTH,
    expected: 'the lease is given back, another worker finds out what became of it',
  },
  {
    number: 'F8',
    fault: 'SIGTERM and SIGINT many times',
    where: 'worker',
    on: BOTH,
    expected: 'one orderly stop, exit code 0',
  },
  {
    number: 'F9',
    fault: 'the event loop stands still for longer than a lease',
    where: 'worker',
    on: BOTH,
    expected: 'another worker takes over; what the first writes late is refused',
  },
  {
    number: 'F10',
    fault: 'SIGSTOP for longer than a lease, then SIGCONT',
    where: 'worker',
    on: BOTH,
    expected: 'on waking it sees that the lease is lost before it sends',
  },
  {
    number: 'F11',
    fault: 'the heap overflows on a document',
    where: 'worker',
    on: REDIS,
    expected: 'the process ends, the document is given to a person, no loop',
  },
];

import { REDIS, type Row } from './row.js';

/** What is asked of web. */
export const WEB_ROWS: readonly Row[] = [
  {
    number: 'F12',
    fault: 'kill -9 of web between COMMIT and answer',
    where: 'web',
    on: REDIS,
    expected: 'the same statement under the same Idempotency-Key is the same document',
  },
  {
    number: 'F31',
    fault: 'webhooks twice, out of order, six hours late',
    where: 'web',
    on: REDIS,
    expected: 'one read, the newest wins',
  },
  {
    number: 'F32',
    fault: 'webhooks with a bad signature, of an unknown or of two companies',
    where: 'web',
    on: REDIS,
    expected: 'refused; stored; split, each read once',
  },
  {
    number: 'F33',
    fault: '5,000 webhooks in 10 s',
    where: 'web',
    on: REDIS,
    expected: 'all are answered in time and coalesced',
  },
  {
    number: 'F47',
    fault: 'lone surrogates, NUL, 1e400, depth, prototype keys, 10 MB',
    where: 'web',
    on: REDIS,
    expected: '4xx, nothing enqueued, the process lives',
  },
  {
    number: 'F49',
    fault: 'the app’s event endpoint is down, slow, gone, or private',
    where: 'web',
    on: REDIS,
    expected: 'its schedule is kept, sync is not affected',
  },
];

import { REDIS, type Row } from './row.js';

/** Tokens of a company. */
export const TOKENS_ROWS: readonly Row[] = [
  {
    number: 'F25',
    fault: 'the token is revoked in the middle of a batch',
    where: 'tokens',
    on: REDIS,
    expected: 'the company waits and goes on by itself after a reconnect',
  },
  {
    number: 'F26',
    fault: 'eight workers need new tokens at once',
    where: 'tokens',
    on: REDIS,
    expected: 'one refresh',
  },
  {
    number: 'F27',
    fault: 'the answer of a refresh is lost, or the worker dies before storing it',
    where: 'tokens',
    on: REDIS,
    expected: 'the token before is tried, then a reconnect; never an empty one',
  },
  {
    number: 'F28',
    fault: '500, 429 and HTML from the token endpoint',
    where: 'tokens',
    on: REDIS,
    expected: 'the tokens are kept, and it is tried again',
  },
];

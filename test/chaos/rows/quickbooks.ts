import { BOTH, REDIS, type Row } from './row.js';

/** What QuickBooks answers. */
export const QUICKBOOKS_ROWS: readonly Row[] = [
  {
    number: 'F13',
    fault: 'the answer is cut off after QuickBooks’ commit',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'replayed and confirmed',
  },
  {
    number: 'F14',
    fault: 'QuickBooks commits and answers after our time-out',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'in doubt, then confirmed',
  },
  {
    number: 'F15',
    fault: 'QuickBooks answers 503 and commits later',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'found by a later look; nothing is made twice',
  },
  {
    number: 'F16',
    fault: 'QuickBooks ignores requestids',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'looked up before anything is replayed: one document',
  },
  {
    number: 'F17',
    fault: '429 in JSON, in XML, and as 403 with 003001',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'the company pauses, others go on, no attempt is spent',
  },
  {
    number: 'F18',
    fault: '429 for an hour',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'said since when, one probe per five minutes, nothing lost, goes on by itself',
  },
  {
    number: 'F19',
    fault: '500, HTML, 503, empty, cut and mistyped answers',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'writes are in doubt, reads are tried again',
  },
  {
    number: 'F20',
    fault: '200 with a fault; a batch with items missing, in any order',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'each document gets its own outcome',
  },
  {
    number: 'F21',
    fault: 'answers without end, byte by byte, or that unpack to gigabytes',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'bytes and time are bounded; the write is in doubt',
  },
  {
    number: 'F22',
    fault: 'a redirect to another host, TLS that cannot be trusted, no address',
    where: 'QuickBooks',
    on: REDIS,
    expected: 'refused; no token goes anywhere else',
  },
  {
    number: 'F23',
    fault: 'a person edits while our update is on its way',
    where: 'QuickBooks',
    on: BOTH,
    expected: 'read again; what the person wrote beside ours is kept',
  },
  {
    number: 'F24',
    fault: 'a person deletes or voids between plan and write',
    where: 'QuickBooks',
    on: BOTH,
    expected: 'not made again',
  },
];

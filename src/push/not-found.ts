import { traitsOf } from '../contract/documents/index.js';
import type { Ending } from '../ledger/pushes/ending.js';
import { LEFT_TO_A_PERSON, lookUpOf, sentBody } from './adopt.js';
import type { Sending, SendingItem } from './sending.js';

/**
 * The ending of an item that two look-ups, far apart, did not find: it goes again under a new
 * requestid. A transaction without a number of its own may be there all the same, where nobody can
 * tell it from others: a person decides, unless the settings leave it to us.
 */
export function notFoundTwice(sending: Sending, item: SendingItem): Ending {
  const { unnumbered } = item.loaded.connection.settings.unknownOutcome;
  if (isUnnumbered(sending, item) && unnumbered === 'person') return LEFT_TO_A_PERSON;
  return { kind: 'returned', what: 'not_found_twice', alone: true };
}

/**
 * Whether QuickBooks would make one of the open items once more, should it have forgotten their
 * requestid: transactions without a number, or with one in a company where a number may be used
 * twice, as a supplier's always may: no preference that can be read forbids it. Names, and objects with a SyncToken, it refuses by itself.
 */
export function mayBeMadeTwice(sending: Sending): boolean {
  return sending.open.some(
    (item) =>
      isNewTransaction(sending, item) && (numbersMayRepeat(sending) || isUnnumbered(sending, item)),
  );
}

function numbersMayRepeat({ job, company }: Sending): boolean {
  return traitsOf(job.kind).form === 'purchase' || !company.customTxnNumbers;
}

function isUnnumbered(sending: Sending, item: SendingItem): boolean {
  const sent = sentBody(sending, item);
  if (sent === undefined || !isNewTransaction(sending, item)) return false;
  return lookUpOf(sending, item, sent).numbered !== true;
}

function isNewTransaction({ job }: Sending, { loaded }: SendingItem): boolean {
  return job.exclusive && loaded.operation === 'create';
}

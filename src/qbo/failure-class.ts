import {
  LaneBusy,
  QuickBooksRefusal,
  QuickBooksUnavailable,
  ReconnectNeeded,
  Throttled,
} from './errors.js';
import type { QuickBooksFault } from './fault.js';

/**
 * What kind of failure it was. One closed list: what happens next is decided per class, and the
 * dashboard groups by it.
 */
export type FailureClass =
  /** Goes away by itself: network, 5xx, locks on name lists. */
  | 'transient'
  /** A write may or may not have happened. */
  | 'unknown_outcome'
  | 'throttled'
  /** Only a reconnect helps. */
  | 'auth'
  /** QuickBooks subscription ended (6190): no writes until it is renewed. */
  | 'suspended'
  /** SyncToken was stale (5010). */
  | 'conflict'
  | 'duplicate_name'
  | 'duplicate_number'
  /** QuickBooks knows the request id already but did not answer as the first time (600). */
  | 'duplicate_request'
  /** Something it points to is missing or inactive (2500, 610). */
  | 'reference'
  /** The object itself was deleted in QuickBooks (610). */
  | 'deleted'
  | 'period_closed'
  /** Amounts do not add up (6070). */
  | 'money'
  | 'deposited'
  | 'payment_applied'
  /** The subscription or role lacks the feature (5020, 5030). */
  | 'plan'
  /** More items than a batch may have (1040). */
  | 'batch_size'
  | 'validation'
  /** We sent what no correction of data can mend: a query or property QuickBooks does not know. */
  | 'bug';

/**
 * The class of a refusal, from codes and status. A fault often lists several errors: the class that
 * decides what has to be done first wins, in the order of `PRECEDENCE`.
 *
 * Codes: Intuit's error-code page. Text is looked at only for codes that have two meanings; it comes
 * in the company's language, so each of those has a meaning that holds when no text is known.
 */
export function failureClassOf(refusal: {
  status: number;
  faults: readonly QuickBooksFault[];
}): FailureClass {
  const classes = new Set(refusal.faults.map((fault) => classOfFault(fault)));
  const first = PRECEDENCE.find((candidate) => classes.has(candidate));
  if (first !== undefined && first !== 'validation') return first;
  return refusal.status >= 500 && !classes.has('validation') ? 'transient' : 'validation';
}

/** The class of an error this folder throws; undefined for any other error. */
export function failureClassOfError(error: unknown): FailureClass | undefined {
  if (error instanceof QuickBooksRefusal) return failureClassOf(error);
  if (error instanceof LaneBusy || error instanceof Throttled) return 'throttled';
  if (error instanceof ReconnectNeeded) return 'auth';
  if (error instanceof QuickBooksUnavailable) return 'transient';
  return undefined;
}

/**
 * Whether QuickBooks refuses to show an object because it is not there (610): deleted, or an id nobody
 * ever used, which is answered alike.
 */
export function isNotThere(error: unknown): boolean {
  return error instanceof QuickBooksRefusal && error.faults.some(({ code }) => code === '610');
}

const PRECEDENCE: readonly FailureClass[] = [
  'throttled',
  'auth',
  'suspended',
  'plan',
  'duplicate_request',
  'batch_size',
  'bug',
  'deleted',
  'conflict',
  'duplicate_number',
  'duplicate_name',
  'period_closed',
  'deposited',
  'payment_applied',
  'reference',
  'money',
  'validation',
  // Last: waiting helps only where nothing else is wrong.
  'transient',
];

const BY_CODE: Record<string, FailureClass> = {
  '100': 'auth',
  '110': 'auth',
  '120': 'auth',
  '130': 'transient',
  '140': 'transient',
  '150': 'transient',
  '600': 'duplicate_request',
  '800': 'payment_applied',
  '1040': 'batch_size',
  '2000': 'bug',
  '2010': 'bug',
  '2130': 'bug',
  '2500': 'reference',
  '3001': 'throttled',
  '3100': 'auth',
  '3200': 'auth',
  '3202': 'auth',
  '4000': 'bug',
  '4001': 'bug',
  '4002': 'transient',
  '5010': 'conflict',
  '5020': 'plan',
  '5030': 'plan',
  '6070': 'money',
  '6140': 'duplicate_number',
  '6190': 'suspended',
  '6200': 'period_closed',
  '6450': 'payment_applied',
  '6540': 'deposited',
  '10000': 'transient',
  '10200': 'auth',
};

const NUMBER_TAKEN = /duplicate document number|DocNumber=|TxnId=\d/i;
const TRY_AGAIN = /unexpected error occurred while|one name at a time|please try again|wait a few/i;
const DELETED = /has deleted this/i;

function classOfFault(fault: QuickBooksFault): FailureClass {
  const text = `${fault.message} ${fault.detail ?? ''}`;
  switch (fault.code) {
    case '610':
      return DELETED.test(text) ? 'deleted' : 'reference';
    case '6000':
      // The catch-all of business rules; two of its sentences are locks that pass.
      return TRY_AGAIN.test(text) ? 'transient' : 'validation';
    case '6210':
      // Intuit's blog of 2017 printed duplicate numbers under this code.
      return NUMBER_TAKEN.test(text) ? 'duplicate_number' : 'period_closed';
    case '6240':
      return NUMBER_TAKEN.test(text) ? 'duplicate_number' : 'duplicate_name';
    case 'unknown':
      return fault.type === 'ValidationFault' ? 'validation' : 'transient';
    default:
      return BY_CODE[fault.code] ?? (fault.type === 'SystemFault' ? 'transient' : 'validation');
  }
}

/** What a 2500 or 610 points at, as far as its text tells. */
export interface BrokenReference {
  /** QuickBooks' list: `Names`, `Accounts`, `Items`, `Klasses`, `Depts`; null where it is not told. */
  list: string | null;
  id: string | null;
  /** Made inactive, rather than unknown. */
  inactive: boolean;
}

/** A hint for people; undefined where the fault is about no reference. */
export function brokenReferenceOf(fault: QuickBooksFault): BrokenReference | undefined {
  if (classOfFault(fault) !== 'reference') return undefined;
  const text = fault.detail ?? fault.message;
  const [, list, id] = /(\w+) element id (\d+)/i.exec(text) ?? [];
  return { list: list ?? null, id: id ?? null, inactive: /made inactive/i.test(text) };
}

/** Who holds a number that is taken (6140): a hint, the text is in the company's language. */
export function takenNumberOf(fault: QuickBooksFault): { txnId: string } | undefined {
  const txnId = /TxnId=(\d+)/.exec(fault.detail ?? '')?.[1];
  return txnId === undefined ? undefined : { txnId };
}

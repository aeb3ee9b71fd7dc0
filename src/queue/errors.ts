/** Why the queue store could not do what was asked. */
export type UnavailableReason = 'timed_out' | 'refused' | 'overloaded' | 'closed';

const SENTENCES: Record<UnavailableReason, string> = {
  timed_out: 'The queue store did not answer in time.',
  refused: 'The queue store refused or dropped the call.',
  overloaded: 'Too many calls to the queue store are waiting already.',
  closed: 'The queue is closed.',
};

/**
 * The queue store could not be reached, or did not answer in time. Nothing is lost: the ledger
 * holds the work, and the sweep adds its wake-ups again.
 */
export class QueueUnavailable extends Error {
  override readonly name = 'QueueUnavailable';

  constructor(
    readonly reason: UnavailableReason,
    /** The store's own words, at most 200 characters; null where there were none. */
    readonly detail: string | null = null,
  ) {
    super(SENTENCES[reason]);
  }
}

/** A wake-up that no queue could carry: a mistake in the calling code. */
export class InvalidWakeUp extends Error {
  override readonly name = 'InvalidWakeUp';
}

/** An option of the queue that is out of its bounds. Names the option, never the address. */
export class InvalidQueueOption extends Error {
  override readonly name = 'InvalidQueueOption';
}

const DETAIL_LENGTH_MAX = 200;

/** Name, code and cut message of anything thrown by BullMQ, ioredis or pg. */
export function describeError(thrown: unknown): {
  name: string;
  code: string | null;
  message: string;
} {
  if (!(thrown instanceof Error)) return { name: typeof thrown, code: null, message: '' };
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
  return { name: thrown.name, code, message: thrown.message.slice(0, DETAIL_LENGTH_MAX) };
}

/** Turns anything thrown by the store into the one error callers know. */
export function toUnavailable(thrown: unknown): QueueUnavailable {
  if (thrown instanceof QueueUnavailable) return thrown;
  const { code, message } = describeError(thrown);
  return new QueueUnavailable('refused', code ? `${code}: ${message}` : message);
}

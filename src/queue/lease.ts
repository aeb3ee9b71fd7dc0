import type { Ledger } from '../ledger/database/open.js';
import { type ClaimedPush, LeaseLost, renewLease } from '../ledger/pushes/pushes.js';

/** Times of a lease, in milliseconds. */
export interface LeaseTimes {
  /** How long a claim lasts without renewal. Default 30 s. */
  leaseMs: number;
  /** How often it is renewed. Default 10 s. */
  renewMs: number;
}

/** A lease that is renewed in the background until it is stopped or lost. */
export interface HeldLease {
  /** Aborts when the lease is lost. */
  signal: AbortSignal;
  /** Whether the lease lasts a while yet, on the monotonic clock of this process. */
  lastsLongEnough(): boolean;
  stop(): void;
}

/**
 * Renews a push's lease while it is worked on. A call may take longer than a lease: it goes on as
 * long as renewals succeed, and is aborted when one does not.
 */
export function keepLease(
  ledger: Ledger,
  push: ClaimedPush,
  times: LeaseTimes,
  claimedAtMs: number,
): HeldLease {
  const lost = new AbortController();
  // Counted from before the statement was sent: the database's clock started later than ours.
  let heldUntilMs = claimedAtMs + times.leaseMs;
  const renew = async () => {
    const askedAtMs = performance.now();
    try {
      await renewLease(ledger, push, times.leaseMs);
      heldUntilMs = askedAtMs + times.leaseMs;
    } catch (error) {
      if (error instanceof LeaseLost || performance.now() >= heldUntilMs)
        lost.abort(new LeaseLost(push.id));
    }
  };
  // A renewal that hangs must not keep a call alive past the lease: another worker has it then.
  const watch = () => {
    if (performance.now() >= heldUntilMs) lost.abort(new LeaseLost(push.id));
    else void renew();
  };
  const timer = setInterval(watch, times.renewMs);
  return {
    signal: lost.signal,
    // A third of the lease is left for the answer of a quick call; a slow one is renewed on its way.
    lastsLongEnough: () =>
      !lost.signal.aborted && performance.now() < heldUntilMs - times.leaseMs / 3,
    stop: () => clearInterval(timer),
  };
}

import type { QuickBooksFault } from './fault.js';

/**
 * Every error this folder throws. Messages and enumerable fields carry no token, realm id or
 * customer data, so that a logger may print them whole.
 */

/** The lane has no room within the wait that is allowed. Nothing was sent. */
export class LaneBusy extends Error {
  override name = 'LaneBusy';
  /** Time to come back after, in milliseconds. */
  readonly waitMs: number;
  /** True while QuickBooks asked for a pause, false where only our own limits are reached. */
  readonly paused: boolean;
  /** Since when QuickBooks throttles, where that lasts. */
  readonly throttledSince: Date | null;

  constructor(busy: { waitMs: number; paused: boolean; throttledSince?: Date | null }) {
    const { waitMs, paused, throttledSince = null } = busy;
    super(`The lane of the company is ${paused ? 'paused' : 'full'} for about ${waitMs} ms`);
    this.waitMs = waitMs;
    this.paused = paused;
    this.throttledSince = throttledSince;
  }
}

/** QuickBooks answered 429 in one of its shapes; the company is paused everywhere. */
export class Throttled extends Error {
  override name = 'Throttled';
  readonly pauseMs: number;
  /** Since when QuickBooks throttles, where that lasts. */
  readonly throttledSince: Date | null;

  constructor({ pauseMs, throttledSince }: { pauseMs: number; throttledSince: Date | null }) {
    super(`QuickBooks throttles the company; pausing for ${pauseMs} ms`);
    this.pauseMs = pauseMs;
    this.throttledSince = throttledSince;
  }
}

/** Why only a new sign-in by the customer helps. */
export type ReconnectCause =
  | 'no_tokens'
  | 'refresh_token_refused'
  | 'access_token_refused'
  | 'not_authorized';

/**
 * The company cannot be reached until somebody connects it again. `generation` says which tokens were
 * refused, null that there were none: by the time it is read, others may be stored.
 */
export class ReconnectNeeded extends Error {
  override name = 'ReconnectNeeded';
  constructor(
    readonly why: ReconnectCause,
    readonly generation: number | null = null,
  ) {
    super(`The company has to be connected again (${why})`);
  }
}

/** A read or token call got no usable answer; the same call may succeed later. */
export class QuickBooksUnavailable extends Error {
  override name = 'QuickBooksUnavailable';
  /** HTTP status; null where no answer came. */
  readonly status: number | null;
  /** Machine word: a network error code, or what was wrong with the answer. */
  override readonly cause: string;
  readonly intuitTid: string | null;

  constructor(failure: { status: number | null; cause: string; intuitTid?: string | null }) {
    super(`QuickBooks gave no usable answer (${failure.status ?? 'no status'}, ${failure.cause})`);
    this.status = failure.status;
    this.cause = failure.cause;
    this.intuitTid = failure.intuitTid ?? null;
  }
}

/** QuickBooks understood a read and refused it. */
export class QuickBooksRefusal extends Error {
  override name = 'QuickBooksRefusal';
  readonly status: number;
  readonly intuitTid: string | null;
  // Details may name customers: kept off the enumerable fields, which loggers print.
  readonly #faults: readonly QuickBooksFault[];

  constructor(refusal: {
    status: number;
    faults: readonly QuickBooksFault[];
    intuitTid: string | null;
  }) {
    const codes = refusal.faults.map((fault) => fault.code).join(', ');
    super(`QuickBooks refused the call with status ${refusal.status} and code ${codes}`);
    this.status = refusal.status;
    this.intuitTid = refusal.intuitTid;
    this.#faults = refusal.faults;
  }

  get faults(): readonly QuickBooksFault[] {
    return this.#faults;
  }
}

/** The sender's lease ended, or ends before the call could: nothing was sent. */
export class FencedOff extends Error {
  override name = 'FencedOff';
  constructor() {
    super('The lease does not last long enough to send');
  }
}

/** Intuit refused the refresh token with a well-formed `invalid_grant`. */
export class GrantRefused extends Error {
  override name = 'GrantRefused';
  constructor(readonly intuitTid: string | null) {
    super('Intuit refused the grant');
  }
}

/** Why a connect attempt ended without tokens. */
export type ConnectRefusal =
  /** The person pressed cancel. */
  | 'access_denied'
  | 'invalid_scope'
  /** The callback lacks code or realmId. */
  | 'incomplete_callback'
  /** The code was used before, is older than about five minutes, or is not ours. */
  | 'invalid_code'
  /** The person did not grant accounting. */
  | 'scope_missing';

/** Connecting ended without tokens, for a reason the person can act on. */
export class ConnectRefused extends Error {
  override name = 'ConnectRefused';
  constructor(readonly why: ConnectRefusal) {
    super(`QuickBooks was not connected (${why})`);
  }
}

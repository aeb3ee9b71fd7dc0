import type { ReadFeature } from '../contract/reads.js';

/**
 * What this folder needs stored. It does not know who stores it: the ledger implements these and
 * the command line hands them in.
 */

/** Company = one QuickBooks company (realm) of one Intuit app; an opaque id of the ledger. */
export type CompanyId = string;

/** Tokens of a company as Intuit gave them. Times are business time. */
export interface TokenSet {
  accessToken: string;
  refreshToken: string;
  accessExpiresAt: Date;
  refreshExpiresAt: Date;
  /** End of the five-year life, where Intuit tells it. */
  hardExpiresAt: Date | null;
}

/** Tokens as stored; `generation` grows with every new set. */
export interface StoredTokens extends TokenSet {
  generation: number;
  /** The refresh token before this one; tried once when a new one was lost on the way back. */
  previousRefreshToken: string | null;
  /** False once Intuit refused the refresh token: only a reconnect helps. */
  usable: boolean;
}

export interface TokenStore {
  read(companyId: CompanyId): Promise<StoredTokens | undefined>;
  /** The realm id the tokens belong to. */
  realmOf(companyId: CompanyId): Promise<string>;
  /**
   * Claims the refresh of one generation for `claimMs` on the database's clock. False when another
   * process holds it or the generation moved on. The HTTP call is made outside any transaction.
   */
  claimRefresh(companyId: CompanyId, generation: number, claimMs: number): Promise<boolean>;
  /** Commits a new set alone, as generation + 1, before anyone uses it. False: someone was first. */
  saveRefreshed(companyId: CompanyId, generation: number, tokens: TokenSet): Promise<boolean>;
  /** Gives the claim back after a failure that is not final. */
  releaseRefresh(companyId: CompanyId, generation: number): Promise<void>;
  /**
   * Intuit refused the refresh token for good: the company needs a reconnect. False: it has other
   * tokens by now, and these stay usable.
   */
  markUnusable(companyId: CompanyId, generation: number): Promise<boolean>;
}

/** What one call needs from the lane: a single call, or a batch call, which counts as both. */
export type CallClass = 'single' | 'batch';

export interface LaneLimits {
  /** Calls in flight at once per company. Intuit: 10. */
  inFlight: number;
  /** Calls per second. Intuit: 10. */
  perSecond: number;
  /** Calls per minute; our share of Intuit's 500. */
  perMinute: number;
  /** Batch calls per minute. Intuit: 40. */
  batchesPerMinute: number;
  /** A slot nobody gave back is free again after this; longer than the longest call. */
  slotHoldMs: number;
}

/** A place among the calls to a company. */
export interface LaneSlot {
  slot: number;
  ticket: number;
  /** The only call until it is answered: QuickBooks throttled before it. */
  probe: boolean;
}

/**
 * A turn that is the caller's and comes later, at a moment of the database's clock. One of a call may
 * go then; a batch has its turn among the batches, and takes one among the calls when that is near.
 */
export interface ReservedTurn {
  of: 'call' | 'batch';
  atMs: number;
}

export type LaneGrant =
  /** `lateMs`: its turn was so long ago. */
  | ({ granted: true; lateMs: number } & LaneSlot)
  | {
      granted: false;
      /** Time to come back after. */
      waitMs: number;
      /** To come back with; null: nothing is the caller's, and it asks anew. */
      turn: ReservedTurn | null;
      paused: boolean;
      throttledSince: Date | null;
    };

export interface LaneRequest {
  call: CallClass;
  limits: LaneLimits;
  /** A turn that comes later than this is none. */
  withinMs: number;
  /** As the store gave it. */
  turn: ReservedTurn | null;
}

/** A pause QuickBooks asks for, in milliseconds. */
export interface LanePause {
  pauseMs: number;
  /** The pause where a probe met it, unless `pauseMs` is longer. */
  probeEveryMs: number;
  /** The call was one. */
  probe: boolean;
}

/** A pause as it was noted. */
export interface NotedPause {
  pauseMs: number;
  /** Since when QuickBooks throttles, where it has throttled a probe, too. */
  throttledSince: Date | null;
}

/** The state of all traffic to a company, shared by every worker, on the database's clock. */
export interface LaneStore {
  /**
   * Leave for a call, or the turn at which it is to be had: turns are given in the order they are
   * asked for, whoever asks, and nobody else has them.
   */
  acquire(companyId: CompanyId, request: LaneRequest): Promise<LaneGrant>;
  /** @param passed QuickBooks answered and did not throttle: the lane is open for all again */
  release(companyId: CompanyId, slot: LaneSlot, passed: boolean): Promise<void>;
  /** Nobody calls the company for a while; never shortens a pause that runs already. */
  pause(companyId: CompanyId, pause: LanePause): Promise<NotedPause>;
}

/** Counts reads per company, which Intuit meters, by what they are for. */
export interface ReadMeter {
  count(companyId: CompanyId, feature: ReadFeature, reads: number): Promise<void>;
}

/** Exact bytes of one write, stored and committed before they are sent. */
export interface WriteRequest {
  /** The ledger's id of the request row. */
  id: string;
  companyId: CompanyId;
  /** At most 50 characters, 36 for a batch (Intuit developer blog, 2015-04-06). */
  requestId: string;
  /** Below `/v3/company/{realm}/`, with its own query: `invoice?operation=void`, `batch`. */
  path: string;
  /** JSON text; the same bytes on every replay. */
  body: string;
  call: CallClass;
  /**
   * What goes out in place of the body, where that only says what to upload; see upload.ts. Made anew
   * for every sending, the same bytes each time, and stored nowhere with the request.
   */
  upload?: { contentType: string; bytes: Buffer };
}

/** How a write ended, as stored. */
export type WriteEnding =
  /**
   * An answer that ends the request for ever: an object, a batch answer or a fault, also one under
   * status 200. A 5xx is one only with a ValidationFault.
   */
  | { kind: 'answered'; status: number; body: string; intuitTid: string | null }
  /**
   * Surely not executed; the same request may be sent again later. Status 0: no byte left. 401 and
   * 403: only a reconnect helps, unless other tokens than those of `generation` are stored by now.
   * 429: throttled, whatever status that came with.
   */
  | { kind: 'not_executed'; status: 0 | 429; intuitTid: string | null }
  | { kind: 'not_executed'; status: 401 | 403; intuitTid: string | null; generation: number }
  /**
   * Bytes may have arrived and no answer was understood. The cause is a machine word, such as
   * `timeout`, `ECONNRESET`, `aborted`, `http 502 html` or `http 500 server_fault 10000`.
   */
  | { kind: 'unknown'; cause: string; intuitTid: string | null };

export interface RequestStore {
  /** Commits `sent_at` (database clock) right before the bytes leave. Throws when fenced off. */
  markSent(requestId: string): Promise<void>;
  /** Stores the ending. */
  markEnded(requestId: string, ending: WriteEnding): Promise<void>;
}

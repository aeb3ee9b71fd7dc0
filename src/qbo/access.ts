import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { QuickBooksAuth } from './auth.js';
import { GrantRefused, QuickBooksUnavailable, ReconnectNeeded } from './errors.js';
import type { QuickBooksLog } from './log-events.js';
import type { CompanyId, StoredTokens, TokenSet, TokenStore } from './stores.js';
import type { QuickBooksWaits } from './waits.js';
import { within } from './within.js';

/** What one API call needs to reach a company. */
export interface Access {
  accessToken: string;
  realmId: string;
  generation: number;
}

export interface CompanyAccess {
  /**
   * A token that is good for a call. `rejected` is the generation QuickBooks answered 401 to: a
   * newer one is got first.
   * @throws ReconnectNeeded, QuickBooksUnavailable
   */
  accessTokenFor(
    companyId: CompanyId,
    o: { signal: AbortSignal; rejected?: number },
  ): Promise<Access>;
  /**
   * Renews the tokens now, however long the old ones would serve: it is unmetered, keeps the refresh
   * token alive and shows whether Intuit still knows the grant.
   * @throws ReconnectNeeded, QuickBooksUnavailable
   */
  renewTokens(companyId: CompanyId, o: { signal: AbortSignal }): Promise<void>;
}

export interface AccessOptions {
  tokens: TokenStore;
  auth: QuickBooksAuth;
  waits: QuickBooksWaits;
  clock: () => Date;
  random: () => number;
  log: QuickBooksLog;
}

/** Companies remembered in memory; the oldest is forgotten first. */
const MAX_REMEMBERED = 10_000;
/** Refresh at 80 % of the life, spread over a twentieth of it. */
const LAST_SHARE = 0.2;
const JITTER_SHARE = 0.05;
/** About ten seconds with the default poll: a database that restarts is back by then. */
const SAVE_RETRIES = 7;
const SAVE_RETRY_MAX_MS = 4_000;

/**
 * Hands out access tokens and keeps them fresh. One refresh at a time: single-flight in this process,
 * then a claim on the company's row that every other process respects. The new set is committed
 * before anyone uses it, and only a well-formed `invalid_grant` ends a connection.
 */
export function openAccess(options: AccessOptions): CompanyAccess {
  const { tokens, waits, clock } = options;
  const flights = new Map<CompanyId, Promise<'done' | 'elsewhere'>>();
  const realms = new Map<CompanyId, string>();
  const due = refreshTimes(options);

  const usable = async (companyId: CompanyId): Promise<StoredTokens> => {
    const stored = await tokens.read(companyId);
    if (stored === undefined) throw new ReconnectNeeded('no_tokens');
    if (!stored.usable) throw new ReconnectNeeded('refresh_token_refused', stored.generation);
    return stored;
  };

  const realmOf = async (companyId: CompanyId): Promise<string> => {
    const known = realms.get(companyId);
    if (known !== undefined) return known;
    const realmId = await tokens.realmOf(companyId);
    remember(realms, companyId, realmId);
    return realmId;
  };

  const fly = (companyId: CompanyId, stored: StoredTokens) => {
    const running = flights.get(companyId);
    if (running !== undefined) return running;
    // The claim ends then: another process may have taken over.
    const flight = within(waits.tokenClaimMs, refresh(companyId, stored, options), {
      error: () => new QuickBooksUnavailable({ status: null, cause: 'refresh_stuck' }),
    }).finally(() => flights.delete(companyId));
    flights.set(companyId, flight);
    return flight;
  };

  /** The old token serves no more: waits until there is a newer one, whoever gets it. */
  const mustRefresh = async (companyId: CompanyId, stored: StoredTokens, signal: AbortSignal) => {
    const endMs = performance.now() + waits.tokenWaitMs;
    for (;;) {
      await fly(companyId, stored);
      const current = await usable(companyId);
      if (current.generation !== stored.generation) return current;
      if (performance.now() >= endMs) {
        throw new QuickBooksUnavailable({ status: null, cause: 'refresh_elsewhere' });
      }
      await delay(waits.tokenPollMs, undefined, { signal });
    }
  };

  /** The old token still serves: a failure or another process's refresh is no reason to wait. */
  const mayRefresh = async (companyId: CompanyId, stored: StoredTokens) => {
    if (flights.has(companyId)) return stored;
    try {
      await fly(companyId, stored);
    } catch (error) {
      if (!(error instanceof QuickBooksUnavailable)) throw error;
      due.postpone(companyId);
      return stored;
    }
    return usable(companyId);
  };

  return {
    async accessTokenFor(companyId, { signal, rejected }) {
      let stored = await usable(companyId);
      const leftMs = stored.accessExpiresAt.getTime() - clock().getTime();
      if (rejected === stored.generation || leftMs <= waits.tokenFloorMs) {
        stored = await mustRefresh(companyId, stored, signal);
      } else if (due.isDue(companyId, stored.generation, leftMs)) {
        stored = await mayRefresh(companyId, stored);
      }
      const { accessToken, generation } = stored;
      return { accessToken, generation, realmId: await realmOf(companyId) };
    },

    async renewTokens(companyId, { signal }) {
      await mustRefresh(companyId, await usable(companyId), signal);
    },
  };
}

/**
 * When a token is refreshed early. The life of a token is not stored: what is left of it when this
 * process first sees it counts as the whole, so that short lives cause no storm of refreshes.
 */
function refreshTimes({ waits, clock, random }: AccessOptions) {
  const seen = new Map<CompanyId, { generation: number; earlyMs: number; notBefore: number }>();
  return {
    isDue(companyId: CompanyId, generation: number, leftMs: number): boolean {
      let entry = seen.get(companyId);
      if (entry?.generation !== generation) {
        const share = LAST_SHARE + (random() - 0.5) * JITTER_SHARE;
        entry = { generation, earlyMs: leftMs * share, notBefore: 0 };
        remember(seen, companyId, entry);
      }
      return leftMs <= entry.earlyMs && clock().getTime() >= entry.notBefore;
    },
    postpone(companyId: CompanyId): void {
      const entry = seen.get(companyId);
      if (entry !== undefined) entry.notBefore = clock().getTime() + waits.tokenBackOffMs;
    },
  };
}

async function refresh(
  companyId: CompanyId,
  stored: StoredTokens,
  options: AccessOptions,
): Promise<'done' | 'elsewhere'> {
  const { tokens, waits, log } = options;
  const { generation } = stored;
  const tell = (result: 'refreshed' | 'refused' | 'unavailable') =>
    log({ event: 'qbo_token_refresh', companyId, result, generation });
  if (!(await tokens.claimRefresh(companyId, generation, waits.tokenClaimMs))) return 'elsewhere';
  let fresh: TokenSet | 'refused' | 'moved';
  try {
    fresh = await freshTokens(companyId, stored, options);
  } catch (error) {
    tell('unavailable');
    await tokens.releaseRefresh(companyId, generation);
    throw error;
  }
  if (fresh === 'moved') return 'done';
  if (fresh === 'refused') {
    tell('refused');
    // Others are stored since the look at them: what was refused is nobody's any more.
    if (!(await tokens.markUnusable(companyId, generation))) return 'done';
    throw new ReconnectNeeded('refresh_token_refused', generation);
  }
  await save(companyId, generation, fresh, options);
  tell('refreshed');
  return 'done';
}

/**
 * Stores a new set. One that is not stored is lost for good, since the old one may be dead by now;
 * so a database that is away for a moment is waited for, and a statement that never ends is not.
 */
async function save(
  companyId: CompanyId,
  generation: number,
  set: TokenSet,
  { tokens, waits }: AccessOptions,
): Promise<void> {
  await pRetry(
    () =>
      within(waits.tokenSaveMs, tokens.saveRefreshed(companyId, generation, set), {
        error: () => new Error(`The tokens were not stored within ${waits.tokenSaveMs} ms`),
      }),
    {
      retries: SAVE_RETRIES,
      minTimeout: waits.tokenPollMs,
      maxTimeout: Math.max(SAVE_RETRY_MAX_MS, waits.tokenPollMs),
    },
  );
}

/**
 * The refresh itself. An `invalid_grant` can mean that another process was faster, or that an answer
 * was lost and the token before is the one Intuit knows; both are tried before it counts.
 */
async function freshTokens(
  companyId: CompanyId,
  stored: StoredTokens,
  { auth, tokens }: AccessOptions,
): Promise<TokenSet | 'refused' | 'moved'> {
  const first = await grant(auth, stored.refreshToken);
  if (first !== 'refused') return first;
  const current = await tokens.read(companyId);
  if (current !== undefined && current.generation !== stored.generation) return 'moved';
  const previous = stored.previousRefreshToken;
  if (previous === null || previous === stored.refreshToken) return 'refused';
  return grant(auth, previous);
}

async function grant(auth: QuickBooksAuth, refreshToken: string): Promise<TokenSet | 'refused'> {
  try {
    return await auth.refresh(refreshToken);
  } catch (error) {
    if (error instanceof GrantRefused) return 'refused';
    throw error;
  }
}

function remember<Value>(map: Map<CompanyId, Value>, companyId: CompanyId, value: Value): void {
  map.delete(companyId);
  map.set(companyId, value);
  if (map.size <= MAX_REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

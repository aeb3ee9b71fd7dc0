import { type CompanyAccess, openAccess } from './access.js';
import { INTUIT_ENDPOINTS, type OAuthEndpoints, openAuth, type QuickBooksAuth } from './auth.js';
import { openCaller } from './call.js';
import { openHttp } from './http.js';
import { openLane } from './lane.js';
import type { QuickBooksLog } from './log-events.js';
import { openReads, type Reads } from './reads.js';
import type { LaneLimits, LaneStore, ReadMeter, RequestStore, TokenStore } from './stores.js';
import { DEFAULT_WAITS, type QuickBooksWaits } from './waits.js';
import { openWrites, type Write } from './writes.js';

export interface QuickBooksOptions {
  environment: 'sandbox' | 'production' | 'simulator';
  /** Host of API and OAuth; for the simulator, where it is required, and for nothing else. */
  baseUrl?: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  tokens: TokenStore;
  lanes: LaneStore;
  requests: RequestStore;
  reads: ReadMeter;
  limits: LaneLimits;
  waits?: Partial<QuickBooksWaits>;
  /** Business time: the life of tokens. */
  clock: () => Date;
  /** 0 to 1, as `Math.random`. */
  random: () => number;
  log: QuickBooksLog;
  /** Longest answer in bytes. Default 16 MB. */
  maxBodyBytes?: number;
}

/** QuickBooks Online, for any number of companies of one Intuit app. */
export interface QuickBooks extends Reads {
  auth: QuickBooksAuth;
  write: Write;
  renewTokens: CompanyAccess['renewTokens'];
  /** Ends what waits for a lane and closes idle connections. Calls under way are not cut. */
  close(): Promise<void>;
}

/** Hosts of the Accounting API (Intuit's page "Make API calls"). */
export const API_BASE = {
  sandbox: 'https://sandbox-quickbooks.api.intuit.com',
  production: 'https://quickbooks.api.intuit.com',
};

/** @throws RangeError where `baseUrl` does not fit the environment */
export function openQuickBooks(options: QuickBooksOptions): QuickBooks {
  const { clock, random, log, limits } = options;
  const waits = { ...DEFAULT_WAITS, ...options.waits };
  const { baseUrl, endpoints } = addressesOf(options);
  const http = openHttp({ ...waits, clock, maxBodyBytes: options.maxBodyBytes });
  const auth = openAuth({ ...options, ...waits, endpoints, http });
  const access = openAccess({ tokens: options.tokens, auth, waits, clock, random, log });
  const lane = openLane({ lanes: options.lanes, limits, waits, random, log });
  const caller = openCaller({ baseUrl, http, log });
  return {
    ...openReads({ access, lane, caller, meter: options.reads, waits, log }),
    auth,
    renewTokens: access.renewTokens,
    write: openWrites({ access, lane, caller, requests: options.requests, waits, log }),
    async close() {
      await lane.close();
      http.close();
    },
  };
}

function addressesOf({ environment, baseUrl }: QuickBooksOptions): {
  baseUrl: string;
  endpoints: OAuthEndpoints;
} {
  if (environment !== 'simulator') {
    // Tokens of real companies go to Intuit and to nobody else.
    if (baseUrl !== undefined) throw new RangeError('baseUrl is for the simulator only');
    return { baseUrl: API_BASE[environment], endpoints: INTUIT_ENDPOINTS };
  }
  if (baseUrl === undefined) throw new RangeError('The simulator needs a baseUrl');
  const host = baseUrl.replace(/\/+$/, '');
  return {
    baseUrl: host,
    endpoints: {
      authorize: `${host}/connect/oauth2`,
      token: `${host}/oauth2/v1/tokens/bearer`,
      revoke: `${host}/v2/oauth2/tokens/revoke`,
    },
  };
}

import type { InjectOptions } from 'fastify';
import type { Role } from '../../src/contract/ops.js';
import type { WebEvent } from '../../src/http/log-events.js';
import {
  DEFAULT_WEB_LIMITS,
  type IntuitAuth,
  type Web,
  type WebLimits,
} from '../../src/http/parts.js';
import { createWeb } from '../../src/http/web.js';
import type { Ledger } from '../../src/ledger/open.js';
import { createUser } from '../../src/ledger/users.js';
import { ConnectRefused } from '../../src/qbo/errors.js';
import { CLIENT_ID } from './tenancy.js';

export const PUBLIC_URL = 'https://sync.example';

export interface WebUnderTest {
  web: Web;
  events: WebEvent[];
  dispatched: string[];
  wokenRuns: number[];
  revoked: string[];
}

export interface WebTestOptions {
  publicUrl?: string;
  limits?: Partial<WebLimits>;
  dashboardFolder?: string;
  /** Default: every code works and names its realm, as `code=ok&realmId=…`. */
  auth?: Partial<IntuitAuth>;
}

/** The web process on a ledger, with Intuit's part played by a few lines. */
export async function aWeb(ledger: Ledger, options: WebTestOptions = {}): Promise<WebUnderTest> {
  const events: WebEvent[] = [];
  const dispatched: string[] = [];
  const wokenRuns: number[] = [];
  const revoked: string[] = [];
  const web = await createWeb({
    ledger,
    config: {
      publicUrl: options.publicUrl ?? PUBLIC_URL,
      intuitClientId: CLIENT_ID,
      limits: { ...DEFAULT_WEB_LIMITS, ...options.limits },
      trustedProxies: [],
    },
    auth: {
      authorizeUrl: ({ state }) => `https://intuit.example/authorize?state=${state}`,
      exchangeCode: async ({ callbackUrl }) => exchange(callbackUrl),
      revoke: async (token) => {
        revoked.push(token);
      },
      ...options.auth,
    },
    dispatch: (companyId) => dispatched.push(companyId),
    wakeRun: (runId) => wokenRuns.push(runId),
    log: (event) => events.push(event),
    dashboardFolder: options.dashboardFolder ?? null,
    readiness: async () => ({ ready: true, degraded: false }),
  });
  await web.ready();
  return { web, events, dispatched, wokenRuns, revoked };
}

function exchange(callbackUrl: string) {
  const { searchParams } = new URL(callbackUrl);
  const error = searchParams.get('error');
  if (error === 'invalid_scope') throw new ConnectRefused('invalid_scope');
  if (error !== null) throw new ConnectRefused('access_denied');
  if (searchParams.get('code') === 'broken') throw new Error('Intuit is away');
  return {
    realmId: searchParams.get('realmId') ?? '',
    accessToken: 'canary-access',
    refreshToken: `canary-refresh-${searchParams.get('realmId')}`,
    accessExpiresAt: new Date(Date.now() + 3_600_000),
    refreshExpiresAt: new Date(Date.now() + 100 * 86_400_000),
    hardExpiresAt: null,
  };
}

/** Sends requests with a key. */
export function withKey(web: Web, key: string) {
  return (
    method: InjectOptions['method'],
    url: string,
    payload?: InjectOptions['payload'],
    headers: Record<string, string> = {},
  ) =>
    web.inject({ method, url, payload, headers: { authorization: `Bearer ${key}`, ...headers } });
}

export interface LoggedIn {
  cookie: string;
  csrfToken: string;
  email: string;
}

/** A person who has logged in through the API. */
export async function aLogin(ledger: Ledger, web: Web, role: Role): Promise<LoggedIn> {
  const email = `${role}-${Math.random().toString(36).slice(2)}@example.com`;
  const { password } = await createUser(ledger, { email, role }, 'test');
  const answer = await web.inject({
    method: 'POST',
    url: '/ops/login',
    payload: { email, password },
  });
  const [cookie] = answer.cookies;
  if (cookie === undefined) throw new Error(`Login answered ${answer.statusCode} ${answer.body}`);
  return {
    cookie: `${cookie.name}=${cookie.value}`,
    csrfToken: answer.json<{ csrfToken: string }>().csrfToken,
    email,
  };
}

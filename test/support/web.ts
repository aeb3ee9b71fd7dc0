import type { InjectOptions } from 'fastify';
import { PUSH_JOBS } from '../../jobs/index.js';
import type { Role } from '../../src/contract/ops.js';
import type { SingleSignOnConfig } from '../../src/http/auth/single-sign-on.js';
import type { WebEvent } from '../../src/http/log-events.js';
import {
  DEFAULT_REAUTHENTICATION,
  DEFAULT_WEB_LIMITS,
  type QueueBoard,
  type Reauthentication,
  type Web,
  type WebLimits,
  type WebParts,
} from '../../src/http/parts.js';
import { createWeb } from '../../src/http/web.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { makePageLink } from '../../src/ledger/people/customer-sessions.js';
import { createUser } from '../../src/ledger/people/users.js';
import { previewDocument } from '../../src/push/preview.js';
import { DEFAULT_PUSH_WAITS } from '../../src/push/sending.js';
import { checkSettings } from '../../src/push/settings-check.js';
import { openAuth } from '../../src/qbo/auth.js';
import { openHttp } from '../../src/qbo/http.js';
import { jobsByKind } from '../../src/queue/worker.js';
import { CLIENT_ID } from './tenancy.js';

export const PUBLIC_URL = 'https://sync.example';

/** Nobody listens there. */
const NO_INTUIT = 'http://127.0.0.1:9';

export interface WebUnderTest {
  web: Web;
  events: WebEvent[];
  dispatched: string[];
  wokenRuns: number[];
  close(): Promise<void>;
}

export interface WebTestOptions {
  publicUrl?: string;
  limits?: Partial<WebLimits>;
  reauthenticate?: Partial<Reauthentication>;
  /** Bull Board over queues of the test's own. Default: none, as on Postgres. */
  queueBoard?: QueueBoard | null;
  dashboardFolder?: string;
  customerPageFolder?: string;
  readiness?: WebParts['readiness'];
  /** Where Intuit's OAuth is: a simulator. Default: nowhere. */
  intuitUrl?: string;
  /** Default: another app's than those of journeys. */
  intuitClientId?: string;
  /** Identity provider by which people log in. Default: none. */
  singleSignOn?: SingleSignOnConfig;
  /** Of Intuit's webhooks. Default: none. */
  verifierTokens?: readonly string[];
}

/** Longer than an app would be let wait, for a machine that does much else. */
const ANSWER_MS = 30_000;

/** The web process on a ledger. Queue and worker are not there: what it asks of them is kept. */
export async function aWeb(ledger: Ledger, options: WebTestOptions = {}): Promise<WebUnderTest> {
  const events: WebEvent[] = [];
  const dispatched: string[] = [];
  const wokenRuns: number[] = [];
  const { publicUrl = PUBLIC_URL, intuitUrl = NO_INTUIT, intuitClientId = CLIENT_ID } = options;
  const http = openHttp({ connectMs: ANSWER_MS, idleSocketMs: 4_000, clock: ledger.clock });
  const tools = { ledger, jobs: jobsByKind(PUSH_JOBS), waits: DEFAULT_PUSH_WAITS };
  const web = await createWeb({
    ledger,
    traceRequest: (_request, next) => next(),
    config: {
      publicUrl,
      intuitClientId,
      verifierTokens: options.verifierTokens ?? [],
      limits: {
        ...DEFAULT_WEB_LIMITS,
        answerMs: ANSWER_MS,
        webhookMs: ANSWER_MS,
        ...options.limits,
      },
      reauthenticate: { ...DEFAULT_REAUTHENTICATION, ...options.reauthenticate },
      singleSignOn: options.singleSignOn,
      trustedProxies: [],
      endpointsMayBePrivate: true,
    },
    auth: openAuth({
      endpoints: {
        authorize: `${intuitUrl}/connect/oauth2`,
        token: `${intuitUrl}/oauth2/v1/tokens/bearer`,
        revoke: `${intuitUrl}/v2/oauth2/tokens/revoke`,
      },
      clientId: intuitClientId,
      clientSecret: 'intuit-secret',
      redirectUri: `${publicUrl}/oauth/callback`,
      http,
      clock: ledger.clock,
      tokenCallMs: ANSWER_MS,
    }),
    dispatch: (companyId) => dispatched.push(companyId),
    wakeRun: (runId) => wokenRuns.push(runId),
    log: (event) => events.push(event),
    preview: (connection, asked) => previewDocument(tools, connection, asked),
    checkSettings: (connection, proposed) => checkSettings(tools, connection, proposed),
    queueBoard: options.queueBoard ?? null,
    dashboardFolder: options.dashboardFolder ?? null,
    customerPageFolder: options.customerPageFolder ?? null,
    readiness: options.readiness ?? (async () => ({ ready: true, degraded: false })),
  });
  await web.ready();
  const close = async () => {
    await web.close();
    http.close();
  };
  return { web, events, dispatched, wokenRuns, close };
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

/** Sends requests as a person does from the dashboard. */
export function asPerson(web: Web, { cookie, csrfToken }: Pick<LoggedIn, 'cookie' | 'csrfToken'>) {
  return (method: InjectOptions['method'], url: string, payload?: InjectOptions['payload']) =>
    web.inject({
      method,
      url,
      headers: { cookie, 'x-csrf-token': csrfToken, origin: PUBLIC_URL },
      ...(payload === undefined ? {} : { payload }),
    });
}

/** A customer's browser that has opened its page by a link of the app. */
export async function aCustomer(
  ledger: Ledger,
  web: Web,
  connection: Pick<Connection, 'id' | 'appId'>,
): Promise<Pick<LoggedIn, 'cookie' | 'csrfToken'>> {
  const link = { actor: 'user-7', lifeMs: 60_000 };
  const { token } = await makePageLink(ledger, connection, 'test', link);
  const opened = await web.inject({ url: `/connection/open/${token}` });
  const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? '';
  const url = `/customer/connections/${connection.id}`;
  const answer = await web.inject({ url, headers: { cookie } });
  return { cookie, csrfToken: answer.json<{ csrfToken: string }>().csrfToken };
}

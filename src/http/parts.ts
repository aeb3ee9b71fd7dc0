import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { ATTACHMENT_BYTES_MAX } from '../contract/documents/index.js';
import type { PreviewAnswer } from '../contract/preview.js';
import type { Settings } from '../contract/settings.js';
import type { SettingsCheckAnswer } from '../contract/settings-check.js';
import type { GrantedTokens } from '../ledger/connections/connecting.js';
import type { Connection } from '../ledger/connections/connections.js';
import type { Ledger } from '../ledger/database/open.js';
import type { Rehearsed } from '../ledger/documents/rehearsed.js';
import type { SingleSignOnConfig } from './auth/single-sign-on.js';
import type { WebLog } from './log-events.js';
import type { Metrics } from './metrics.js';

/** What the web process is made of; the command line puts it together. */
export interface WebParts {
  ledger: Ledger;
  config: WebConfig;
  auth: IntuitAuth;
  /**
   * Opens pushes for a company's due documents. Called after the answer was sent and never waited
   * for; it must not throw, the sweep does what it could not.
   */
  dispatch(companyId: string): void;
  /** Wakes a run that was just started; the same rules as `dispatch`. */
  wakeRun(runId: number): void;
  log: WebLog;
  /** Goes on with a request where it is traced; the log tells of its end. */
  traceRequest(request: TracedRequest, next: () => void): void;
  /**
   * What would become of a document if it were sent now; nothing is called or written. `unread` where
   * the company's facts were never read, undefined where there is no such document.
   */
  preview(connection: Connection, asked: Rehearsed): Promise<PreviewAnswer | 'unread' | undefined>;
  /** What would change for the newest documents; `unread` as above. Nothing is called or written. */
  checkSettings(
    connection: Connection,
    proposed: Settings,
  ): Promise<SettingsCheckAnswer | 'unread'>;
  /** Figures of `/metrics`; without them it is not there. */
  metrics?: Metrics;
  /** Bull Board over the raw queues; null where they are not on Redis. */
  queueBoard: QueueBoard | null;
  /** Folder of the built dashboard; null where it was not built. */
  dashboardFolder: string | null;
  /** Folder of the built page of apps' customers; null where it was not built. */
  customerPageFolder: string | null;
  /** Whether requests can be served: database, migrations, keys; the queue may be away. */
  readiness(): Promise<Readiness>;
}

/** Bull Board, for looking only: its pages, its files and what it reads of the queues. */
export interface QueueBoard {
  /** Addresses below its own that show its page. */
  readonly pages: readonly string[];
  /** The page, without scripts or styles of its own; its files are found from this address. */
  pageBelow(address: string): string;
  /** Folder of the files that the page asks for below `static/`. */
  readonly staticFolder: string;
  readonly reads: readonly BoardRead[];
  /** Lets go of its connection to the queue, if it has one. */
  close(): void;
}

export interface BoardRead {
  /** Below the board's own address. */
  readonly url: string;
  /** Undefined where the queue's store does not answer. */
  read(asked: {
    params: Readonly<Record<string, string>>;
    query: Readonly<Record<string, unknown>>;
  }): Promise<{ status: number; body: unknown } | undefined>;
}

/** What tracing knows of a request: never its address, which may carry a token. */
export interface TracedRequest {
  id: string;
  method: string;
  route: string;
  headers: IncomingHttpHeaders;
  /** So long ago it came, in milliseconds. */
  sinceMs: number;
}

export interface WebConfig {
  /** Scheme, host and port under which browsers reach us; the redirect address lies below it. */
  publicUrl: string;
  /** Client id of the Intuit app whose companies are connected. */
  intuitClientId: string;
  /** Any of them signs that app's webhooks: two while one replaces the other, none: all are refused. */
  verifierTokens: readonly string[];
  limits: WebLimits;
  /** When people are asked again who they are, before what reveals, spends or gives power. */
  reauthenticate: Reauthentication;
  /** Identity provider by which people log in; undefined: by password alone. */
  singleSignOn: SingleSignOnConfig | undefined;
  /**
   * Addresses or networks of proxies in front of us whose `X-Forwarded-For` is believed, such as
   * `loopback` or `10.0.0.0/8`. Default none.
   */
  trustedProxies: readonly string[];
  /** Endpoints of apps may have plain http and lie in a private network. Default false. */
  endpointsMayBePrivate: boolean;
}

export interface Reauthentication {
  /** A login, or a password given again, counts this long, in milliseconds. Default 15 min. */
  afterMs: number;
  /** What is done to more documents at once is asked about. Default 100. */
  beyondDocuments: number;
}

export const DEFAULT_REAUTHENTICATION: Reauthentication = {
  afterMs: 15 * 60_000,
  beyondDocuments: 100,
};

export interface WebLimits {
  /** Largest body in bytes. Default 1 MB. */
  bodyBytes: number;
  /** Largest body of a statement of many, in bytes. Default 16 MB. */
  bulkBodyBytes: number;
  /** Largest file in bytes. Default 25 MB. */
  fileBytes: number;
  /** Bytes of files held in memory at once while they arrive; beyond it is answered 503. Default 100 MB. */
  heldBytes: number;
  /** A file may take this long to arrive and be stored, in milliseconds. Default 60 s. */
  fileMs: number;
  /** Deepest nesting of a JSON body. Default 40. */
  jsonDepth: number;
  /** Requests per minute and API key (per address without one), in each web process. */
  requestsPerMinute: number;
  /** Deliveries of Intuit per minute and address, in each web process. Default 60,000. */
  webhooksPerMinute: number;
  /** A request that is not answered within this is answered 503, in milliseconds. Default 10 s. */
  answerMs: number;
  /** The same for webhooks, within the 3 s Intuit waits, in milliseconds. Default 2.5 s. */
  webhookMs: number;
  /** Between two looks for news of a request that waits for events, in milliseconds. Default 500. */
  eventsPollMs: number;
  /** Between two looks at the figures while somebody watches them, in milliseconds. Default 2 s. */
  liveEveryMs: number;
  /** Requests whose caller is being looked up in the database; more are answered 503. Default 1,000. */
  waitingRequests: number;
  /** Tries to log in per minute and address, in each web process. Default 10. */
  loginsPerMinute: number;
  /** A link to the customers' page can be opened this long, in milliseconds. Default 5 min. */
  pageLinkMs: number;
}

export const DEFAULT_WEB_LIMITS: WebLimits = {
  bodyBytes: 1_048_576,
  bulkBodyBytes: 16 * 1_048_576,
  fileBytes: ATTACHMENT_BYTES_MAX,
  heldBytes: 4 * ATTACHMENT_BYTES_MAX,
  fileMs: 60_000,
  jsonDepth: 40,
  requestsPerMinute: 6_000,
  webhooksPerMinute: 60_000,
  answerMs: 10_000,
  webhookMs: 2_500,
  eventsPollMs: 500,
  liveEveryMs: 2_000,
  waitingRequests: 1_000,
  loginsPerMinute: 10,
  pageLinkMs: 300_000,
};

export interface Readiness {
  ready: boolean;
  /** Works, but something beside the database is away. */
  degraded: boolean;
}

/** The part of Intuit's OAuth a browser's round trip needs; src/qbo has it. */
export interface IntuitAuth {
  authorizeUrl(o: { state: string }): string;
  /** Throws ConnectRefused where the person or Intuit said no. */
  exchangeCode(o: { callbackUrl: string }): Promise<GrantedTokens & { realmId: string }>;
  revoke(refreshToken: string): Promise<unknown>;
}

/** Fastify with requests and answers typed by their zod schemas. */
export type Web = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

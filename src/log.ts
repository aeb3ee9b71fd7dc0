import pino from 'pino';
import { openLogOutput } from './cli/log-output.js';
import { ownVersion } from './cli/version.js';
import type { WebEvent } from './http/log-events.js';
import type { QuickBooksEvent } from './qbo/log-events.js';
import type { QueueEventName } from './queue/events.js';

/** What a process itself says. */
type ProcessEventName =
  | 'process_started'
  | 'process_ready'
  | 'process_stopping'
  | 'process_stopped'
  | 'process_failed'
  | 'worker_stands_still'
  | 'log_lines_dropped'
  | 'settings_warning'
  | 'keys_rotated'
  | 'keys_not_rotated'
  | 'embedded_postgres'
  | 'simulator_ready';

/** What the queue's store makes known. */
type QueueStoreEventName = 'queue.store_error' | 'queue.store_errors' | `queue.${string}`;

export type LogEventName =
  | WebEvent['event']
  | QuickBooksEvent['event']
  | QueueEventName
  | ProcessEventName;

type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * Every event this product logs, and how loud. An operator can learn the whole log here; each line
 * has `event`, ids and figures, and never a token, realm id, name, address or body.
 */
export const LOG_LEVELS: { readonly [Name in LogEventName]: Level } = {
  http_request: 'info',
  http_failed: 'error',
  http_unavailable: 'warn',
  http_side_work_failed: 'warn',
  login_refused: 'warn',
  single_sign_on_failed: 'warn',
  connect_ended: 'info',
  webhooks_received: 'debug',
  webhooks_refused: 'warn',
  qbo_call: 'info',
  qbo_paused: 'warn',
  qbo_token_refresh: 'info',
  qbo_read_not_counted: 'warn',
  qbo_slot_not_released: 'warn',
  qbo_not_sent: 'info',
  dispatch_put_off: 'warn',
  names_not_asked_ahead: 'warn',
  push_started: 'debug',
  push_ended: 'info',
  push_postponed: 'info',
  push_lost: 'info',
  push_failed: 'error',
  lease_lost: 'warn',
  run_ended: 'info',
  run_left: 'info',
  run_failed: 'error',
  endpoint_disabled: 'warn',
  delivery_failed: 'error',
  deliveries_not_found: 'warn',
  changes_not_started: 'warn',
  company_checked: 'info',
  checks_failed: 'warn',
  schedules_not_started: 'warn',
  night_not_begun: 'warn',
  bulk_put_off: 'warn',
  bulk_document_failed: 'error',
  sweep: 'info',
  sweep_ended: 'debug',
  sweep_failed: 'warn',
  forgotten: 'info',
  forgetting_failed: 'warn',
  process_started: 'info',
  process_ready: 'info',
  process_stopping: 'info',
  process_stopped: 'info',
  process_failed: 'error',
  worker_stands_still: 'error',
  log_lines_dropped: 'warn',
  settings_warning: 'warn',
  keys_rotated: 'info',
  keys_not_rotated: 'warn',
  embedded_postgres: 'info',
  simulator_ready: 'info',
};

/** The log of one process. */
export interface Log {
  write(event: LogEventName, fields?: object): void;
  /** For the queue's store, which names its own level. */
  store: Record<'error' | 'warn' | 'info', (event: QueueStoreEventName, fields: object) => void>;
}

/** Names that must never reach a line, whoever passes them: the second wall behind the event types. */
const REDACTED = [
  'accessToken',
  'refreshToken',
  'token',
  'authorization',
  'password',
  'secret',
  'realmId',
  'body',
  'wanted',
  'cookie',
  'clientSecret',
];

/** Events that every request or document may raise while something is away. */
const FLOODING: ReadonlySet<LogEventName> = new Set<LogEventName>([
  'dispatch_put_off',
  'http_unavailable',
  'webhooks_refused',
]);
const SUMMARY_MS = 10_000;

/** The first line of an event at once; then one with the last of them and a count, per `summaryMs`. */
function summing(write: Log['write'], summaryMs: number): Log['write'] {
  const held = new Map<LogEventName, { count: number; last: object }>();
  const openWindow = (event: LogEventName) => {
    held.set(event, { count: 0, last: {} });
    setTimeout(() => {
      const { count = 0, last = {} } = held.get(event) ?? {};
      held.delete(event);
      if (count === 0) return;
      write(event, { ...last, count });
      openWindow(event);
    }, summaryMs).unref();
  };
  return (event, fields = {}) => {
    const window = held.get(event);
    if (window === undefined) {
      write(event, fields);
      openWindow(event);
    } else held.set(event, { count: window.count + 1, last: fields });
  };
}

/** Opens the log. Lines are JSON on stdout, or on `destination`; times are ISO 8601 in UTC. */
export function openLog(options: {
  level: string;
  service: string;
  destination?: pino.DestinationStream;
  /** Events that come in floods have one line per this time. Default 10 s. */
  summaryMs?: number | undefined;
}): Log {
  const logger = pino(
    {
      level: options.level,
      base: { service: options.service, version: ownVersion(), pid: process.pid },
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      messageKey: 'msg',
      redact: { paths: REDACTED.flatMap((name) => [name, `*.${name}`]), remove: true },
    },
    // Written at once: lines held back come out of order when the process exits.
    options.destination ?? openLogOutput((lines) => write('log_lines_dropped', { lines })),
  );
  const write: Log['write'] = (event, fields = {}) =>
    logger[LOG_LEVELS[event]]({ ...fields, event });
  const summed = summing(write, options.summaryMs ?? SUMMARY_MS);
  return {
    write: (event, fields) => (FLOODING.has(event) ? summed : write)(event, fields),
    store: {
      error: (event, fields) => logger.error({ ...fields, event }),
      warn: (event, fields) => logger.warn({ ...fields, event }),
      info: (event, fields) => logger.info({ ...fields, event }),
    },
  };
}

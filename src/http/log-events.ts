import type { WebhookResult } from '../ledger/runs/inbound-webhooks.js';

/**
 * What the web process tells a log or metrics. A request is named by its route, not by its address:
 * addresses carry tokens and the app's own ids. No bodies, headers, names.
 */
export type WebEvent =
  | {
      event: 'http_request';
      requestId: string;
      method: string;
      route: string;
      status: number;
      durationMs: number;
      keyId: string | null;
      appId: string | null;
      connectionId: string | null;
    }
  | { event: 'http_failed'; requestId: string; route: string; error: LoggedError }
  /** A request answered 503; `cause` is the error's code or name. */
  | { event: 'http_unavailable'; requestId: string; route: string; cause: string }
  /** Work after an answer, or beside one, that failed and that nobody waits for. */
  | { event: 'http_side_work_failed'; requestId: string; what: string; error: LoggedError }
  | { event: 'login_refused'; requestId: string }
  | { event: 'single_sign_on_failed'; requestId: string; error: LoggedError }
  | { event: 'connect_ended'; requestId: string; connectionId: string; result: string }
  /** A delivery of Intuit by what became of its entries; `lagMs` is the age of the oldest new one. */
  | {
      event: 'webhooks_received';
      requestId: string;
      results: Partial<Record<WebhookResult | 'unreadable', number>>;
      lagMs: number | null;
    }
  /** A delivery of Intuit, or of somebody else, that was not taken. */
  | {
      event: 'webhooks_refused';
      requestId: string;
      why: 'not_signed' | 'malformed' | 'unavailable' | 'failed';
    };

export interface LoggedError {
  name: string;
  code: string | null;
  message: string;
  stack: string | null;
}

export type WebLog = (event: WebEvent) => void;

const MESSAGE_LENGTH_MAX = 500;

/** An error as it is logged: what it is and where it happened. */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) {
    return { name: 'NotAnError', code: null, message: typeof error, stack: null };
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  // The stack without its first lines, which repeat the message.
  const stack = error.stack?.slice(error.stack.indexOf('\n    at ') + 1) ?? null;
  return { name: error.name, code, message: error.message.slice(0, MESSAGE_LENGTH_MAX), stack };
}

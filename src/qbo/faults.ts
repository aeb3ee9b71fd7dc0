import {
  faultsInJson,
  faultsInXml,
  isObject,
  type JsonObject,
  type QuickBooksFault,
} from './fault.js';

/** What came back over HTTP, before anyone has looked into it. */
export interface RawAnswer {
  status: number;
  contentType: string | null;
  body: string;
  /** From the Retry-After header, where one came. Intuit documents none. */
  retryAfterMs?: number | null;
}

/** Why a call was surely not executed. */
export type NotExecuted =
  /** 429, or code 3001 in any envelope and with any status. */
  | 'throttled'
  /** The access token is dead; a fresh one may do. */
  | 'unauthorized'
  /** The app or its user has no access to the company; only a reconnect helps. */
  | 'forbidden';

/** Why an answer tells nothing about what happened. */
export type UnreadableCause =
  | 'redirect'
  | 'empty'
  | 'html'
  | 'xml'
  | 'not_json'
  | 'no_object'
  /** A well-formed fault that is the server's own trouble: the work may be done all the same. */
  | 'server_fault'
  /** JSON without a fault under an error status. */
  | 'no_fault';

export type Answer =
  | { kind: 'ok'; json: JsonObject }
  | { kind: 'refused'; faults: QuickBooksFault[] }
  | { kind: 'not_executed'; why: NotExecuted; retryAfterMs: number | null }
  | { kind: 'unreadable'; cause: UnreadableCause; faults: QuickBooksFault[] };

/**
 * Reads an answer of the Accounting API in whatever envelope it came: the service's JSON fault, the
 * gateway's lower-case JSON, XML (recorded for 429 although JSON was asked), HTML, nothing at all,
 * or a fault under status 200. The one place where an HTTP answer is understood.
 */
export function readAnswer(answer: RawAnswer): Answer {
  const { status } = answer;
  if (status >= 300 && status < 400) return unreadable('redirect');
  const content = readBody(answer);
  const { faults } = content;
  if (isThrottle(answer, faults)) {
    return { kind: 'not_executed', why: 'throttled', retryAfterMs: answer.retryAfterMs ?? null };
  }
  const barred = barredBy(status, faults);
  if (barred !== undefined) return { kind: 'not_executed', why: barred, retryAfterMs: null };
  if (faults.length > 0) {
    return isFinal(status, faults)
      ? { kind: 'refused', faults }
      : unreadable('server_fault', faults);
  }
  if (content.json === undefined) return unreadable(content.cause);
  if (status < 200 || status > 299) return unreadable('no_fault');
  return { kind: 'ok', json: content.json };
}

/** Only the start of a body is searched for the throttle code; faults are short. */
const MAX_SEARCHED_CHARS = 64 * 1_024;

function isThrottle({ status, body }: RawAnswer, faults: readonly QuickBooksFault[]): boolean {
  if (status === 429 || faults.some(({ code }) => code === '3001')) return true;
  return status >= 400 && /errorCode=0*3001\b/.test(body.slice(0, MAX_SEARCHED_CHARS));
}

const TOKEN_CODES = new Set(['100', '110', '3200', '3202']);
const ACCESS_CODES = new Set(['120', '3100']);

function barredBy(status: number, faults: readonly QuickBooksFault[]): NotExecuted | undefined {
  // 120 comes with 401, but a fresh token of a user without rights is refused as well.
  if (faults.some(({ code }) => ACCESS_CODES.has(code))) return 'forbidden';
  if (status === 401 || faults.some(({ code }) => TOKEN_CODES.has(code))) return 'unauthorized';
  return undefined;
}

/** Whether a fault is QuickBooks' last word. A 5xx is only where QuickBooks says it validated. */
function isFinal(status: number, faults: readonly QuickBooksFault[]): boolean {
  return status < 500 || faults.every(({ type }) => type === 'ValidationFault');
}

function unreadable(cause: UnreadableCause, faults: QuickBooksFault[] = []): Answer {
  return { kind: 'unreadable', cause, faults };
}

type Content =
  | { json: JsonObject; faults: QuickBooksFault[] }
  | { json: undefined; cause: UnreadableCause; faults: QuickBooksFault[] };

function readBody({ contentType, body }: RawAnswer): Content {
  const text = body.trimStart().replaceAll('\0', NO_CHARACTER);
  if (text === '') return { json: undefined, cause: 'empty', faults: [] };
  if (text.startsWith('<')) {
    const isHtml = /^text\/html/i.test(contentType ?? '') || /^<(!doctype html|html)/i.test(text);
    const faults = isHtml ? undefined : faultsInXml(text);
    return { json: undefined, cause: isHtml ? 'html' : 'xml', faults: faults ?? [] };
  }
  let json: unknown;
  try {
    json = UNSTORABLE.test(text) ? JSON.parse(text, storable) : JSON.parse(text);
  } catch {
    return { json: undefined, cause: 'not_json', faults: [] };
  }
  return isObject(json)
    ? { json, faults: faultsInJson(json) }
    : { json: undefined, cause: 'no_object', faults: [] };
}

/** Stands where QuickBooks answers what no database keeps: NUL, or half a surrogate pair. */
const NO_CHARACTER = '\ufffd';
/** How they can come: written out, since neither is valid UTF-8 or JSON by itself. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i;

function storable(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', NO_CHARACTER) : value;
}

/** A Retry-After header in milliseconds, as seconds or as a date; null where it is neither. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined || header.trim() === '') return null;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now.getTime();
  return Number.isFinite(waitMs) && waitMs > 0 ? waitMs : null;
}

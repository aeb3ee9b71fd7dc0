import type {
  LoginWays,
  OpsDocument,
  OpsDocumentPage,
  OpsRetryAnswer,
  OpsSession,
} from '../../contract/ops.js';
import type { FieldError, Problem } from '../../contract/problem.js';
import type { DocumentSearch } from '../list/document-search.js';
import { takeActivity } from './activity.js';
import { askForProof } from './proof.js';

/** Calls of the dashboard's own API: same origin, cookie session, JSON. */

/** Rows of one page of the list; also the most that one retry takes (the API allows 200). */
export const PAGE_SIZE = 50;

const CALL_TIMEOUT_MS = 20_000;

/** A call that was refused, or got no readable answer. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
  constructor(
    title: string,
    /** HTTP status; 0 where no answer came. */
    readonly status: number,
    /** The server's sentence about it, where it gave one. */
    readonly detail: string | undefined = undefined,
    /** The server's word for the kind of refusal. */
    readonly word: string | undefined = undefined,
    /** Names the server's log lines of this request. */
    readonly requestId: string | undefined = undefined,
    /** What is wrong with which field. */
    readonly errors: readonly FieldError[] = [],
  ) {
    super(title);
  }
}

export function getSession(signal: AbortSignal): Promise<OpsSession> {
  return call('GET', '/ops/session', { signal });
}

export function getLoginWays(signal: AbortSignal): Promise<LoginWays> {
  return call('GET', '/ops/login', { signal });
}

export function logIn(email: string, password: string): Promise<OpsSession> {
  return call('POST', '/ops/login', { body: { email, password } });
}

export function logOut(csrfToken: string): Promise<void> {
  return call('POST', '/ops/logout', { csrfToken });
}

export function listDocuments(
  search: DocumentSearch,
  signal: AbortSignal,
): Promise<OpsDocumentPage> {
  const query = new URLSearchParams({ ...search, limit: String(PAGE_SIZE) });
  return call('GET', `/ops/documents?${query}`, { signal });
}

export function getDocument(id: string, signal: AbortSignal): Promise<OpsDocument> {
  return call('GET', `/ops/documents/${encodeURIComponent(id)}`, { signal });
}

/** Retries one document or those of a page; each gets its own result. */
export function retryDocuments(ids: string[], csrfToken: string): Promise<OpsRetryAnswer> {
  return call('POST', '/ops/documents/retry', { csrfToken, body: { ids } });
}

interface CallOptions {
  body?: unknown;
  csrfToken?: string;
  signal?: AbortSignal;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One call; an act names the session's token. Where the server wants to know again who the person
 * is, they are asked and the call is made a second time.
 *
 * @throws RequestFailed
 */
export async function call<Answer>(
  method: Method,
  path: string,
  options: CallOptions,
): Promise<Answer> {
  try {
    return await callOnce(method, path, options);
  } catch (error) {
    const isProofWanted =
      error instanceof RequestFailed && error.word === 'reauthentication_needed';
    if (!isProofWanted || !(await askForProof())) throw error;
    return callOnce(method, path, options);
  }
}

async function callOnce<Answer>(
  method: Method,
  path: string,
  { body, csrfToken, signal }: CallOptions,
): Promise<Answer> {
  const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (csrfToken !== undefined) headers.set('x-csrf-token', csrfToken);
  // The page refreshes itself; the server counts such a read as nobody's activity.
  if (!takeActivity()) headers.set('x-poll', '1');
  let response: Response;
  let text: string;
  try {
    response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      redirect: 'error',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new RequestFailed(
      timeout.aborted ? 'The server did not answer in time.' : 'The server cannot be reached.',
      0,
    );
  }
  const answer = text === '' ? undefined : parseJson(text);
  if (!response.ok) throw refusal(response.status, answer);
  if (text !== '' && answer === undefined)
    throw new RequestFailed('The server gave an answer that cannot be read.', response.status);
  return answer as Answer;
}

function refusal(status: number, answer: unknown): RequestFailed {
  const problem: Partial<Problem> = typeof answer === 'object' && answer !== null ? answer : {};
  const title = problem.title ?? `The server answered with status ${status}.`;
  const word = problem.type?.split(':').at(-1);
  return new RequestFailed(title, status, problem.detail, word, problem.requestId, problem.errors);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

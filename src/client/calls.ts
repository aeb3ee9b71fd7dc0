import type { Problem } from '../contract/problem.js';

/** The service refused or failed; `problem` says which field and which rule. */
export class QboSyncError extends Error {
  override name = 'QboSyncError';
  constructor(
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(`${problem.title}${problem.detail === undefined ? '' : `: ${problem.detail}`}`);
  }
}

export interface ClientOptions {
  /** For example `https://sync.example.com`. */
  baseUrl: string;
  /** API key of the app. */
  apiKey: string;
  /** Longest wait for an answer, in milliseconds. Default 30,000. */
  timeoutMs?: number;
}

/** HTTP requests of the client. */
export class Calls {
  readonly #options: Required<ClientOptions>;

  constructor(options: ClientOptions) {
    this.#options = { timeoutMs: 30_000, ...options, baseUrl: options.baseUrl.replace(/\/$/, '') };
  }

  /**
   * One request and its answer.
   *
   * @param withinMs time the service is asked to wait, on top of `timeoutMs`
   * @throws QboSyncError
   */
  async send<Answer>(
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey?: string,
    withinMs = 0,
  ): Promise<Answer> {
    const { baseUrl, apiKey, timeoutMs } = this.#options;
    const isFile = body instanceof Uint8Array;
    const contentType = isFile ? 'application/pdf' : 'application/json';
    const response = await fetch(baseUrl + path, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      body: isFile ? body : body === undefined ? undefined : JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs + withinMs),
    });
    const text = await response.text();
    if (response.ok) return (text === '' ? null : JSON.parse(text)) as Answer;
    throw new QboSyncError(response.status, problemOf(response.status, text));
  }
}

type Key = readonly [connection: string, kind: string, externalId: string];

/** Where a connection is. */
export function connectionPath(id: string): string {
  return `/v1/connections/${encodeURIComponent(id)}`;
}

/** Where a document is. */
export function pathOf([connection, kind, externalId]: Key): string {
  return `/v1/connections/${encodeURIComponent(connection)}/documents/${encodeURIComponent(kind)}/${encodeURIComponent(externalId)}`;
}

/** What is given of a filter, as a query. */
export function queryOf(filter: object): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))}`;
}

/** The problem of an answer; something in between may have answered in its own words. */
function problemOf(status: number, text: string): Problem {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'title' in parsed)
      return parsed as Problem;
  } catch {
    // Not ours: a proxy's page, for example.
  }
  return { type: 'about:blank', title: `The service answered ${status}`, status };
}

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { FieldError, Problem } from '../contract/problem.js';
import { ConnectionExists } from '../ledger/connections/connection-changes.js';
import { InvalidSettings } from '../ledger/connections/connection-settings.js';
import { isLedgerUnavailable, isUnstorable } from '../ledger/database/unavailable.js';
import { loggedError, type WebLog } from './log-events.js';

/** Machine words of problems; a document's reason may stand in their place. */
type ProblemWord = string;

/** Names a problem for machines, as RFC 9457 wants: a URI that need not be fetched. */
const typeOf = (word: ProblemWord) => `urn:qbo-sync:problem:${word}`;

interface ProblemFacts {
  detail?: string;
  errors?: readonly FieldError[];
  headers?: Readonly<Record<string, string>>;
}

/** A request that ends with a problem document. */
export class HttpProblem extends Error {
  override name = 'HttpProblem';
  constructor(
    readonly status: number,
    readonly word: ProblemWord,
    readonly title: string,
    readonly facts: ProblemFacts = {},
  ) {
    super(title);
  }
}

const RETRY_AFTER_SECONDS = 5;

export const unauthorized = (detail: string) =>
  new HttpProblem(401, 'unauthorized', 'Not authorized', {
    detail,
    headers: { 'www-authenticate': 'Bearer' },
  });

export const forbidden = (word: string, detail: string) =>
  new HttpProblem(403, word, 'Not allowed', { detail });

export const notFound = (what: string) =>
  new HttpProblem(404, 'not_found', 'Not found', { detail: `There is no such ${what}.` });

export const conflict = (word: string, detail: string) =>
  new HttpProblem(409, word, 'Conflict', { detail });

export const malformed = (word: string, detail: string) =>
  new HttpProblem(400, word, 'Malformed request', { detail });

export const invalidRequest = (errors: readonly FieldError[]) =>
  new HttpProblem(422, 'invalid_request', 'Invalid request', {
    detail: errors
      .map(({ field, rule }) => `${field}: ${rule}`)
      .slice(0, 3)
      .join('; '),
    errors,
  });

/** What we cannot do for a moment. */
export const unavailable = (detail: string) =>
  new HttpProblem(503, 'unavailable', 'Not available for a moment', {
    detail,
    headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
  });

const UNSTORABLE = new HttpProblem(422, 'invalid_request', 'Invalid request', {
  detail: 'A text of the request contains NUL, which cannot be stored.',
});

/** The answer to any error: what the caller can act on, and nothing of our inside. */
export function problemOf(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof InvalidSettings) return invalidRequest(error.errors);
  if (error instanceof ConnectionExists) {
    return conflict('connection_exists', `${error.message}: ${error.connectionId}.`);
  }
  if (isLedgerUnavailable(error)) {
    return unavailable('Nothing was changed. Try again shortly.');
  }
  if (isUnstorable(error)) return UNSTORABLE;
  return fastifyProblem(error) ?? new HttpProblem(500, 'internal', 'Internal error');
}

/** Fastify's own refusals, by their codes. */
function fastifyProblem(error: unknown): HttpProblem | undefined {
  const { code, statusCode = 500 } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new HttpProblem(413, 'too_large', 'Body too large');
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new HttpProblem(415, 'not_json', 'Bodies must be application/json');
  }
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || code === 'FST_ERR_CTP_EMPTY_JSON_BODY') {
    return malformed('malformed_json', 'The body is not valid JSON.');
  }
  if (code === 'FST_ERR_HANDLER_TIMEOUT') {
    return unavailable(
      'The answer took too long. Ask again: what was stated may have been stored.',
    );
  }
  if (statusCode === 429) return new HttpProblem(429, 'too_many_requests', 'Too many requests');
  if (statusCode >= 400 && statusCode < 500) {
    return new HttpProblem(statusCode, 'malformed_request', 'Malformed request');
  }
  return undefined;
}

function causeOf(error: unknown): string {
  const { code, name } = loggedError(error);
  return code ?? name;
}

/** Sends any error as a problem document; what is our fault is logged whole. */
export function sendProblem(log: WebLog) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = problemOf(error);
    const route = request.routeOptions.url ?? '(none)';
    if (problem.status === 503) {
      log({ event: 'http_unavailable', requestId: request.id, route, cause: causeOf(error) });
    } else if (problem.status >= 500) {
      log({ event: 'http_failed', requestId: request.id, route, error: loggedError(error) });
    }
    const body: Problem = {
      type: typeOf(problem.word),
      title: problem.title,
      status: problem.status,
      ...(problem.facts.detail === undefined ? {} : { detail: problem.facts.detail }),
      ...(problem.facts.errors === undefined ? {} : { errors: [...problem.facts.errors] }),
      requestId: request.id,
    };
    if (problem.status === 413) readOn(request, reply);
    return reply
      .code(problem.status)
      .headers(problem.facts.headers ?? {})
      .type('application/problem+json')
      .serializer((value: unknown) => JSON.stringify(value))
      .send(body);
  };
}

/**
 * Reads on what still comes, for as long as a request may take, and throws it away. Fastify would close
 * the connection: who is still sending would meet its end instead of the answer.
 */
function readOn(request: FastifyRequest, reply: FastifyReply): void {
  request.raw.resume();
  reply.header('connection', 'keep-alive');
}

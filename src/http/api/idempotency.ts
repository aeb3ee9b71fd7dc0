import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  abandonKeyed,
  beginKeyed,
  finishKeyed,
  type KeyedRequest,
} from '../../ledger/apps/idempotency.js';
import { isLedgerUnavailable } from '../../ledger/database/unavailable.js';
import { loggedError } from '../log-events.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, HttpProblem } from '../problems.js';

/** Longest time an answer waits until it is kept. */
const KEEP_MS_MAX = 1_000;
/** Longest time a failure, which may be late already, waits until its key is free. */
const FREE_MS_MAX = 100;
/** Tries to free it, and the pause between two. After two minutes it is free by itself. */
const FREE_TRIES_MAX = 60;
const FREE_RETRY_MS = 1_000;

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request holds its Idempotency-Key. */
    keyed: KeyedRequest | null;
  }
}

/**
 * `Idempotency-Key` on every write of the API. The key is claimed once a request is found valid, so
 * that a refused one may be corrected and sent again under the same key.
 */
export function keepIdempotentAnswers(web: Web, parts: WebParts): void {
  web.decorateRequest('keyed', null);
  web.addHook('preHandler', (request, reply) => begin(request, reply, parts));
  web.addHook('onSend', (request, reply, payload) => end(request, reply, payload, parts));
}

async function begin(request: FastifyRequest, reply: FastifyReply, { ledger }: WebParts) {
  const key = request.headers['idempotency-key'];
  if (request.caller === null || request.method === 'GET' || typeof key !== 'string') return;
  const { appId } = request.caller;
  const keyed = { appId, key, request: `${request.method} ${request.url}\n${request.bodyText}` };
  const beginning = await beginKeyed(ledger, keyed);
  switch (beginning.kind) {
    case 'begun':
      request.keyed = keyed;
      return;
    case 'replay': {
      const { status, contentType, body } = beginning.answer;
      return reply
        .code(status)
        .type(contentType)
        .header('idempotency-replayed', 'true')
        .serializer((text: string) => text)
        .send(body);
    }
    case 'mismatch':
      throw new HttpProblem(422, 'idempotency_mismatch', 'Idempotency-Key used before', {
        detail: 'The Idempotency-Key was used for another request.',
      });
    case 'in_flight':
      throw conflict('idempotency_in_flight', 'The first request with this key is still running.');
  }
}

async function end(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  { ledger, log }: WebParts,
): Promise<unknown> {
  const { keyed } = request;
  if (keyed === null) return payload;
  request.keyed = null;
  const contentType = String(reply.getHeader('content-type') ?? 'application/json');
  const body = typeof payload === 'string' ? payload : '';
  const hasFailed = reply.statusCode >= 500;
  const kept = hasFailed
    ? freeOnceThere(ledger, keyed)
    : finishKeyed(ledger, keyed, { status: reply.statusCode, contentType, body });
  const noted = kept.catch((error: unknown) => {
    // The work is done and its answer true; only a replay of it is lost.
    const facts = { requestId: request.id, what: 'idempotency', error: loggedError(error) };
    log({ event: 'http_side_work_failed', ...facts });
  });
  // An answer does not wait for a database that stands still.
  const patience = new AbortController();
  const limitMs = hasFailed ? FREE_MS_MAX : KEEP_MS_MAX;
  const late = delay(limitMs, undefined, { signal: patience.signal }).catch(() => undefined);
  await Promise.race([noted, late]);
  patience.abort();
  return payload;
}

/** A failure is often the database's: its key is freed once that is back, not minutes later. */
async function freeOnceThere(ledger: WebParts['ledger'], keyed: KeyedRequest): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await abandonKeyed(ledger, keyed);
    } catch (error) {
      if (tried === FREE_TRIES_MAX || !isLedgerUnavailable(error)) throw error;
      await delay(FREE_RETRY_MS, undefined, { ref: false });
    }
  }
}

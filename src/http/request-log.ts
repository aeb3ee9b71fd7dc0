import type { FastifyRequest } from 'fastify';
import type { Web, WebParts } from './parts.js';

/** One event per request, and a span where requests are traced, named by its route. */
export function logRequests(web: Web, { log, traceRequest }: WebParts): void {
  // Not before the body was read: what goes on from a socket has lost whose request it is.
  web.addHook('preValidation', (request, reply, done) => {
    const { id, method, headers } = request;
    traceRequest(
      { id, method, route: routeOf(request), headers, sinceMs: reply.elapsedTime },
      done,
    );
  });
  web.addHook('onResponse', async (request, reply) => {
    log({
      event: 'http_request',
      requestId: request.id,
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      keyId: request.caller?.keyId ?? null,
      appId: request.caller?.appId ?? null,
      connectionId: request.ownConnection?.id ?? null,
    });
  });
  web.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
}

const routeOf = ({ routeOptions }: FastifyRequest) => routeOptions.url ?? '(none)';

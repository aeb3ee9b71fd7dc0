import type { Web, WebParts } from './parts.js';

/** One event per request, named by its route. */
export function logRequests(web: Web, { log }: WebParts): void {
  web.addHook('onResponse', async (request, reply) => {
    log({
      event: 'http_request',
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url ?? '(none)',
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

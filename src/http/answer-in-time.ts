import type { FastifyRequest } from 'fastify';
import type { Web } from './parts.js';
import { unavailable } from './problems.js';

/**
 * Answers 503 to a request whose time is up. Fastify's own time-out ends with the request's body
 * (5.12: Node closes a request once its body was read), so a statement that is stuck in the database
 * would wait as long as that stands still. What the handler does meanwhile goes on.
 */
export function answerInTime(web: Web): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  web.addHook('onRequest', async (request, reply) => {
    const { handlerTimeout } = request.routeOptions;
    if (handlerTimeout === undefined || handlerTimeout === 0) return;
    const timer = setTimeout(() => {
      // An answer that has begun is a stream, which ends by itself.
      if (!reply.sent && !reply.raw.headersSent) reply.send(tookTooLong());
    }, handlerTimeout);
    timers.set(request, timer);
  });
  // Also called where the caller has hung up.
  web.addHook('onResponse', async (request) => clearTimeout(timers.get(request)));
}

export const tookTooLong = () =>
  unavailable('The answer took too long. Ask again: what was stated may have been stored.');

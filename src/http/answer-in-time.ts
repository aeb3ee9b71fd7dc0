import type { Web } from './parts.js';
import { unavailable } from './problems.js';

/**
 * Answers 503 to a request whose time is up. Fastify's own time-out ends with the request's body
 * (5.12: Node closes a request once its body was read), so a statement that is stuck in the database
 * would wait as long as that stands still. What the handler does meanwhile goes on.
 */
export function answerInTime(web: Web): void {
  web.addHook('onRequest', async (request, reply) => {
    const { handlerTimeout } = request.routeOptions;
    if (handlerTimeout === undefined || handlerTimeout === 0) return;
    const timer = setTimeout(() => {
      // An answer that has begun is a stream, which ends by itself.
      if (!reply.sent && !reply.raw.headersSent) reply.send(tookTooLong());
    }, handlerTimeout);
    // Fastify calls no hook where the caller of a stream hangs up. With the listeners of a file that is
    // sent this one is the eleventh, of which Node would warn.
    const { raw } = reply;
    raw.setMaxListeners(raw.getMaxListeners() + 1).once('close', () => clearTimeout(timer));
  });
}

export const tookTooLong = () =>
  unavailable('The answer took too long. Ask again: what was stated may have been stored.');

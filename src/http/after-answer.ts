import type { FastifyRequest } from 'fastify';
import { loggedError } from './log-events.js';
import type { Web, WebParts } from './parts.js';

declare module 'fastify' {
  interface FastifyRequest {
    afterAnswer: (() => void)[];
  }
}

/** Work that is done once the answer is out, so that no caller waits for it. */
export function runAfterAnswers(web: Web, { log }: WebParts): void {
  // A list of its own for each request: a decorated array would be shared by all of them.
  web.decorateRequest('afterAnswer');
  web.addHook('onRequest', async (request) => {
    request.afterAnswer = [];
  });
  web.addHook('onResponse', async (request) => {
    for (const work of request.afterAnswer) {
      try {
        work();
      } catch (error) {
        const facts = { requestId: request.id, what: 'after_answer', error: loggedError(error) };
        log({ event: 'http_side_work_failed', ...facts });
      }
    }
  });
}

/** Has due documents of companies looked at after the answer. */
export function dispatchAfter(
  request: FastifyRequest,
  { dispatch }: WebParts,
  companyIds: Iterable<string | null>,
): void {
  for (const companyId of new Set(companyIds)) {
    if (companyId !== null) request.afterAnswer.push(() => dispatch(companyId));
  }
}

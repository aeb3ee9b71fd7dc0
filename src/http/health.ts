import { z } from 'zod';
import type { Web, WebParts } from './parts.js';

const config = { access: { by: 'anyone' }, rateLimit: false } as const;
const tags = ['health'];
const health = z.object({ status: z.enum(['ok', 'degraded', 'not_ready']) });

/** Whether the process lives, and whether it can serve; details are in the logs. */
export function addHealthRoutes(web: Web, { readiness }: WebParts): void {
  web.route({
    method: 'GET',
    url: '/livez',
    config,
    schema: { tags, summary: 'The process lives; asks nobody else', response: { 200: health } },
    handler: async () => ({ status: 'ok' as const }),
  });
  web.route({
    method: 'GET',
    url: '/readyz',
    config,
    schema: {
      tags,
      summary: 'Requests can be served; degraded where only the queue is away',
      response: { 200: health, 503: health },
    },
    handler: async (_request, reply) => {
      const { ready, degraded } = await readiness().catch(() => ({ ready: false, degraded: true }));
      if (!ready) return reply.code(503).send({ status: 'not_ready' as const });
      return reply.send({ status: degraded ? ('degraded' as const) : ('ok' as const) });
    },
  });
}

import fastifyStatic from '@fastify/static';
import { opsQueue } from '../../contract/ops.js';
import { allowOwnFrame } from '../headers.js';
import type { QueueBoard, Web, WebParts } from '../parts.js';
import { unavailable } from '../problems.js';
import { problems } from '../schemas.js';

const AT = '/ops/queues';
/** It reads again and again by itself, which is nobody's activity. */
const LOOKING = { by: 'person', role: 'operator', isPassive: true } as const;
const YEAR_SECONDS = 31_536_000;

/**
 * Bull Board over the raw queues. It only looks: the ledger decides what is sent, a wake-up that
 * somebody removed or added here would change nothing but when.
 */
export async function addQueueBoard(web: Web, { queueBoard }: WebParts): Promise<void> {
  web.route({
    method: 'GET',
    url: '/ops/queue',
    config: { access: { by: 'person', role: 'operator' } },
    schema: {
      tags: ['dashboard'],
      summary: 'Where the raw queues are shown; nowhere where they are not on Redis',
      response: { 200: opsQueue, ...problems },
    },
    handler: () => ({ board: queueBoard === null ? null : `${AT}/` }),
  });
  if (queueBoard === null) return;
  web.addHook('onClose', async () => queueBoard.close());
  await web.register(async (scope) => serveBoard(scope, queueBoard), { prefix: AT });
}

async function serveBoard(web: Web, board: QueueBoard): Promise<void> {
  web.addHook('onRoute', (route) => {
    route.config = { ...route.config, access: LOOKING };
    route.schema = { ...route.schema, hide: true };
  });
  allowOwnFrame(web);
  const page = board.pageBelow(`${AT}/`);
  for (const url of board.pages) {
    web.route({
      method: 'GET',
      url,
      handler: (_request, reply) => reply.type('text/html; charset=utf-8').send(page),
    });
  }
  for (const { url, read } of board.reads) {
    web.route({
      method: 'GET',
      url,
      handler: async ({ params, query }, reply) => {
        const answer = await read({
          params: params as Record<string, string>,
          query: query as Record<string, unknown>,
        });
        if (answer === undefined) throw unavailable('The queue’s store does not answer.');
        return reply.code(answer.status).send(answer.body);
      },
    });
  }
  await web.register(fastifyStatic, {
    root: board.staticFolder,
    prefix: '/static/',
    cacheControl: false,
    setHeaders: (response, path) => {
      // These carry a hash of their content in their names; none is kept for somebody else.
      if (!/\.[0-9a-f]{10}\.(js|css)$/.test(path)) return;
      response.setHeader('cache-control', `private, max-age=${YEAR_SECONDS}, immutable`);
    },
  });
}

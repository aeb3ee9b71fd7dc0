import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readApp } from '../../ledger/apps/apps.js';
import { connectionById } from '../../ledger/connections/connections.js';
import { openPage } from '../../ledger/people/customer-sessions.js';
import { setCustomerCookie } from '../auth/browser.js';
import { allowFrames } from '../headers.js';
import { PAGE_LINK_ENDED } from '../intuit/pages.js';
import { loggedError } from '../log-events.js';
import type { Web, WebParts } from '../parts.js';
import { redirect } from '../schemas.js';

const YEAR_SECONDS = 31_536_000;
const PAGE_OF = /^\/connection\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The customers' page: the way in by a link, and its built files. */
export async function addCustomerPage(web: Web, parts: WebParts): Promise<void> {
  addOpening(web, parts);
  const folder = parts.customerPageFolder;
  if (folder === null) return;
  await web.register(
    async (files) => {
      files.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: { by: 'anyone' }, rateLimit: false };
        route.schema = { ...route.schema, hide: true };
      });
      await files.register(fastifyStatic, {
        root: folder,
        cacheControl: false,
        setHeaders: (response, path) => {
          // Vite puts a hash of the content into the names of these files.
          const isHashed = path.includes('/assets/');
          const value = isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-store';
          response.setHeader('cache-control', value);
        },
      });
      files.setNotFoundHandler(async (request, reply) => {
        const [, connectionId] = PAGE_OF.exec(request.url.split('?')[0] ?? '') ?? [];
        if (request.method !== 'GET' || connectionId === undefined) {
          return web.notFoundProblem(request, reply);
        }
        const origins = await framedBy(parts, connectionId);
        if (origins.length > 0) allowFrames(reply, origins);
        return reply.sendFile('index.html');
      });
    },
    { prefix: '/connection' },
  );
}

/** The address carries a secret: it answers with a redirect and nothing else, whatever happens. */
function addOpening(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: '/connection/open/:token',
    // Limits would answer with a body; a token that is not ours costs one indexed look-up.
    config: { access: { by: 'anyone' }, rateLimit: false },
    schema: {
      tags: ['customers'],
      summary: 'Exchange a link for a session of its customer’s page, once',
      params: z.looseObject({ token: z.string() }),
      response: { 302: redirect },
    },
    handler: async (request, reply) => {
      let location = PAGE_LINK_ENDED;
      try {
        location = (await opened(parts, request, reply)) ?? PAGE_LINK_ENDED;
      } catch (error) {
        const route = request.routeOptions.url ?? '(none)';
        parts.log({
          event: 'http_failed',
          requestId: request.id,
          route,
          error: loggedError(error),
        });
      }
      return reply.code(302).header('location', location).send();
    },
  });
}

async function opened(
  { ledger, config }: WebParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | undefined> {
  const { token } = request.params as { token: string };
  const session = await openPage(ledger, token);
  if (session === undefined) return undefined;
  const app = await readApp(ledger, session.appId);
  const isEmbedded = (app?.embedOrigins ?? []).length > 0;
  setCustomerCookie(reply, config, { sessionId: session.sessionId, isEmbedded });
  return `/connection/${session.connectionId}`;
}

/** Whose pages may show a connection's page in a frame; nobody's where there is no such connection. */
async function framedBy({ ledger }: WebParts, connectionId: string): Promise<readonly string[]> {
  const connection = await connectionById(ledger.sql, connectionId);
  if (connection === undefined) return [];
  return (await readApp(ledger, connection.appId))?.embedOrigins ?? [];
}

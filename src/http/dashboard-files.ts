import fastifyStatic from '@fastify/static';
import type { Web } from './parts.js';

const YEAR_SECONDS = 31_536_000;

/**
 * The built dashboard. Addresses below it without a file are pages of the dashboard itself; what
 * they show comes from /ops, which asks for a session.
 */
export async function addDashboard(web: Web, folder: string | null): Promise<void> {
  web.route({
    method: 'GET',
    url: '/',
    config: { access: { by: 'anyone' } },
    schema: { hide: true },
    handler: (_request, reply) => reply.code(302).header('location', '/dashboard/').send(),
  });
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
        redirect: true,
        setHeaders: (response, path) => {
          // Vite puts a hash of the content into the names of these files.
          const isHashed = path.includes('/assets/');
          const value = isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-store';
          response.setHeader('cache-control', value);
        },
      });
      files.setNotFoundHandler((request, reply) => {
        const path = request.url.split('?')[0] ?? '';
        if (request.method === 'GET' && !path.slice(path.lastIndexOf('/')).includes('.')) {
          return reply.sendFile('index.html');
        }
        return web.notFoundProblem(request, reply);
      });
    },
    { prefix: '/dashboard' },
  );
}

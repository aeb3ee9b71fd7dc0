import helmet from '@fastify/helmet';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Web, WebConfig } from './parts.js';

const HSTS_SECONDS = 365 * 86_400;

/** Whatever a page loads comes from files of ours; nothing is written into the page itself. */
const POLICY = {
  'default-src': ["'self'"],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/**
 * For the readable API docs only, a page without a session: Swagger UI writes styles and small
 * pictures into the page. Scripts stay files of ours.
 */
const DOCS_POLICY = {
  ...POLICY,
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
};

/**
 * For Bull Board only: pages of ours show it in a frame, and it says in its own head where its files
 * lie, so that they are found from every address of it. The hash is of the one style it writes while
 * running, which hides a scroll bar; no other text passes.
 */
const BOARD_POLICY = {
  ...POLICY,
  'style-src': ["'self'", "'sha256-r2N1TB/gHbBtBZFKg7ejmq1acVSREzucTAEw6ga4hoU='"],
  'base-uri': ["'self'"],
  'frame-ancestors': ["'self'"],
};

/** Headers that keep browsers careful. */
export async function addSafeHeaders(web: Web, config: WebConfig): Promise<void> {
  const isHttps = new URL(config.publicUrl).protocol === 'https:';
  await web.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: isHttps ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  web.addHook('onSend', async (_request, reply) => {
    // Everything is somebody's data, except what says otherwise: the dashboard's own files.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

/** Lets the pages of `docs`, and no others, carry inline styles. */
export function allowDocsStyles(docs: FastifyInstance): void {
  docs.addHook('onRequest', async (_request, reply) => {
    reply.helmet({ contentSecurityPolicy: { useDefaults: false, directives: DOCS_POLICY } });
  });
}

/** Lets pages of ours, and no others, show the answers of `board` in a frame. */
export function allowOwnFrame(board: FastifyInstance): void {
  board.addHook('onRequest', async (_request, reply) => {
    reply.helmet({
      contentSecurityPolicy: { useDefaults: false, directives: BOARD_POLICY },
      frameguard: { action: 'sameorigin' },
    });
  });
}

/** Lets pages of these origins, and no others, show the answer in a frame. */
export function allowFrames(reply: FastifyReply, origins: readonly string[]): void {
  const directives = { ...POLICY, 'frame-ancestors': [...origins] };
  reply.helmet({
    contentSecurityPolicy: { useDefaults: false, directives },
    // It knows no list of origins; browsers that know the policy do not look at it.
    frameguard: false,
  });
  reply.raw.removeHeader('x-frame-options');
}

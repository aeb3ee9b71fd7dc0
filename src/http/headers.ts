import helmet from '@fastify/helmet';
import type { Web, WebConfig } from './parts.js';

const HSTS_SECONDS = 365 * 86_400;

/**
 * Headers that keep browsers careful. Scripts come from files of ours only. Styles may be inline,
 * because the dashboard's component library writes its variables so; a style runs nothing.
 */
export async function addSafeHeaders(web: Web, config: WebConfig): Promise<void> {
  const isHttps = new URL(config.publicUrl).protocol === 'https:';
  await web.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
      },
    },
    strictTransportSecurity: isHttps ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
  });
  web.addHook('onSend', async (_request, reply) => {
    // Everything is somebody's data, except what says otherwise: the dashboard's own files.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

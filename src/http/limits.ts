import rateLimit from '@fastify/rate-limit';
import type { Web, WebLimits } from './parts.js';
import { HttpProblem } from './problems.js';

/** Callers counted at once; the one unused for longest is forgotten first. */
const CALLERS_MAX = 10_000;

/**
 * Bounds what one key, or one address without a key, may ask in a minute. Registered after the
 * guard, so that requests are counted for the key they proved to hold.
 */
export async function limitRates(web: Web, limits: WebLimits): Promise<void> {
  await web.register(rateLimit, {
    max: limits.requestsPerMinute,
    timeWindow: '1 minute',
    cache: CALLERS_MAX,
    keyGenerator: (request) => request.caller?.keyId ?? request.ip,
    errorResponseBuilder: (_request, { ttl }) =>
      new HttpProblem(429, 'too_many_requests', 'Too many requests', {
        headers: { 'retry-after': String(Math.ceil(ttl / 1_000)) },
      }),
  });
}

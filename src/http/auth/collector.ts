import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request may not read the metrics: they are for a collector in the same network that knows
 * the token. What came through a proxy came from outside, so nothing is there for it.
 */
export function scrapeRefusal(
  headers: IncomingHttpHeaders,
  token: string | undefined,
): 'not_found' | 'unauthorized' | undefined {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  if (token === undefined || isForwarded) return 'not_found';
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return timingSafeEqual(digest(given), digest(token)) ? undefined : 'unauthorized';
}

const digest = (text: string) => createHash('sha256').update(text).digest();

import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of the verifier tokens signed these bytes: `intuit-signature` is their HMAC-SHA-256 in
 * base64 (page "webhooks"). Every token is tried to its end, so that the time taken tells nothing.
 */
export function isSignedByIntuit(
  body: Uint8Array,
  signature: unknown,
  verifierTokens: readonly string[],
): boolean {
  const given = Buffer.from(typeof signature === 'string' ? signature : '');
  const matches = verifierTokens.map((token) => {
    const right = Buffer.from(createHmac('sha256', token).update(body).digest('base64'));
    return given.length === right.length && timingSafeEqual(given, right);
  });
  return matches.includes(true);
}

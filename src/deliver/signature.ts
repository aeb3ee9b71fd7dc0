import { Webhook } from 'standardwebhooks';

/**
 * Headers of a message by Standard Webhooks: the id stays the same over all tries, the time is that of
 * the try, and during a rotation both secrets sign.
 *
 * @param secrets the newest first; at least one
 */
export function signedHeaders(
  message: { id: string; body: string; at: Date },
  secrets: readonly string[],
): Record<string, string> {
  const { id, body, at } = message;
  return {
    'content-type': 'application/json',
    'user-agent': 'qbo-sync',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

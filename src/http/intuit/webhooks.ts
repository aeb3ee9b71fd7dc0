import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isLedgerUnavailable } from '../../ledger/database/unavailable.js';
import { type StoredWebhooks, storeWebhooks } from '../../ledger/runs/inbound-webhooks.js';
import { type WebhookDelivery, webhookEventsOf } from '../../qbo/webhook-events.js';
import { decoded, depthOf } from '../json.js';
import type { Web, WebParts } from '../parts.js';
import { HttpProblem, malformed } from '../problems.js';
import { problems } from '../schemas.js';
import { isSignedByIntuit } from './webhook-signature.js';

/**
 * What Intuit tells of changes in companies: checked over its raw bytes, kept, and answered without any
 * call to QuickBooks. Everything signed and whole is answered 200, whatever it speaks of: Intuit holds
 * back all that comes after a delivery until that is acknowledged (page "webhooks/best-practices").
 */
export function addWebhookRoute(web: Web, parts: WebParts): void {
  const { webhooksPerMinute, webhookMs, bodyBytes } = parts.config.limits;
  // A scope of its own: nothing may parse the bytes before their signature is checked.
  web.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', 'application/cloudevents+json'],
      { parseAs: 'buffer' },
      (_request, body, done) => done(null, body),
    );
    scope.route({
      method: 'POST',
      url: '/webhooks/intuit',
      bodyLimit: bodyBytes,
      handlerTimeout: webhookMs,
      config: {
        access: { by: 'anyone' },
        rateLimit: { max: webhooksPerMinute, keyGenerator: ({ ip }: FastifyRequest) => ip },
      },
      schema: {
        tags: ['connecting'],
        summary: 'Intuit tells what has changed in companies, signed with a verifier token',
        response: { 200: z.undefined().describe('Kept.'), ...problems },
      },
      handler: async (request, reply) => {
        await receive(parts, request);
        return reply.code(200).send();
      },
    });
  });
}

async function receive({ ledger, config, log }: WebParts, request: FastifyRequest): Promise<void> {
  const requestId = request.id;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const refused = (why: 'not_signed' | 'malformed' | 'unavailable' | 'failed') =>
    log({ event: 'webhooks_refused', requestId, why });
  if (!isSignedByIntuit(body, request.headers['intuit-signature'], config.verifierTokens)) {
    refused('not_signed');
    throw new HttpProblem(401, 'unauthorized', 'Not authorized');
  }
  let delivery: WebhookDelivery;
  try {
    delivery = webhookEventsOf(parsed(body, config.limits.jsonDepth));
  } catch (error) {
    refused('malformed');
    throw error;
  }
  let stored: StoredWebhooks;
  try {
    stored = await storeWebhooks(ledger, config.intuitClientId, delivery.events);
  } catch (error) {
    refused(isLedgerUnavailable(error) ? 'unavailable' : 'failed');
    throw error;
  }
  const { unreadable } = delivery;
  const results = { ...stored.results, ...(unreadable > 0 ? { unreadable } : {}) };
  log({ event: 'webhooks_received', requestId, results, lagMs: stored.lagMs });
}

function parsed(body: Uint8Array, depthMax: number): unknown {
  const text = decoded(Buffer.from(body));
  if (text === undefined || depthOf(text) > depthMax) {
    throw malformed('malformed_json', 'The body is not valid JSON.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('malformed_json', 'The body is not valid JSON.');
  }
}

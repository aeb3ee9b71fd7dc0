import { createHmac, randomUUID } from 'node:crypto';
import type { InjectOptions } from 'fastify';
import type { Web } from '../../src/http/parts.js';
import type { ToldChange } from '../../src/ledger/runs/inbound-webhooks.js';

export const VERIFIER_TOKEN = 'canary-verifier-token-1';

/** One CloudEvent as Intuit's page shows it; overrides are members of it. */
export function aCloudEvent(overrides: Record<string, unknown> = {}) {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=',
    type: 'qbo.invoice.updated.v1',
    datacontenttype: 'application/json',
    time: '2026-11-22T08:59:58.179851517Z',
    intuitentityid: '1234',
    intuitaccountid: '4620816365000000001',
    data: {},
    ...overrides,
  };
}

/** A change as the ledger is told of it. */
export function aToldChange(overrides: Partial<ToldChange> = {}): ToldChange {
  return {
    realmId: '4620816365000000001',
    eventId: randomUUID(),
    entity: 'invoice',
    action: 'updated',
    entityId: '1234',
    otherId: null,
    at: new Date(),
    isKnown: true,
    isFollowed: true,
    ...overrides,
  };
}

/** One company's changes in the form before 2026. */
export function aLegacyDelivery(
  realmId: string,
  entities: { id: string; operation: string; name: string; lastUpdated: string }[],
) {
  return { eventNotifications: [{ realmId, dataChangeEvent: { entities } }] };
}

export const signatureOf = (body: string | Buffer, token = VERIFIER_TOKEN) =>
  createHmac('sha256', token).update(body).digest('base64');

/** Posts a body as Intuit does. `signature` null: without that header. */
export function postWebhook(
  web: Web,
  body: unknown,
  o: { signature?: string | null; token?: string; contentType?: string } = {},
) {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const signature = o.signature === undefined ? signatureOf(payload, o.token) : o.signature;
  const headers: InjectOptions['headers'] = {
    'content-type': o.contentType ?? 'application/json',
    ...(signature === null ? {} : { 'intuit-signature': signature }),
  };
  return web.inject({ method: 'POST', url: '/webhooks/intuit', payload, headers });
}

/** Control routes for what an app's maker sets in Intuit's portal: webhooks and addresses. */

import { z } from 'zod';
import type { Route } from './routes.js';

const address = z.url({ protocol: /^https?$/ });
const clientId = z.string().min(1).optional();

const webhooksSchema = z.strictObject({
  clientId,
  url: address,
  verifierToken: z.string().min(1).optional(),
  format: z.enum(['cloudevents', 'legacy']).optional(),
  contentType: z.enum(['application/json', 'application/cloudevents+json']).optional(),
  entities: z.array(z.string()).min(1).optional(),
  delayMs: z.number().int().min(0).max(86_400_000).optional(),
  timeoutMs: z.number().int().min(1).max(60_000).optional(),
  duplicate: z.number().min(0).max(1).optional(),
  shuffle: z.boolean().optional(),
});

const sendSchema = z.strictObject({
  clientId,
  body: z.unknown(),
  signature: z.string().optional(),
  contentType: z.string().min(1).optional(),
});

const appSchema = z.strictObject({
  clientId,
  redirectUris: z.array(z.string()).optional(),
  disconnectUrl: address.optional(),
  launchUrl: address.optional(),
  reconnectUrl: address.optional(),
});

export const PORTAL_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/control/webhooks',
    run: (control) => control.webhooks.subscriptions(),
  },
  {
    method: 'PUT',
    path: '/control/webhooks',
    run: (control, _, body) => control.webhooks.subscribe(webhooksSchema.parse(body)),
  },
  {
    method: 'DELETE',
    path: '/control/webhooks',
    run: (control) => ({ removed: control.webhooks.unsubscribe() }),
  },
  {
    method: 'DELETE',
    path: '/control/webhooks/:clientId',
    run: (control, parameters) => ({
      removed: control.webhooks.unsubscribe(parameters['clientId']),
    }),
  },
  {
    method: 'GET',
    path: '/control/webhooks/deliveries',
    run: (control) => control.webhooks.deliveries(),
  },
  {
    method: 'POST',
    path: '/control/webhooks/deliver',
    run: (control) => control.webhooks.deliver(),
  },
  {
    method: 'POST',
    path: '/control/webhooks/send',
    run: (control, _, body) => control.webhooks.send(sendSchema.parse(body)),
  },
  { method: 'GET', path: '/control/apps', run: (control) => control.apps.list() },
  {
    method: 'PUT',
    path: '/control/apps',
    run: (control, _, body) => control.apps.register(appSchema.parse(body)),
  },
];

import { z } from 'zod';
import {
  deliveryPage,
  type EndpointAnswer,
  endpointAnswer,
  endpointList,
  newEndpointAnswer,
} from '../../contract/endpoint.js';
import { EVENT_TYPES } from '../../contract/event.js';
import { text } from '../../contract/text.js';
import { urlProblem } from '../../deliver/endpoint-url.js';
import type { Ledger } from '../../ledger/database/open.js';
import {
  changeEndpoint,
  changeSecret,
  createEndpoint,
  type EndpointKey,
  listDeliveries,
  listEndpoints,
  removeEndpoint,
} from '../../ledger/events/endpoints.js';
import { actorOf, callerOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, invalidRequest, notFound } from '../problems.js';
import { noBody, pageLimit, problems, writeHeaders } from '../schemas.js';

const BASE = '/v1/endpoints';
const tags = ['events'];
const READ = { access: { by: 'key', scopes: ['connections', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['connections'] } } as const;
const byEndpoint = z.strictObject({ endpointId: z.uuid() });
const types = z.array(z.enum(EVENT_TYPES)).min(1).nullable();
/** An app has a handful; each is one more copy of every event. */
const ENDPOINTS_MAX = 20;

/** Addresses of the app that are told of events, as Standard Webhooks. */
export function addEndpointRoutes(web: Web, parts: WebParts): void {
  addCreating(web, parts);
  addReading(web, parts);
  addChanging(web, parts);
  addRemoving(web, parts);
}

function addCreating(web: Web, { ledger, config }: WebParts): void {
  web.route({
    method: 'POST',
    url: BASE,
    config: WRITE,
    schema: {
      tags,
      summary:
        'Add an endpoint; it is told of what happens from here on. The secret is answered once',
      headers: writeHeaders,
      body: z.strictObject({
        url: text(2_000),
        types: types.default(null).describe('Types it is told of. Default: all.'),
      }),
      response: { 201: newEndpointAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const { appId } = callerOf(request);
      assertUrl(request.body.url, config.endpointsMayBePrivate);
      if ((await listEndpoints(ledger, appId)).length >= ENDPOINTS_MAX) {
        throw conflict('too_many', `An app has at most ${ENDPOINTS_MAX} endpoints.`);
      }
      const made = await createEndpoint(ledger, { appId, ...request.body }, actorOf(request));
      return reply.code(201).send(made);
    },
  });
}

function addReading(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: READ,
    schema: {
      tags,
      summary: 'List endpoints and what waits for them',
      response: { 200: endpointList, ...problems },
    },
    handler: async (request) => ({
      endpoints: await listEndpoints(ledger, callerOf(request).appId),
    }),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:endpointId/deliveries`,
    config: READ,
    schema: {
      tags,
      summary: 'List tries to deliver, newest first',
      params: byEndpoint,
      querystring: z.strictObject({
        after: z.coerce.number().int().min(1).optional(),
        limit: pageLimit,
      }),
      response: { 200: deliveryPage, ...problems },
    },
    handler: async (request) => {
      const { appId } = callerOf(request);
      const key = { appId, endpointId: request.params.endpointId };
      await endpointOf(ledger, key);
      const { after, limit } = request.query;
      return listDeliveries(ledger, key, { after, limit });
    },
  });
}

function addChanging(web: Web, { ledger, config }: WebParts): void {
  web.route({
    method: 'PATCH',
    url: `${BASE}/:endpointId`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Change an endpoint; enabled again it goes on where it ended',
      params: byEndpoint,
      headers: writeHeaders,
      body: z.strictObject({
        url: text(2_000).optional(),
        types: types.optional(),
        enabled: z.boolean().optional(),
      }),
      response: { 200: endpointAnswer, ...problems },
    },
    handler: async (request) => {
      const key = { appId: callerOf(request).appId, endpointId: request.params.endpointId };
      const { url } = request.body;
      if (url !== undefined) assertUrl(url, config.endpointsMayBePrivate);
      const changed = await changeEndpoint(ledger, key, request.body, actorOf(request));
      if (!changed) throw notFound('endpoint');
      return endpointOf(ledger, key);
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/:endpointId/secret`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Change the secret; the one before signs beside it for a day',
      params: byEndpoint,
      headers: writeHeaders,
      body: noBody,
      response: { 200: newEndpointAnswer, ...problems },
    },
    handler: async (request) => {
      const key = { appId: callerOf(request).appId, endpointId: request.params.endpointId };
      const secret = await changeSecret(ledger, key, actorOf(request));
      if (secret === undefined) throw notFound('endpoint');
      return { ...(await endpointOf(ledger, key)), secret };
    },
  });
}

function addRemoving(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'DELETE',
    url: `${BASE}/:endpointId`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Remove an endpoint with its log',
      params: byEndpoint,
      headers: writeHeaders,
      response: { 204: z.null(), ...problems },
    },
    handler: async (request, reply) => {
      const key = { appId: callerOf(request).appId, endpointId: request.params.endpointId };
      if (!(await removeEndpoint(ledger, key, actorOf(request)))) throw notFound('endpoint');
      return reply.code(204).send(null);
    },
  });
}

async function endpointOf(
  ledger: Ledger,
  { appId, endpointId }: EndpointKey,
): Promise<EndpointAnswer> {
  const [found] = await listEndpoints(ledger, appId, endpointId);
  if (found === undefined) throw notFound('endpoint');
  return found;
}

function assertUrl(url: string, allowPrivate: boolean): void {
  const rule = urlProblem(url, { allowPrivate });
  if (rule !== undefined) throw invalidRequest([{ field: 'url', rule }]);
}

import { bulkActionAnswer, bulkActionPage, bulkResultPage } from '../../contract/bulk-action.js';
import {
  abortBulkAction,
  bulkResults,
  listBulkActions,
  readBulkAction,
} from '../../ledger/documents/bulk-actions.js';
import { callerOf } from '../auth/access.js';
import {
  askerOf,
  askForBulkAction,
  bulkActionBody,
  bulkPageQuery,
  bulkResultQuery,
  byBulkAction,
  foundBulkAction,
  resultFilter,
} from '../bulk-asking.js';
import type { Web, WebParts } from '../parts.js';
import { noBody, problems, writeHeaders } from '../schemas.js';

const BASE = '/v1/bulk-actions';
const tags = ['documents'];
const READ = { access: { by: 'key', scopes: ['documents', 'support', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['documents'] } } as const;

/** Actions on many documents of an app. */
export function addBulkActionRoutes(web: Web, parts: WebParts): void {
  addWrites(web, parts);
  addReads(web, parts);
}

function addWrites(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: BASE,
    config: WRITE,
    schema: {
      tags,
      summary: 'Do one thing to all documents a filter means now, little by little',
      description: 'No document that comes to fit later joins them. 200 for a dry run.',
      headers: writeHeaders,
      body: bulkActionBody,
      response: { 200: bulkActionAnswer, 202: bulkActionAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const { appId } = callerOf(request);
      const answer = await askForBulkAction(request, parts, appId, request.body);
      return reply.code(answer.id === null ? 200 : 202).send(answer);
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/:id/abort`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Stop a bulk action; what is done stays done',
      params: byBulkAction,
      headers: writeHeaders,
      body: noBody,
      response: { 200: bulkActionAnswer, ...problems },
    },
    handler: async (request) => {
      const { appId } = callerOf(request);
      const { id } = request.params;
      return foundBulkAction(await abortBulkAction(parts.ledger, { appId }, id, askerOf(request)));
    },
  });
}

function addReads(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: READ,
    schema: {
      tags,
      summary: 'List bulk actions, newest first',
      querystring: bulkPageQuery,
      response: { 200: bulkActionPage, ...problems },
    },
    handler: (request) =>
      listBulkActions(ledger, { appId: callerOf(request).appId }, request.query),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:id`,
    config: READ,
    schema: {
      tags,
      summary: 'Read how far a bulk action came',
      params: byBulkAction,
      response: { 200: bulkActionAnswer, ...problems },
    },
    handler: async (request) =>
      foundBulkAction(
        await readBulkAction(ledger, { appId: callerOf(request).appId }, request.params.id),
      ),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:id/documents`,
    config: READ,
    schema: {
      tags,
      summary: 'List what became of each document',
      params: byBulkAction,
      querystring: bulkResultQuery,
      response: { 200: bulkResultPage, ...problems },
    },
    handler: async (request) => {
      const { appId } = callerOf(request);
      const filter = resultFilter(request.query);
      return foundBulkAction(await bulkResults(ledger, { appId }, request.params.id, filter));
    },
  });
}

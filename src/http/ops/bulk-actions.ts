import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import {
  type BulkActionName,
  bulkActionAnswer,
  bulkActionPage,
  bulkResultPage,
  bulkStanding,
} from '../../contract/bulk-action.js';
import { mayActAs } from '../../contract/ops.js';
import {
  abortBulkAction,
  bulkResults,
  listBulkActions,
  readBulkAction,
} from '../../ledger/documents/bulk-actions.js';
import { readBulkStanding } from '../../ledger/documents/bulk-standing.js';
import { personOf } from '../auth/access.js';
import { checkRecentForMany } from '../auth/recent.js';
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
import { forbidden } from '../problems.js';
import { noBody, problems } from '../schemas.js';

const BASE = '/ops/bulk-actions';
const tags = ['dashboard'];
const VIEW = { access: { by: 'person', role: 'viewer' } } as const;
const ACT = { access: { by: 'person', role: 'operator' } } as const;

/** Actions that need the role support for one document need it for many. */
const OF_SUPPORT: ReadonlySet<BulkActionName> = new Set<BulkActionName>(['link', 'recreate']);

/** Actions on many documents of every app, for people with a role. */
export function addOpsBulkActionRoutes(web: Web, parts: WebParts): void {
  addWrites(web, parts);
  addReads(web, parts);
}

function addWrites(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: BASE,
    config: ACT,
    schema: {
      tags,
      summary: 'Do one thing to all documents a filter means now, of every app',
      body: bulkActionBody,
      response: { 200: bulkActionAnswer, 202: bulkActionAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const { action } = request.body;
      if (OF_SUPPORT.has(action) && !mayActAs(personOf(request).user.role, 'support')) {
        throw forbidden('missing_role', 'This needs the role support.');
      }
      if (!request.body.dryRun) await checkRecentFor(request, parts);
      const answer = await askForBulkAction(request, parts, null, request.body);
      return reply.code(answer.id === null ? 200 : 202).send(answer);
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/:id/abort`,
    config: ACT,
    schema: {
      tags,
      summary: 'Stop a bulk action; what is done stays done',
      params: byBulkAction,
      body: noBody,
      response: { 200: bulkActionAnswer, ...problems },
    },
    handler: async (request) =>
      foundBulkAction(await abortBulkAction(parts.ledger, {}, request.params.id, askerOf(request))),
  });
}

/** Few documents may be acted on at any time. */
function checkRecentFor(
  request: FastifyRequest<{ Body: z.output<typeof bulkActionBody> }>,
  parts: WebParts,
): Promise<void> {
  return checkRecentForMany(personOf(request), parts, async () => {
    const rehearsed = { ...request.body, dryRun: true };
    const { documents, isAtLeast } = await askForBulkAction(request, parts, null, rehearsed);
    // There may be any number more than were counted.
    return isAtLeast ? Number.POSITIVE_INFINITY : documents;
  });
}

function addReads(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: VIEW,
    schema: {
      tags,
      summary: 'List bulk actions of apps and people, newest first',
      querystring: bulkPageQuery,
      response: { 200: bulkActionPage, ...problems },
    },
    handler: (request) => listBulkActions(ledger, {}, request.query),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:id`,
    config: VIEW,
    schema: {
      tags,
      summary: 'Read how far a bulk action came',
      params: byBulkAction,
      response: { 200: bulkActionAnswer, ...problems },
    },
    handler: async (request) =>
      foundBulkAction(await readBulkAction(ledger, {}, request.params.id)),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:id/standing`,
    config: VIEW,
    schema: {
      tags,
      summary: 'Read where the documents stand by now that a bulk action was done to',
      params: byBulkAction,
      response: { 200: bulkStanding, ...problems },
    },
    handler: async (request) => foundBulkAction(await readBulkStanding(ledger, request.params.id)),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:id/documents`,
    config: VIEW,
    schema: {
      tags,
      summary: 'List what became of each document',
      params: byBulkAction,
      querystring: bulkResultQuery,
      response: { 200: bulkResultPage, ...problems },
    },
    handler: async (request) =>
      foundBulkAction(
        await bulkResults(ledger, {}, request.params.id, resultFilter(request.query)),
      ),
  });
}

import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import {
  type OpsRetryAnswer,
  opsDocument,
  opsDocumentPage,
  opsRetryAnswer,
} from '../../contract/ops.js';
import { DOCUMENT_STATUSES } from '../../contract/status.js';
import { listOpsDocuments, readOpsDocument } from '../../ledger/answers/ops.js';
import { connectionById } from '../../ledger/connections/connections.js';
import { GATES } from '../../ledger/connections/cut-off.js';
import { openGate } from '../../ledger/connections/gate-opening.js';
import { retryDocuments } from '../../ledger/documents/release.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, personOf } from '../auth/access.js';
import { checkRecentForMany } from '../auth/recent.js';
import { ACTION_ROUTES, actNow } from '../document-acting.js';
import { filterText, listFilter } from '../document-filter.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { cursor, ledgerId, noBody, pageLimit, problems, searchText } from '../schemas.js';

/** Rows one retry may name: those of a page. */
const RETRY_MAX = 200;

const tags = ['dashboard'];
const VIEW = { access: { by: 'person', role: 'viewer' } } as const;
const ACT = { access: { by: 'person', role: 'operator' } } as const;
const byId = z.strictObject({ id: ledgerId });

/** Documents of every connection, for people with a role. */
export function addOpsDocumentRoutes(web: Web, parts: WebParts): void {
  addReads(web, parts);
  addRetries(web, parts);
  addRepairs(web, parts);
  addOverride(web, parts);
}

function addReads(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: '/ops/documents',
    config: VIEW,
    schema: {
      tags,
      summary: 'List documents of every connection, newest first, with counts per status',
      querystring: z.strictObject({
        status: z.enum(DOCUMENT_STATUSES).optional(),
        kind: z.enum(DOCUMENT_KINDS).optional(),
        q: searchText,
        filter: filterText.optional(),
        after: cursor,
        limit: pageLimit,
      }),
      response: { 200: opsDocumentPage, ...problems },
    },
    handler: async (request) =>
      listOpsDocuments(parts.ledger, await listFilter(parts, {}, request.query)),
  });
  web.route({
    method: 'GET',
    url: '/ops/documents/:id',
    config: VIEW,
    schema: {
      tags,
      summary: 'Read one document with its history',
      params: byId,
      response: { 200: opsDocument, ...problems },
    },
    handler: (request) => readOne(parts, Number(request.params.id)),
  });
}

function addRetries(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: '/ops/documents/:id/retry',
    config: ACT,
    schema: {
      tags,
      summary: 'Retry one document',
      params: byId,
      body: noBody,
      response: { 200: opsRetryAnswer, ...problems },
    },
    handler: async (request) => {
      const answer = await retry(request, parts, [request.params.id]);
      if (answer.results.length === 0) throw notFound('document');
      return answer;
    },
  });
  web.route({
    method: 'POST',
    url: '/ops/documents/retry',
    config: ACT,
    schema: {
      tags,
      summary: 'Retry the documents of a page; a result each',
      body: z.strictObject({ ids: z.array(ledgerId).min(1).max(RETRY_MAX) }),
      response: { 200: opsRetryAnswer, ...problems },
    },
    handler: async (request) => {
      const { ids } = request.body;
      await checkRecentForMany(personOf(request), parts, async () => ids.length);
      return retry(request, parts, ids);
    },
  });
}

function addRepairs(web: Web, parts: WebParts): void {
  for (const { action, path, role, summary, body } of ACTION_ROUTES) {
    web.route({
      method: 'POST',
      url: `/ops/documents/:id/${path}`,
      config: { access: { by: 'person', role } },
      schema: { tags, summary, params: byId, body, response: { 200: opsDocument, ...problems } },
      handler: async (request) => {
        const id = Number(request.params.id);
        await actNow(request, parts, id, action);
        return readOne(parts, id);
      },
    });
  }
}

function addOverride(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  web.route({
    method: 'POST',
    url: '/ops/documents/:id/override',
    config: { access: { by: 'person', role: 'support' } },
    schema: {
      tags,
      summary: 'Open a gate for one document alone: it is sent although it is held, or old',
      params: byId,
      body: z.strictObject({ gate: z.enum(GATES) }),
      response: { 200: opsDocument, ...problems },
    },
    handler: async (request) => {
      const id = Number(request.params.id);
      const { kind, externalId, connection: of } = await readOne(parts, id);
      const connection = await connectionById(ledger.sql, of.id);
      if (connection === undefined) throw notFound('document');
      const address = { kind, externalId, gate: request.body.gate };
      const opened = await openGate(ledger, connection, address, actorOf(request));
      if (opened === undefined) throw notFound('document');
      dispatchAfter(request, parts, [opened.companyId]);
      return readOne(parts, id);
    },
  });
}

async function readOne({ ledger }: WebParts, id: number) {
  const document = await readOpsDocument(ledger, id);
  if (document === undefined) throw notFound('document');
  return document;
}

async function retry(
  request: FastifyRequest,
  parts: WebParts,
  ids: readonly string[],
): Promise<OpsRetryAnswer> {
  const actor = actorOf(request);
  const numbers = [...new Set(ids.map(Number))];
  const retried = await retryDocuments(parts.ledger, {}, numbers, actor);
  await recordAudit(parts.ledger.sql, {
    actor,
    action: 'documents.retried',
    subject: { ids: retried.map(({ id }) => String(id)) },
  });
  dispatchAfter(
    request,
    parts,
    retried.flatMap((row) => (row.retried ? [row.companyId] : [])),
  );
  return {
    results: retried.map(({ id, retried: isRetried, detail }) => ({
      id: String(id),
      retried: isRetried,
      detail,
    })),
  };
}

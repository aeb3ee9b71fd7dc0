import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  documentAnswer,
  documentPage,
  type StatementAnswer,
  statementAnswer,
} from '../../contract/answers.js';
import {
  DOCUMENT_KINDS,
  DOCUMENT_SCHEMAS,
  type DocumentKind,
  isParty,
  STATED_KINDS,
  type StatedKind,
  traitsOf,
} from '../../contract/documents/index.js';
import { partyId } from '../../contract/own-ids.js';
import { REASON_NAMES } from '../../contract/reasons.js';
import { DOCUMENT_STATUSES } from '../../contract/status.js';
import { listDocuments, readDocument } from '../../ledger/answers/answers.js';
import { stateDocument, withdrawDocument } from '../../ledger/statements/submit.js';
import { dispatchAfter } from '../after-answer.js';
import { connectionOf } from '../auth/access.js';
import { filterText, listFilter } from '../document-filter.js';
import type { Web, WebParts } from '../parts.js';
import { invalidRequest, notFound } from '../problems.js';
import {
  byConnection,
  cursor,
  externalId,
  pageLimit,
  problems,
  searchText,
  writeHeaders,
} from '../schemas.js';
import { refusingElsewhere } from './stated-elsewhere.js';

const BASE = '/v1/connections/:connectionId/documents';
const tags = ['documents'];
const READ = { access: { by: 'key', scopes: ['documents', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['documents'] } } as const;

export const byDocument = byConnection.extend({ kind: z.enum(DOCUMENT_KINDS), externalId });
const byStated = byConnection.extend({ kind: z.enum(STATED_KINDS), externalId });

/** Documents one by one: state, read, withdraw, list. */
export function addDocumentRoutes(web: Web, parts: WebParts): void {
  for (const kind of STATED_KINDS) addStatement(web, parts, kind);
  addReads(web, parts);
  addWithdrawal(web, parts);
}

function addStatement(web: Web, parts: WebParts, kind: StatedKind): void {
  web.route({
    method: 'PUT',
    url: `${BASE}/${kind}/:externalId`,
    config: WRITE,
    schema: {
      tags,
      summary: `State one ${kind}: its whole state, each time`,
      description: 'Stored and answered before QuickBooks is called. 200 when it was older.',
      params: byConnection.extend({ externalId: isParty(kind) ? partyId : externalId }),
      headers: writeHeaders,
      body: DOCUMENT_SCHEMAS[kind],
      response: { 200: statementAnswer, 202: statementAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      const key = { kind, externalId: request.params.externalId };
      const statement = { ...key, document: request.body };
      const stated = await refusingElsewhere(
        stateDocument(parts.ledger, connection, statement, 'app'),
      );
      dispatchAfter(request, parts, [stated.companyId]);
      const answer: StatementAnswer = {
        ...(await answerOf(parts, request, key)),
        result: stated.result,
      };
      return reply.code(stated.result === 'ignored_older' ? 200 : 202).send(answer);
    },
  });
}

function addReads(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: `${BASE}/:kind/:externalId`,
    config: READ,
    schema: {
      tags,
      summary: 'Read Sync Status and Sync Details of a document',
      params: byDocument,
      response: { 200: documentAnswer, ...problems },
    },
    handler: (request) => answerOf(parts, request, request.params, { inLine: true }),
  });
  web.route({
    method: 'GET',
    url: BASE,
    config: READ,
    schema: {
      tags,
      summary: 'List documents, newest first',
      params: byConnection,
      querystring: z.strictObject({
        status: z.enum(DOCUMENT_STATUSES).optional(),
        reason: z.enum(REASON_NAMES).optional(),
        kind: z.enum(DOCUMENT_KINDS).optional(),
        q: searchText.describe('Part of a number, an externalId or a name.'),
        filter: filterText.optional(),
        after: cursor,
        limit: pageLimit,
      }),
      response: { 200: documentPage, ...problems },
    },
    handler: async (request) => {
      const connection = connectionOf(request);
      const filter = await listFilter(parts, { connectionId: connection.id }, request.query);
      return listDocuments(parts.ledger, connection, filter);
    },
  });
}

function addWithdrawal(web: Web, parts: WebParts): void {
  web.route({
    method: 'DELETE',
    url: `${BASE}/:kind/:externalId`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Withdraw a document: cancelled when never sent, else voided or deleted',
      params: byStated,
      headers: writeHeaders,
      querystring: z.strictObject({
        mode: z
          .enum(['void', 'delete'])
          .optional()
          .describe('Default: void; delete for kinds QuickBooks cannot void.'),
      }),
      response: { 202: documentAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const { params, query } = request;
      const mode = withdrawalMode(params.kind, query.mode);
      const key = { kind: params.kind, externalId: params.externalId };
      const connection = connectionOf(request);
      const withdrawn = await withdrawDocument(parts.ledger, connection, { ...key, mode }, 'app');
      if (withdrawn === undefined) throw notFound('document');
      dispatchAfter(request, parts, [withdrawn.companyId]);
      return reply.code(202).send(await answerOf(parts, request, key));
    },
  });
}

function withdrawalMode(kind: StatedKind, asked: 'void' | 'delete' | undefined) {
  const { removals, word } = traitsOf(kind);
  if (asked === 'void' && !removals.includes(asked)) {
    const rule = `QuickBooks cannot void a ${word}; use delete`;
    throw invalidRequest([{ field: 'mode', rule, got: asked }]);
  }
  return asked ?? removals[0] ?? 'delete';
}

/** The document's answer as it stands now; 404 where there is none. */
export async function answerOf(
  { ledger }: WebParts,
  request: FastifyRequest,
  { kind, externalId }: { kind: DocumentKind; externalId: string },
  o: { inLine?: boolean } = {},
) {
  const answer = await readDocument(ledger, connectionOf(request), kind, externalId, o);
  if (answer === undefined) throw notFound('document');
  return answer;
}

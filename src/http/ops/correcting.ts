import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { correction, statedWhole } from '../../contract/correction.js';
import {
  type AnyDocument,
  DOCUMENT_SCHEMAS,
  type DocumentKind,
} from '../../contract/documents/index.js';
import { opsDocument } from '../../contract/ops.js';
import { previewAnswer } from '../../contract/preview.js';
import { fieldErrorsOf } from '../../contract/problem.js';
import { readOpsDocument } from '../../ledger/answers/ops.js';
import { revealStatement } from '../../ledger/answers/stated-whole.js';
import { type Connection, connectionById } from '../../ledger/connections/connections.js';
import { correctDocument } from '../../ledger/statements/submit.js';
import { dispatchAfter } from '../after-answer.js';
import { refusingElsewhere } from '../api/stated-elsewhere.js';
import { actorOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, invalidRequest, notFound } from '../problems.js';
import { ledgerId, noBody, problems } from '../schemas.js';

const tags = ['dashboard'];
const BASE = '/ops/documents/:id';
const SUPPORT = { access: { by: 'person', role: 'support' } } as const;
const byId = z.strictObject({ id: ledgerId });

/** Correcting what an app stated: seen whole, tried, and sent in its place. */
export function addCorrectingRoutes(web: Web, parts: WebParts): void {
  addReveal(web, parts);
  addTrial(web, parts);
  addCorrection(web, parts);
}

function addReveal(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'POST',
    url: `${BASE}/reveal`,
    config: { access: { by: 'person', role: 'support', isRecent: true } },
    schema: {
      tags,
      summary: 'Show what is wanted of a document, whole; who looks is noted in the audit log',
      params: byId,
      body: noBody,
      response: { 200: statedWhole, ...problems },
    },
    handler: async (request) => {
      const shown = await revealStatement(ledger, Number(request.params.id), actorOf(request));
      if (shown === undefined) throw notFound('document');
      return shown;
    },
  });
}

function addTrial(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${BASE}/correct/preview`,
    config: SUPPORT,
    schema: {
      tags,
      summary: 'Show what QuickBooks would get of a correction; nothing is sent or stored',
      params: byId,
      body: correction.pick({ document: true }),
      response: { 200: previewAnswer, ...problems },
    },
    handler: async (request) => {
      const { kind, externalId, connection } = await foundOf(parts, request.params.id);
      const document = checked(kind, request.body.document);
      const shown = await parts.preview(connection, { kind, externalId, document });
      if (shown === undefined) throw notFound('document');
      if (shown === 'unread') {
        throw conflict('reconnect_needed', 'QuickBooks has not been connected and read yet.');
      }
      return shown;
    },
  });
}

function addCorrection(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${BASE}/correct`,
    config: SUPPORT,
    schema: {
      tags,
      summary:
        'Correct what an app stated; it goes by the same rules, and stands until the app says something else',
      params: byId,
      body: correction,
      response: { 200: opsDocument, ...problems },
    },
    handler: async (request) => {
      const documentId = Number(request.params.id);
      const { kind, connection } = await foundOf(parts, request.params.id);
      const { revision } = request.body;
      const corrected = { documentId, revision, document: checked(kind, request.body.document) };
      await correct(request, parts, connection, corrected);
      const answer = await readOpsDocument(parts.ledger, documentId);
      if (answer === undefined) throw notFound('document');
      return answer;
    },
  });
}

async function correct(
  request: FastifyRequest,
  parts: WebParts,
  connection: Connection,
  corrected: { documentId: number; revision: number; document: AnyDocument },
): Promise<void> {
  const done = await refusingElsewhere(
    correctDocument(parts.ledger, connection, corrected, actorOf(request)),
  );
  if (done === undefined) throw notFound('document');
  if ('refused' in done) throw conflict('not_possible', done.refused);
  dispatchAfter(request, parts, [done.companyId]);
}

async function foundOf({ ledger }: WebParts, id: string) {
  const document = await readOpsDocument(ledger, Number(id));
  if (document === undefined) throw notFound('document');
  const connection = await connectionById(ledger.sql, document.connection.id);
  if (connection === undefined) throw notFound('document');
  return { kind: document.kind, externalId: document.externalId, connection };
}

/** By the rules of an app's own statement, all that is wrong at once. */
function checked(kind: DocumentKind, given: Record<string, unknown>): AnyDocument {
  const parsed = DOCUMENT_SCHEMAS[kind].safeParse(given);
  if (!parsed.success) throw invalidRequest(fieldErrorsOf(parsed.error, given));
  return parsed.data;
}

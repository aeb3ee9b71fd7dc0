import { createHash } from 'node:crypto';
import type { FastifyError, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { attachmentAnswer, attachmentList, attachmentStatement } from '../../contract/answers.js';
import {
  ATTACHABLE_KINDS,
  ATTACHMENT_TYPE,
  ATTACHMENTS_MAX,
  attachmentName,
} from '../../contract/documents/index.js';
import {
  countOtherAttachments,
  type FileAddress,
  readAttachment,
  readAttachments,
  stateAttachment,
  withdrawAttachment,
} from '../../ledger/statements/attachments.js';
import { dispatchAfter } from '../after-answer.js';
import { connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { HttpProblem, invalidRequest, notFound, sendProblem, unavailable } from '../problems.js';
import { byConnection, externalId, problems, writeHeaders } from '../schemas.js';

const BASE = '/v1/connections/:connectionId/documents/:kind/:externalId/attachments';
const tags = ['attachments'];
const WRITE = { access: { by: 'key', scopes: ['documents'] } } as const;
const READ = { access: { by: 'key', scopes: ['documents', 'read'] } } as const;

const byHost = byConnection.extend({ kind: z.enum(ATTACHABLE_KINDS), externalId });
const byFile = byHost.extend({ name: attachmentName });

/** Files of documents: put, list, remove. */
export function addAttachmentRoutes(web: Web, parts: WebParts): void {
  addList(web, parts);
  addRemoval(web, parts);
  // Apart from the other routes, because only this one takes bodies that are no JSON.
  web.register(async (scope) => {
    const files = scope.withTypeProvider<ZodTypeProvider>();
    acceptFiles(files, parts);
    addFile(files, parts);
  });
}

/** Files are held in memory as long as there is room for them; nothing else is a body here. */
function acceptFiles(web: Web, { config: { limits }, log }: WebParts): void {
  let held = 0;
  web.addHook('preParsing', async ({ headers }, reply) => {
    const size = Math.min(limits.fileBytes, Number(headers['content-length'] ?? limits.fileBytes));
    if (held + size > limits.heldBytes) throw unavailable('Other files are being received.');
    held += size;
    reply.raw.once('close', () => {
      held -= size;
    });
  });
  web.removeAllContentTypeParsers();
  web.addContentTypeParser(
    ATTACHMENT_TYPE,
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done) => {
      // What an Idempotency-Key is held to.
      request.bodyText = createHash('sha256').update(body).digest('hex');
      done(null, body);
    },
  );
  const answerProblem = sendProblem(log);
  web.setErrorHandler<FastifyError>((error, request, reply) => {
    const isOther = error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
    return answerProblem(isOther ? NOT_A_FILE : error, request, reply);
  });
}

const NOT_A_FILE = new HttpProblem(415, 'not_pdf', `Bodies must be ${ATTACHMENT_TYPE}`);

function addFile(web: Web, parts: WebParts): void {
  const { limits } = parts.config;
  web.route({
    method: 'PUT',
    url: `${BASE}/:name`,
    bodyLimit: limits.fileBytes,
    handlerTimeout: limits.fileMs,
    config: WRITE,
    schema: {
      tags,
      summary: 'Attach a PDF to a document, or put another one in its place',
      description:
        'The body is the file itself. It is stored and answered before QuickBooks is called, and goes ' +
        'there once its document is there, which may be stated later. The same bytes again change ' +
        `nothing. At most ${limits.fileBytes} bytes, and ${ATTACHMENTS_MAX} files of one document.`,
      consumes: [ATTACHMENT_TYPE],
      params: byFile,
      headers: writeHeaders,
      body: z.any().meta({ type: 'string', format: 'binary' }),
      response: { 202: attachmentStatement, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      const address = addressOf(request.params);
      const bytes = pdfOf(request.body);
      await refuseTooMany(parts, request, address);
      const stated = await stateAttachment(parts.ledger, connection, address, bytes, 'app');
      dispatchAfter(request, parts, [stated.companyId]);
      const answer = await answerOf(parts, request, address);
      return reply.code(202).send({ ...answer, result: stated.result });
    },
  });
}

const PDF_START = Buffer.from('%PDF-', 'latin1');

/** @throws HttpProblem 422 where it is none */
function pdfOf(body: unknown): Buffer {
  const isPdf = Buffer.isBuffer(body) && body.subarray(0, PDF_START.length).equals(PDF_START);
  if (isPdf) return body;
  throw invalidRequest([{ field: '(body)', rule: 'must be a PDF, which begins with %PDF-' }]);
}

async function refuseTooMany(
  { ledger }: WebParts,
  request: FastifyRequest,
  address: FileAddress,
): Promise<void> {
  const others = await countOtherAttachments(ledger, connectionOf(request), address);
  if (others < ATTACHMENTS_MAX) return;
  const rule = `a document has at most ${ATTACHMENTS_MAX} attachments; remove one first`;
  throw invalidRequest([{ field: 'name', rule, got: address.name }]);
}

function addList(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: READ,
    schema: {
      tags,
      summary: 'List the files of a document and how each stands, newest first',
      params: byHost,
      response: { 200: attachmentList, ...problems },
    },
    handler: async (request) => ({
      attachments: await readAttachments(ledger, connectionOf(request), hostOf(request.params)),
    }),
  });
}

function addRemoval(web: Web, parts: WebParts): void {
  web.route({
    method: 'DELETE',
    url: `${BASE}/:name`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Remove a file: cancelled when never sent, else deleted in QuickBooks',
      params: byFile,
      headers: writeHeaders,
      response: { 202: attachmentAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const address = addressOf(request.params);
      const connection = connectionOf(request);
      const withdrawn = await withdrawAttachment(parts.ledger, connection, address, 'app');
      if (withdrawn === undefined) throw notFound('attachment');
      dispatchAfter(request, parts, [withdrawn.companyId]);
      return reply.code(202).send(await answerOf(parts, request, address));
    },
  });
}

const hostOf = ({ kind, externalId: id }: z.output<typeof byHost>) => ({ kind, externalId: id });
const addressOf = (params: z.output<typeof byFile>): FileAddress => ({
  ...hostOf(params),
  name: params.name,
});

async function answerOf({ ledger }: WebParts, request: FastifyRequest, address: FileAddress) {
  const answer = await readAttachment(ledger, connectionOf(request), address);
  if (answer === undefined) throw new Error('An attachment vanished while it was answered');
  return answer;
}

import { z } from 'zod';
import { type DocumentAnswer, documentAnswer } from '../../contract/answers.js';
import { type Reason, sentenceOf } from '../../contract/reasons.js';
import { documentWordOf } from '../../contract/settings.js';
import type { Connection } from '../../ledger/connections/connections.js';
import { GATES } from '../../ledger/connections/cut-off.js';
import { openGate } from '../../ledger/connections/gate-opening.js';
import { retryDocuments, syncDocument } from '../../ledger/documents/release.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, connectionOf } from '../auth/access.js';
import { ACTION_ROUTES, actNow } from '../document-acting.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, notFound } from '../problems.js';
import { noBody, problems, writeHeaders } from '../schemas.js';
import { refuseLocked } from './connection-refusals.js';
import { answerOf, byDocument } from './documents.js';

const PATH = '/v1/connections/:connectionId/documents/:kind/:externalId';
const config = { access: { by: 'key', scopes: ['documents'] } } as const;
const schema = {
  tags: ['documents'],
  params: byDocument,
  headers: writeHeaders,
  body: noBody,
  response: { 202: documentAnswer, ...problems },
};

/** What a person presses for one document: sync and retry. */
export function addDocumentActions(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${PATH}/sync`,
    config,
    schema: { ...schema, summary: 'Release the latest revision: the click' },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      const clicked = await syncDocument(parts.ledger, connection, request.params, 'app');
      if (clicked === undefined) throw notFound('document');
      const answer = await answerOf(parts, request, request.params);
      if (clicked.outcome === 'refused') throw refusal(connection, answer, clicked.reason);
      dispatchAfter(request, parts, [clicked.companyId]);
      return reply.code(202).send(answer);
    },
  });
  web.route({
    method: 'POST',
    url: `${PATH}/retry`,
    config,
    schema: { ...schema, summary: 'Try a failed document again, or a waiting one now' },
    handler: async (request, reply) => {
      const { kind, externalId } = request.params;
      const connection = connectionOf(request);
      refuseLocked(connection);
      const scope = { connectionId: connection.id };
      const [retried] = await retryDocuments(parts.ledger, scope, { kind, externalId }, 'app');
      if (retried === undefined) throw notFound('document');
      if (!retried.retried) throw conflict('not_retryable', retried.detail);
      dispatchAfter(request, parts, [retried.companyId]);
      return reply.code(202).send(await answerOf(parts, request, request.params));
    },
  });
}

/** What is done about a document that did not go by itself. */
export function addRepairActions(web: Web, parts: WebParts): void {
  for (const { action, path, summary, body } of ACTION_ROUTES) {
    web.route({
      method: 'POST',
      url: `${PATH}/${path}`,
      config,
      schema: { ...schema, body, summary },
      handler: async (request, reply) => {
        const { connectionId, kind, externalId } = request.params;
        await actNow(request, parts, { connectionId, kind, externalId }, action);
        return reply.code(202).send(await answerOf(parts, request, request.params));
      },
    });
  }
}

/** What support may do for one document. */
export function addSupportActions(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${PATH}/override`,
    config: { access: { by: 'key', scopes: ['support'] } },
    schema: {
      ...schema,
      body: z.strictObject({
        gate: z
          .enum(GATES)
          .describe(
            '`cut_off`: sent although it existed before the sync began. `hold`: although sending is on hold.',
          ),
      }),
      summary: 'Open a gate for this document alone',
    },
    handler: async (request, reply) => {
      const opened = await openGate(
        parts.ledger,
        connectionOf(request),
        { ...request.params, gate: request.body.gate },
        actorOf(request),
      );
      if (opened === undefined) throw notFound('document');
      dispatchAfter(request, parts, [opened.companyId]);
      return reply.code(202).send(await answerOf(parts, request, request.params));
    },
  });
}

/** A click that was refused: the reason as the problem's type, its sentence in the app's words. */
function refusal({ settings }: Connection, answer: DocumentAnswer, reason: Reason) {
  const { kind, number, currency } = answer;
  const sentence = sentenceOf(reason, {
    kind,
    number,
    currency: currency ?? undefined,
    documentWord: documentWordOf(kind, settings),
    refreshLabel: settings.refreshLabel,
  });
  return conflict(reason.name, sentence);
}

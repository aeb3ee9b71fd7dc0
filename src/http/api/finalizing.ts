import { connectionAnswer } from '../../contract/answers.js';
import { connectionAnswers } from '../../ledger/connections/connection-answers.js';
import { readConnection } from '../../ledger/connections/connections.js';
import { finalizeConnection } from '../../ledger/connections/finalizing.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { byConnection, noBody, problems, writeHeaders } from '../schemas.js';
import { connectionRefusal } from './connection-refusals.js';

/** The gate of support before anything is sent. */
export function addFinalizingRoutes(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: '/v1/connections/:connectionId/finalize',
    config: { access: { by: 'key', scopes: ['support'] } },
    schema: {
      tags: ['connections'],
      summary: 'Finalize: what waited for support may be sent from here on',
      params: byConnection,
      headers: writeHeaders,
      body: noBody,
      response: { 200: connectionAnswer, ...problems },
    },
    handler: async (request) => {
      const asked = connectionOf(request);
      const { id, appId } = asked;
      const finalized = await finalizeConnection(parts.ledger, id, actorOf(request));
      if (finalized.outcome === 'refused') {
        throw connectionRefusal(asked, finalized.reason);
      }
      dispatchAfter(request, parts, [finalized.companyId]);
      const connection = await readConnection(parts.ledger, appId, id);
      const [answer] = await connectionAnswers(
        parts.ledger,
        connection === undefined ? [] : [connection],
      );
      if (answer === undefined) throw notFound('connection');
      return answer;
    },
  });
}

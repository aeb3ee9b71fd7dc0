import { connectionAnswer } from '../../contract/answers.js';
import { connectionAnswers } from '../../ledger/connections/connection-answers.js';
import type { Connection } from '../../ledger/connections/connections.js';
import { requestAccess, unlockConnection } from '../../ledger/connections/unlocking.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, notFound } from '../problems.js';
import { byConnection, noBody, problems, writeHeaders } from '../schemas.js';

const schema = {
  tags: ['connections'],
  params: byConnection,
  headers: writeHeaders,
  body: noBody,
  response: { 200: connectionAnswer, ...problems },
};

/** The lock of accounts on trial: asked for by its customer, opened by support. */
export function addUnlockingRoutes(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: '/v1/connections/:connectionId/request-access',
    config: { access: { by: 'key', scopes: ['connections'] } },
    schema: { ...schema, summary: 'Ask support for access to a locked connection' },
    handler: async (request) => {
      const { id } = connectionOf(request);
      const asked = await requestAccess(parts.ledger, id, actorOf(request));
      if (asked === undefined) {
        throw conflict(
          'not_locked',
          'The connection is not locked; there is no access to ask for.',
        );
      }
      return answerOf(parts, asked);
    },
  });
  web.route({
    method: 'POST',
    url: '/v1/connections/:connectionId/unlock',
    config: { access: { by: 'key', scopes: ['support'] } },
    schema: { ...schema, summary: 'Unlock for good: no trial locks it from here on' },
    handler: async (request) => {
      const { id } = connectionOf(request);
      const unlocked = await unlockConnection(parts.ledger, id, actorOf(request));
      dispatchAfter(request, parts, [unlocked.companyId]);
      return answerOf(parts, unlocked);
    },
  });
}

async function answerOf({ ledger }: WebParts, connection: Connection) {
  const [answer] = await connectionAnswers(ledger, [connection]);
  if (answer === undefined) throw notFound('connection');
  return answer;
}

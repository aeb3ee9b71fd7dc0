import { connectionAnswer } from '../../contract/answers.js';
import { connectionAnswers } from '../../ledger/connections/connection-answers.js';
import type { Connection } from '../../ledger/connections/connections.js';
import { pauseConnection, resumeConnection } from '../../ledger/connections/pausing.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { byConnection, noBody, problems, writeHeaders } from '../schemas.js';

const ROUTES = [
  {
    path: 'pause',
    summary: 'Send nothing until it is resumed; documents are kept and wait, reading goes on',
    set: pauseConnection,
  },
  {
    path: 'resume',
    summary: 'End a pause: what waited for it goes on',
    set: resumeConnection,
  },
] as const;

/** The pause of a connection, by its app. */
export function addPausingRoutes(web: Web, parts: WebParts): void {
  for (const { path, summary, set } of ROUTES) {
    web.route({
      method: 'POST',
      url: `/v1/connections/:connectionId/${path}`,
      config: { access: { by: 'key', scopes: ['connections'] } },
      schema: {
        tags: ['connections'],
        summary,
        params: byConnection,
        headers: writeHeaders,
        body: noBody,
        response: { 200: connectionAnswer, ...problems },
      },
      handler: async (request) => {
        const { id } = connectionOf(request);
        const connection = await set(parts.ledger, id, actorOf(request));
        // Also after a pause: what is due says then that it waits.
        dispatchAfter(request, parts, [connection.companyId]);
        return answerOf(parts, connection);
      },
    });
  }
}

async function answerOf({ ledger }: WebParts, connection: Connection) {
  const [answer] = await connectionAnswers(ledger, [connection]);
  if (answer === undefined) throw notFound('connection');
  return answer;
}

import { holdAnswer } from '../../contract/hold.js';
import { endHold, holdConnection, readHold } from '../../ledger/connections/hold.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, connectionOf } from '../auth/access.js';
import { holdBody, windowOf } from '../hold-window.js';
import type { Web, WebParts } from '../parts.js';
import { byConnection, noBody, problems, writeHeaders } from '../schemas.js';

const URL = '/v1/connections/:connectionId/hold';
const tags = ['connections'];
const READ = { access: { by: 'key', scopes: ['connections', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['connections'] } } as const;

/** The hold window of a connection. */
export function addHoldRoutes(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  web.route({
    method: 'PUT',
    url: URL,
    config: WRITE,
    schema: {
      tags,
      summary: 'Send nothing from one moment to another, as while the books are closed',
      description:
        'Begins and ends by itself; documents are taken and wait. Replaces the one before.',
      params: byConnection,
      headers: writeHeaders,
      body: holdBody,
      response: { 200: holdAnswer, ...problems },
    },
    handler: async (request) => {
      const { id, companyId } = connectionOf(request);
      const window = windowOf(request.body, ledger.clock());
      const answer = await holdConnection(ledger, id, window, actorOf(request));
      dispatchAfter(request, parts, [companyId]);
      return answer;
    },
  });
  web.route({
    method: 'GET',
    url: URL,
    config: READ,
    schema: {
      tags,
      summary: 'Read the hold, with what its end lets go: how many documents and how much money',
      params: byConnection,
      response: { 200: holdAnswer, ...problems },
    },
    handler: (request) => readHold(ledger, connectionOf(request).id),
  });
  web.route({
    method: 'DELETE',
    url: URL,
    config: WRITE,
    schema: {
      tags,
      summary: 'End the hold: what waited for it goes on',
      params: byConnection,
      headers: writeHeaders,
      body: noBody,
      response: { 200: holdAnswer, ...problems },
    },
    handler: async (request) => {
      const { id, companyId } = connectionOf(request);
      const answer = await endHold(ledger, id, actorOf(request));
      dispatchAfter(request, parts, [companyId]);
      return answer;
    },
  });
}

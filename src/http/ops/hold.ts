import { holdAnswer } from '../../contract/hold.js';
import { countHeld } from '../../ledger/connections/count-let-go.js';
import { endHold, holdConnection, readHold } from '../../ledger/connections/hold.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, personOf } from '../auth/access.js';
import { checkRecentForMany } from '../auth/recent.js';
import { holdBody, windowOf } from '../hold-window.js';
import type { Web, WebParts } from '../parts.js';
import { noBody, problems } from '../schemas.js';
import { byOpsConnection, opsConnectionOf } from './connections.js';

const URL = '/ops/connections/:connectionId/hold';
const tags = ['dashboard'];
const VIEW = { access: { by: 'person', role: 'viewer' } } as const;
const ACT = { access: { by: 'person', role: 'operator' } } as const;
const response = { 200: holdAnswer, ...problems };

/** The hold window of any connection, for people with a role. */
export function addOpsHoldRoutes(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  web.route({
    method: 'GET',
    url: URL,
    config: VIEW,
    schema: {
      tags,
      summary: 'Read a hold, with what its end lets go',
      params: byOpsConnection,
      response,
    },
    handler: async (request) => readHold(ledger, (await opsConnectionOf(request, parts)).id),
  });
  web.route({
    method: 'PUT',
    url: URL,
    config: ACT,
    schema: {
      tags,
      summary: 'Send nothing for a connection from one moment to another',
      params: byOpsConnection,
      body: holdBody,
      response,
    },
    handler: async (request) => {
      const connection = await opsConnectionOf(request, parts);
      const { id, companyId } = connection;
      const window = windowOf(request.body, ledger.clock());
      await checkRecentForMany(personOf(request), parts, (enough) =>
        countHeld(ledger, connection, window, enough),
      );
      const answer = await holdConnection(ledger, id, window, actorOf(request));
      dispatchAfter(request, parts, [companyId]);
      return answer;
    },
  });
  web.route({
    method: 'DELETE',
    url: URL,
    config: ACT,
    schema: {
      tags,
      summary: 'End a hold: what waited for it goes on',
      params: byOpsConnection,
      body: noBody,
      response,
    },
    handler: async (request) => {
      const connection = await opsConnectionOf(request, parts);
      const { id, companyId } = connection;
      await checkRecentForMany(personOf(request), parts, (enough) =>
        countHeld(ledger, connection, null, enough),
      );
      const answer = await endHold(ledger, id, actorOf(request));
      dispatchAfter(request, parts, [companyId]);
      return answer;
    },
  });
}

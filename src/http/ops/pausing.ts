import { opsConnection } from '../../contract/ops-connections.js';
import { readOpsConnection } from '../../ledger/answers/ops-connections.js';
import { countBehindGates } from '../../ledger/connections/count-let-go.js';
import { pauseConnection, resumeConnection } from '../../ledger/connections/pausing.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, personOf } from '../auth/access.js';
import { checkRecentForMany } from '../auth/recent.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { noBody, problems } from '../schemas.js';
import { byOpsConnection, opsConnectionOf } from './connections.js';

const ROUTES = [
  {
    path: 'pause',
    summary: 'Send nothing for a connection until it is resumed; documents are kept and wait',
    set: pauseConnection,
  },
  {
    path: 'resume',
    summary: 'End the pause of a connection: what waited for it goes on',
    set: resumeConnection,
  },
] as const;

/** The pause of any connection, for people with a role. */
export function addOpsPausingRoutes(web: Web, parts: WebParts): void {
  for (const { path, summary, set } of ROUTES) {
    web.route({
      method: 'POST',
      url: `/ops/connections/:connectionId/${path}`,
      config: { access: { by: 'person', role: 'operator' } },
      schema: {
        tags: ['dashboard'],
        summary,
        params: byOpsConnection,
        body: noBody,
        response: { 200: opsConnection, ...problems },
      },
      handler: async (request) => {
        const connection = await opsConnectionOf(request, parts);
        const { id } = connection;
        if (path === 'resume') {
          await checkRecentForMany(personOf(request), parts, (enough) =>
            countBehindGates(parts.ledger, connection, { pausedAt: null }, enough),
          );
        }
        const { companyId } = await set(parts.ledger, id, actorOf(request));
        // Also after a pause: what is due says then that it waits.
        dispatchAfter(request, parts, [companyId]);
        const answer = await readOpsConnection(parts.ledger, id);
        if (answer === undefined) throw notFound('connection');
        return answer;
      },
    });
  }
}

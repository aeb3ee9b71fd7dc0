import { pageLinkAnswer } from '../../contract/customer-page.js';
import { makePageLink } from '../../ledger/people/customer-sessions.js';
import { actorOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { noBody, problems } from '../schemas.js';
import { byOpsConnection, opsConnectionOf } from './connections.js';

/** The way for support to what an app's customer sees: the same link, in the person's name. */
export function addOpsPageLinkRoute(web: Web, parts: WebParts): void {
  const { ledger, config } = parts;
  web.route({
    method: 'POST',
    url: '/ops/connections/:connectionId/page-link',
    // The page lets many documents go, or disconnects, without asking again.
    config: { access: { by: 'person', role: 'support', isRecent: true } },
    schema: {
      tags: ['dashboard'],
      summary:
        'Make a link to the customer’s own page of a connection, for support to see what they see; it works once, for five minutes',
      params: byOpsConnection,
      body: noBody,
      response: { 201: pageLinkAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const connection = await opsConnectionOf(request, parts);
      const actor = actorOf(request);
      const lifeMs = config.limits.pageLinkMs;
      const { token, expiresAt } = await makePageLink(ledger, connection, actor, { actor, lifeMs });
      const url = new URL(`/connection/open/${token}`, config.publicUrl).href;
      return reply.code(201).send({ url, expiresAt: expiresAt.toISOString() });
    },
  });
}

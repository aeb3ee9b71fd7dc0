import { z } from 'zod';
import { pageLinkAnswer } from '../../contract/customer-page.js';
import { filledText } from '../../contract/text.js';
import { makePageLink } from '../../ledger/people/customer-sessions.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { byConnection, problems, writeHeaders } from '../schemas.js';

/** The link by which an app's customer opens their page. */
export function addPageLinkRoute(web: Web, { ledger, config }: WebParts): void {
  web.route({
    method: 'POST',
    url: '/v1/connections/:connectionId/page-link',
    config: { access: { by: 'key', scopes: ['connections'] } },
    schema: {
      tags: ['connections'],
      summary:
        'Make a link to the customer’s own page of this connection; it works once, for five minutes',
      description:
        'Send the browser there, or show it in a frame of a page whose origin the app was registered with (`--embed-origin`). Whoever opens it may do there what the customer may: connect, refresh, change settings, disconnect.',
      params: byConnection,
      headers: writeHeaders,
      body: z
        .strictObject({
          actor: z
            .strictObject({ id: filledText(200) })
            .optional()
            .describe('The app’s own id of who opens it, for the audit log.'),
        })
        .nullish(),
      response: { 201: pageLinkAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const { token, expiresAt } = await makePageLink(
        ledger,
        connectionOf(request),
        actorOf(request),
        { actor: request.body?.actor?.id ?? null, lifeMs: config.limits.pageLinkMs },
      );
      const url = new URL(`/connection/open/${token}`, config.publicUrl).href;
      return reply.code(201).send({ url, expiresAt: expiresAt.toISOString() });
    },
  });
}

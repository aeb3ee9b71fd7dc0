import { z } from 'zod';
import { noteSaidDisconnected } from '../../ledger/companies/company-checks.js';
import { loggedError } from '../log-events.js';
import type { Web, WebParts } from '../parts.js';
import { redirect } from '../schemas.js';
import { DISCONNECTED_PAGE, RECONNECT_PAGE } from './pages.js';

const tags = ['connecting'];
const config = { access: { by: 'anyone' } } as const;
/** Whatever the portal appends is taken, and only what is known is looked at. */
const querystring = z.looseObject({ realmId: z.unknown().optional() });

/**
 * Addresses that are entered in Intuit's portal, where people come without a session. They go on to a
 * page at once, so that what Intuit appended stands in no address that shows anything.
 */
export function addLandingRoutes(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: '/oauth/disconnected',
    config,
    schema: {
      tags,
      summary: 'Intuit sends browsers here whose person has disconnected inside QuickBooks',
      description:
        'Enter it as the disconnect address in Intuit’s portal. Anybody may call it: the company that is named is only asked whether it is so.',
      querystring,
      response: { 302: redirect },
    },
    handler: async (request, reply) => {
      const { realmId } = request.query;
      if (typeof realmId === 'string' && /^\d{1,32}$/.test(realmId)) {
        await noted(parts, request.id, realmId);
      }
      return reply.code(302).header('location', DISCONNECTED_PAGE).send();
    },
  });
  web.route({
    method: 'GET',
    url: '/oauth/reconnect',
    config,
    schema: {
      tags,
      summary: 'Intuit sends people here who are to connect again',
      description: 'Enter it as the reconnect address in Intuit’s portal. It changes nothing.',
      querystring,
      response: { 302: redirect },
    },
    handler: (_request, reply) => reply.code(302).header('location', RECONNECT_PAGE).send(),
  });
}

/** Without it the next call to the company finds out. */
async function noted(
  { ledger, config: { intuitClientId }, log }: WebParts,
  requestId: string,
  realmId: string,
): Promise<void> {
  try {
    await noteSaidDisconnected(ledger, intuitClientId, realmId);
  } catch (error) {
    const what = 'note_disconnected';
    log({ event: 'http_side_work_failed', requestId, what, error: loggedError(error) });
  }
}

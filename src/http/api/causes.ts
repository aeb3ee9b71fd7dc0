import { causePage } from '../../contract/causes.js';
import { listCauses } from '../../ledger/cause-answers.js';
import { callerOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { problems } from '../schemas.js';

/** What holds up the app's documents, grouped by what fixes it. */
export function addCauseRoutes(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: '/v1/causes',
    config: { access: { by: 'key', scopes: ['documents', 'support', 'read'] } },
    schema: {
      tags: ['documents'],
      summary: 'List the causes of failures, those that hold up most first',
      response: { 200: causePage, ...problems },
    },
    handler: async (request) => ({ causes: await listCauses(ledger, callerOf(request).appId) }),
  });
}

import { causeAnswer, causePage, causeRelease } from '../../contract/causes.js';
import { listCauses, readCause } from '../../ledger/causes/cause-answers.js';
import { callerOf } from '../auth/access.js';
import { byCause, causeFilter, causeQuery, release, releaseBody } from '../cause-asking.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { problems, writeHeaders } from '../schemas.js';

const tags = ['documents'];
const READ = { access: { by: 'key', scopes: ['documents', 'support', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['documents'] } } as const;

/** What holds up the app's documents and runs, grouped by what fixes it. */
export function addCauseRoutes(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  web.route({
    method: 'GET',
    url: '/v1/causes',
    config: READ,
    schema: {
      tags,
      summary: 'List the causes of failures, those that hold up most first',
      querystring: causeQuery,
      response: { 200: causePage, ...problems },
    },
    handler: (request) =>
      listCauses(ledger, { appId: callerOf(request).appId }, causeFilter(request.query)),
  });
  web.route({
    method: 'GET',
    url: '/v1/causes/:id',
    config: READ,
    schema: {
      tags,
      summary: 'Read a cause: what it holds up, and what its release would try again',
      params: byCause,
      response: { 200: causeAnswer, ...problems },
    },
    handler: async (request) => {
      const { appId } = callerOf(request);
      const cause = await readCause(ledger, { appId }, request.params.id);
      if (cause === undefined) throw notFound('cause');
      return cause;
    },
  });
  web.route({
    method: 'POST',
    url: '/v1/causes/:id/release',
    config: WRITE,
    schema: {
      tags,
      summary: 'Try again what fails for a cause that was fixed',
      description: 'Documents as a bulk action, names before what needs them; failed runs anew.',
      params: byCause,
      headers: writeHeaders,
      body: releaseBody,
      response: { 202: causeRelease, ...problems },
    },
    handler: async (request, reply) => {
      const { appId } = callerOf(request);
      const asked = { id: request.params.id, body: request.body };
      return reply.code(202).send(await release(request, parts, { appId }, asked));
    },
  });
}

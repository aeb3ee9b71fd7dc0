import { causeLook, causeRelease, opsCauseAnswer, opsCausePage } from '../../contract/causes.js';
import { lookAtCause } from '../../ledger/causes/cause-look.js';
import { listOpsCauses, readOpsCause } from '../../ledger/causes/ops-causes.js';
import { personOf } from '../auth/access.js';
import { checkRecentForMany } from '../auth/recent.js';
import { byCause, causeFilter, causeQuery, release, releaseBody } from '../cause-asking.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { noBody, problems, searchText } from '../schemas.js';

const tags = ['dashboard'];
const VIEW = { access: { by: 'person', role: 'viewer' } } as const;
const ACT = { access: { by: 'person', role: 'operator' } } as const;

/** Causes of every app, for people with a role. */
export function addOpsCauseRoutes(web: Web, parts: WebParts): void {
  addReads(web, parts);
  addLook(web, parts);
  addRelease(web, parts);
}

function addReads(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: '/ops/causes',
    config: VIEW,
    schema: {
      tags,
      summary: 'List the causes of failures of every app, those that hold up most first',
      querystring: causeQuery.extend({ q: searchText }),
      response: { 200: opsCausePage, ...problems },
    },
    handler: (request) => listOpsCauses(ledger, causeFilter(request.query)),
  });
  web.route({
    method: 'GET',
    url: '/ops/causes/:id',
    config: VIEW,
    schema: {
      tags,
      summary: 'Read a cause: what it holds up, and what its release would try again',
      params: byCause,
      response: { 200: opsCauseAnswer, ...problems },
    },
    handler: async (request) => {
      const cause = await readOpsCause(ledger, request.params.id);
      if (cause === undefined) throw notFound('cause');
      return cause;
    },
  });
}

function addLook(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'POST',
    url: '/ops/causes/:id/look',
    config: ACT,
    schema: {
      tags,
      summary: 'Look at once, in what was read of QuickBooks, whether a cause is fixed',
      params: byCause,
      body: noBody,
      response: { 200: causeLook, ...problems },
    },
    handler: async (request) => {
      const look = await lookAtCause(ledger, request.params.id);
      if (look === undefined) throw notFound('cause');
      return look;
    },
  });
}

function addRelease(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  web.route({
    method: 'POST',
    url: '/ops/causes/:id/release',
    config: ACT,
    schema: {
      tags,
      summary: 'Try again what fails for a cause that was fixed',
      params: byCause,
      body: releaseBody,
      response: { 202: causeRelease, ...problems },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      await checkRecentForMany(personOf(request), parts, async () => {
        const cause = await readOpsCause(ledger, id);
        return (request.body?.only === 'all' ? cause?.documents : cause?.wouldRelease) ?? 0;
      });
      const asked = { id, body: request.body };
      return reply.code(202).send(await release(request, parts, {}, asked));
    },
  });
}

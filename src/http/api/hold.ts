import { z } from 'zod';
import { HOLD_DAYS_MAX, holdAnswer } from '../../contract/hold.js';
import { endHold, holdConnection, readHold } from '../../ledger/hold.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { invalidRequest } from '../problems.js';
import { byConnection, noBody, problems, writeHeaders } from '../schemas.js';

const URL = '/v1/connections/:connectionId/hold';
const tags = ['connections'];
const READ = { access: { by: 'key', scopes: ['connections', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['connections'] } } as const;
const DAY_MS = 86_400_000;

const moment = z.iso.datetime({
  offset: true,
  error: 'must be a moment with its offset, ISO 8601',
});
const holdBody = z.strictObject({
  from: moment.optional().describe('Default: now.'),
  to: moment,
});

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

function windowOf(body: z.output<typeof holdBody>, now: Date): { from: Date; to: Date } {
  const from = body.from === undefined ? now : new Date(body.from);
  const to = new Date(body.to);
  const wrong = (rule: string) => invalidRequest([{ field: 'to', rule, got: body.to }]);
  if (to <= from) throw wrong('must be later than from');
  if (to <= now) throw wrong('must be in the future');
  if (to.getTime() - from.getTime() > HOLD_DAYS_MAX * DAY_MS) {
    throw wrong(`must be at most ${HOLD_DAYS_MAX} days after from`);
  }
  return { from, to };
}

import { z } from 'zod';
import { connectionAnswer, connectionPage } from '../../contract/answers.js';
import { attributes } from '../../contract/documents/parts.js';
import { defaultSettings, PROFILE_NAMES } from '../../contract/profiles.js';
import { filledText } from '../../contract/text.js';
import { isRegisteredReturnUrl, readApp } from '../../ledger/apps/apps.js';
import { makeConnectLink } from '../../ledger/connections/connect-links.js';
import { disconnect } from '../../ledger/connections/connecting.js';
import { connectionAnswers } from '../../ledger/connections/connection-answers.js';
import { changeConnection, createConnection } from '../../ledger/connections/connection-changes.js';
import { parsedSettings } from '../../ledger/connections/connection-settings.js';
import {
  type Connection,
  listConnections,
  readConnection,
} from '../../ledger/connections/connections.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, callerOf, connectionOf } from '../auth/access.js';
import { revokeQuietly } from '../intuit/revoke.js';
import type { Web, WebParts } from '../parts.js';
import { invalidRequest, notFound } from '../problems.js';
import {
  acceptCompany,
  byConnection,
  externalId,
  noBody,
  problems,
  writeHeaders,
} from '../schemas.js';
import { refuseLocked, refuseReplaced } from './connection-refusals.js';

const tags = ['connections'];
const READ = { access: { by: 'key', scopes: ['connections', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['connections'] } } as const;
const one = '/v1/connections/:connectionId';

const newConnection = z.strictObject({
  externalId,
  name: filledText(200),
  profile: z.enum(PROFILE_NAMES),
  settings: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('Settings that differ from the profile’s defaults.'),
  attributes: attributes.default({}),
  returnUrl: z.url().max(2_000).describe('On the app’s registered list; its query is free.'),
});

/** Connections: make, read, change, connect, disconnect. */
export function addConnectionRoutes(web: Web, parts: WebParts): void {
  addCreation(web, parts);
  addReads(web, parts);
  addChange(web, parts);
  addConnectLink(web, parts);
  addDisconnect(web, parts);
}

function addCreation(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: '/v1/connections',
    config: WRITE,
    schema: {
      tags,
      summary: 'Make a connection; the customer’s browser goes to its connectUrl',
      headers: writeHeaders,
      body: newConnection,
      response: { 201: connectionAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const { body } = request;
      const { appId } = callerOf(request);
      const app = await readApp(parts.ledger, appId);
      if (app === undefined || !isRegisteredReturnUrl(app, body.returnUrl)) {
        const rule = 'must be on the app’s list of return addresses';
        throw invalidRequest([{ field: 'returnUrl', rule, got: body.returnUrl.slice(0, 80) }]);
      }
      const settings = parsedSettings(defaultSettings(body.profile), body.settings);
      const made = await createConnection(
        parts.ledger,
        { ...body, appId, settings },
        actorOf(request),
      );
      const answer =
        made.status === 'locked'
          ? await answerOf(parts, made)
          : await withConnectUrl(parts, made, actorOf(request));
      return reply.code(201).send(answer);
    },
  });
}

function addReads(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: '/v1/connections',
    config: READ,
    schema: {
      tags,
      summary: 'List the app’s connections, oldest first, at most 1,000',
      querystring: z.strictObject({ externalId: externalId.optional() }),
      response: { 200: connectionPage, ...problems },
    },
    handler: async (request) => {
      const { appId } = callerOf(request);
      const found = await listConnections(parts.ledger, appId, request.query);
      return { connections: await connectionAnswers(parts.ledger, found) };
    },
  });
  web.route({
    method: 'GET',
    url: one,
    config: READ,
    schema: {
      tags,
      summary: 'Read a connection: status, company, what may be offered',
      params: byConnection,
      response: { 200: connectionAnswer, ...problems },
    },
    handler: (request) => answerOf(parts, connectionOf(request)),
  });
}

function addChange(web: Web, parts: WebParts): void {
  web.route({
    method: 'PATCH',
    url: one,
    config: WRITE,
    schema: {
      tags,
      summary: 'Change the name or, as a whole, the attributes',
      params: byConnection,
      headers: writeHeaders,
      body: z.strictObject({ name: filledText(200).optional(), attributes: attributes.optional() }),
      response: { 200: connectionAnswer, ...problems },
    },
    handler: async (request) => {
      const { id } = connectionOf(request);
      const changed = await changeConnection(parts.ledger, id, request.body, actorOf(request));
      dispatchAfter(request, parts, [changed.companyId]);
      return answerOf(parts, changed);
    },
  });
}

function addConnectLink(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${one}/connect-link`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Make a link that leads the customer’s browser to Intuit; it works for a day',
      description:
        'A customer who signs in to another company than before, or at first to one that the app uses under another profile, comes back with `result=other_company`, and nothing has changed. Where that is meant, a link made with `acceptCompany: "any"` lets it. For another company than before the browser then comes back with the id of another connection, which begins afresh with that company under the same externalId. The one before is disconnected and keeps its documents and links (`replacedBy`); none of them is sent to the other company.',
      params: byConnection,
      headers: writeHeaders,
      body: acceptCompany,
      response: { 201: connectionAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      const acceptsOther = request.body?.acceptCompany === 'any';
      if (acceptsOther) refuseReplaced(connection);
      const by = actorOf(request);
      return reply.code(201).send(await withConnectUrl(parts, connection, by, acceptsOther));
    },
  });
}

function addDisconnect(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${one}/disconnect`,
    config: WRITE,
    // Intuit's revocation endpoint is waited for.
    handlerTimeout: 30_000,
    schema: {
      tags,
      summary: 'Disconnect from QuickBooks; links and documents stay',
      params: byConnection,
      headers: writeHeaders,
      body: noBody,
      response: { 200: connectionAnswer, ...problems },
    },
    handler: async (request) => {
      const { id, appId } = connectionOf(request);
      const left = await disconnect(parts.ledger, id, actorOf(request));
      if (left.revoke !== null) await revokeQuietly(parts, request.id, left.revoke.refreshToken);
      const connection = await readConnection(parts.ledger, appId, id);
      if (connection === undefined) throw notFound('connection');
      return answerOf(parts, connection);
    },
  });
}

async function answerOf({ ledger }: WebParts, connection: Connection) {
  const [answer] = await connectionAnswers(ledger, [connection]);
  if (answer === undefined) throw notFound('connection');
  return answer;
}

async function withConnectUrl(
  parts: WebParts,
  connection: Connection,
  by: string,
  acceptsOther = false,
) {
  const token = await makeConnectLink(parts.ledger, connection, by, { acceptsOther });
  const connectUrl = new URL(`/connect/${token}`, parts.config.publicUrl).href;
  return { ...(await answerOf(parts, connection)), connectUrl };
}

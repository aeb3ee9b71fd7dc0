import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CUSTOMER_PAGES } from '../../contract/customer-page.js';
import { OFFERS_OTHER_COMPANY } from '../../contract/customer-words.js';
import { RECORD_TYPES } from '../../contract/run.js';
import { settingsCheckAnswer } from '../../contract/settings-check.js';
import { filledText } from '../../contract/text.js';
import { setHidden } from '../../ledger/companies/record-pages.js';
import { makeConnectLink } from '../../ledger/connections/connect-links.js';
import { disconnect } from '../../ledger/connections/connecting.js';
import { changeSettings, checkedSettings } from '../../ledger/connections/connection-settings.js';
import type { Connection } from '../../ledger/connections/connections.js';
import { requestAccess } from '../../ledger/connections/unlocking.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { openImports } from '../../ledger/runs/imports.js';
import { startRun } from '../../ledger/runs/runs.js';
import { dispatchAfter } from '../after-answer.js';
import { refuseLocked, refuseReplaced } from '../api/connection-refusals.js';
import { actorOf, connectionOf } from '../auth/access.js';
import { revokeQuietly } from '../intuit/revoke.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, invalidRequest, notFound } from '../problems.js';
import { acceptCompany, byConnection, noBody, problems } from '../schemas.js';
import { byList, CUSTOMER, CUSTOMER_BASE, customerTags as tags } from './reads.js';

const done = z.undefined().describe('Done.');
const change = z
  .record(z.string(), z.unknown())
  .describe('Settings of the customer’s page; what is left out stays.');

/** What the customers' page does, each time to its own connection. */
export function addCustomerActs(web: Web, parts: WebParts): void {
  addConnecting(web, parts);
  addRefresh(web, parts);
  addSettings(web, parts);
  addHiding(web, parts);
}

function addConnecting(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  const schema = { tags, params: byConnection, body: noBody };
  addConnectLink(web, parts);
  web.route({
    method: 'POST',
    url: `${CUSTOMER_BASE}/disconnect`,
    config: CUSTOMER,
    // Intuit's revocation endpoint is waited for.
    handlerTimeout: 30_000,
    schema: {
      ...schema,
      summary: 'Disconnect the customer’s connection from QuickBooks',
      response: { 204: done, ...problems },
    },
    handler: async (request, reply) => {
      const left = await disconnect(ledger, connectionOf(request).id, actorOf(request));
      if (left.revoke !== null) await revokeQuietly(parts, request.id, left.revoke.refreshToken);
      return reply.code(204).send();
    },
  });
  web.route({
    method: 'POST',
    url: `${CUSTOMER_BASE}/request-access`,
    config: CUSTOMER,
    schema: {
      ...schema,
      summary: 'Ask support for access to the customer’s locked connection',
      response: { 204: done, ...problems },
    },
    handler: async (request, reply) => {
      const asked = await requestAccess(ledger, connectionOf(request).id, actorOf(request));
      if (asked === undefined) throw conflict('not_locked', 'The connection is not locked.');
      return reply.code(204).send();
    },
  });
}

function addConnectLink(web: Web, { ledger, config }: WebParts): void {
  web.route({
    method: 'POST',
    url: `${CUSTOMER_BASE}/connect-link`,
    config: CUSTOMER,
    schema: {
      tags,
      summary: 'Make a link that leads the customer’s browser to Intuit',
      params: byConnection,
      body: acceptCompany,
      response: { 201: z.object({ connectUrl: z.string() }), ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      refuseReplaced(connection);
      const acceptsOther = request.body?.acceptCompany === 'any';
      if (acceptsOther && !OFFERS_OTHER_COMPANY.has(connection.status)) {
        throw conflict('connected', 'Disconnect from this company before you connect another one.');
      }
      const by = actorOf(request);
      const token = await makeConnectLink(ledger, connection, by, { acceptsOther });
      const connectUrl = new URL(`/connect/${token}`, config.publicUrl).href;
      return reply.code(201).send({ connectUrl });
    },
  });
}

function addRefresh(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${CUSTOMER_BASE}/refresh`,
    config: CUSTOMER,
    schema: {
      tags,
      summary: 'Read lists of QuickBooks anew; a reading that is open already goes on instead',
      params: byConnection,
      body: z.strictObject({
        types: z.array(z.enum(RECORD_TYPES)).min(1).optional().describe('Default: all.'),
      }),
      response: { 204: done, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      if (connection.companyId === null) {
        throw conflict('reconnect_needed', 'QuickBooks is not connected.');
      }
      const asked = { job: 'refresh_master_data', types: request.body.types } as const;
      const { runId } = await startRun(parts.ledger, connection, { ...asked, trigger: 'person' });
      await recordAudit(parts.ledger.sql, {
        ...entryOf(request),
        action: 'run.started',
        subject: { runId },
      });
      request.afterAnswer.push(() => parts.wakeRun(runId));
      return reply.code(204).send();
    },
  });
}

function addSettings(web: Web, parts: WebParts): void {
  const { ledger, checkSettings } = parts;
  web.route({
    method: 'PATCH',
    url: `${CUSTOMER_BASE}/settings`,
    config: CUSTOMER,
    schema: {
      tags,
      summary: 'Change settings of the customer’s page',
      params: byConnection,
      body: change,
      response: { 204: done, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      refuseOthers(connection, request.body);
      const changed = await changeSettings(ledger, connection.id, request.body, actorOf(request));
      dispatchAfter(request, parts, [changed.companyId]);
      for (const runId of await openImports(ledger, connection.id)) {
        request.afterAnswer.push(() => parts.wakeRun(runId));
      }
      return reply.code(204).send();
    },
  });
  web.route({
    method: 'POST',
    url: `${CUSTOMER_BASE}/settings/check`,
    config: CUSTOMER,
    schema: {
      tags,
      summary:
        'Show what a change of the customer’s settings would do to the newest 200 documents; nothing is sent',
      params: byConnection,
      body: change,
      response: { 200: settingsCheckAnswer, ...problems },
    },
    handler: async (request) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      refuseOthers(connection, request.body);
      const proposed = await checkedSettings(ledger.sql, connection, request.body);
      const shown = await checkSettings(connection, proposed);
      if (shown === 'unread') throw conflict('reconnect_needed', 'QuickBooks was not read yet.');
      return shown;
    },
  });
}

function addHiding(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'PATCH',
    url: `${CUSTOMER_BASE}/records/:type/:recordId`,
    config: CUSTOMER,
    schema: {
      tags,
      summary: 'Hide a record of the customer’s lists from pick lists, or show it again',
      params: byList.extend({ recordId: filledText(50) }),
      body: z.strictObject({ hidden: z.boolean() }),
      response: { 204: done, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      const { type, recordId } = request.params;
      const { hidden } = request.body;
      const isHidable = CUSTOMER_PAGES[connection.profile].hidable.includes(type);
      const changed =
        connection.companyId === null || !isHidable
          ? undefined
          : await setHidden(ledger, connection.companyId, type, recordId, hidden);
      if (changed === undefined) throw notFound('record');
      const subject = { type, recordId, hidden };
      await recordAudit(ledger.sql, {
        ...entryOf(request),
        action: 'record.hidden_changed',
        subject,
      });
      return reply.code(204).send();
    },
  });
}

function entryOf(request: FastifyRequest) {
  const { id, appId } = connectionOf(request);
  return { actor: actorOf(request), appId, connectionId: id };
}

/** A customer changes what their page shows; the rest is the app's and support's. */
function refuseOthers(connection: Connection, stated: Record<string, unknown>): void {
  const shown = CUSTOMER_PAGES[connection.profile].settings;
  const foreign = pathsOf(stated).filter(
    (path) =>
      !shown.some((one) => one.path === path) || movesUnoffered(connection, path, stated[path]),
  );
  if (foreign.length === 0) return;
  throw invalidRequest(foreign.map((field) => ({ field, rule: 'is not on the customer’s page' })));
}

/** Of several words, those that the page does not offer stay as the app has them: none comes or goes. */
function movesUnoffered({ profile, settings }: Connection, path: string, value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const { choices = {} } = CUSTOMER_PAGES[profile].settings.find((one) => one.path === path) ?? {};
  const unoffered = (words: readonly unknown[]) =>
    new Set(words.filter((word) => !Object.hasOwn(choices, String(word))));
  const had = unoffered(path === 'modules' ? settings.modules : []);
  const has = unoffered(value);
  return had.size !== has.size || [...had].some((word) => !has.has(word));
}

/** `{accounts: {income: {…}}}` → `accounts.income`: settings are at most two names deep. */
function pathsOf(stated: Record<string, unknown>): string[] {
  return Object.entries(stated).flatMap(([group, inner]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.keys(inner).map((name) => `${group}.${name}`)
      : [group],
  );
}

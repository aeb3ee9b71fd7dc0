import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { opsConnection, opsRun } from '../../contract/ops-connections.js';
import { RECORD_TYPES, RUN_JOBS } from '../../contract/run.js';
import { settings } from '../../contract/settings.js';
import { settingsCheckAnswer } from '../../contract/settings-check.js';
import { readOpsConnection } from '../../ledger/answers/ops-connections.js';
import { readOpsRun } from '../../ledger/answers/ops-runs.js';
import { changeSettings, checkedSettings } from '../../ledger/connections/connection-settings.js';
import { countBehindGates, countLetGoBySettings } from '../../ledger/connections/count-let-go.js';
import { finalizeConnection } from '../../ledger/connections/finalizing.js';
import { unlockConnection } from '../../ledger/connections/unlocking.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { startRun } from '../../ledger/runs/runs.js';
import { dispatchAfter } from '../after-answer.js';
import { connectionRefusal, refuseLocked, refuseUnwanted } from '../api/connection-refusals.js';
import { actorOf, personOf } from '../auth/access.js';
import { checkRecentForMany } from '../auth/recent.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, notFound } from '../problems.js';
import { noBody, problems } from '../schemas.js';
import { byOpsConnection, opsConnectionOf } from './connections.js';

const BASE = '/ops/connections/:connectionId';
const tags = ['dashboard'];
const ACT = { access: { by: 'person', role: 'operator' } } as const;
const SUPPORT = { access: { by: 'person', role: 'support' } } as const;
const change = z
  .record(z.string(), z.unknown())
  .describe('Any part of the settings; lists and references are replaced whole.');

/** What people do for a connection: refresh it, open its gates, change its settings. */
export function addConnectionCareRoutes(web: Web, parts: WebParts): void {
  addStart(web, parts);
  addGates(web, parts);
  addSettings(web, parts);
}

function addStart(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  web.route({
    method: 'POST',
    url: `${BASE}/runs`,
    config: ACT,
    schema: {
      tags,
      summary: 'Start a run for a connection; one that is open already is answered instead',
      params: byOpsConnection,
      body: z.strictObject({
        job: z.enum(RUN_JOBS),
        types: z.array(z.enum(RECORD_TYPES)).min(1).optional(),
      }),
      response: { 202: opsRun, ...problems },
    },
    handler: async (request, reply) => {
      const connection = await opsConnectionOf(request, parts);
      refuseLocked(connection);
      if (connection.companyId === null) {
        throw conflict('reconnect_needed', 'The connection is not connected to QuickBooks.');
      }
      refuseUnwanted(connection, request.body.job);
      const { runId } = await startRun(ledger, connection, { ...request.body, trigger: 'person' });
      await recordAudit(ledger.sql, {
        actor: actorOf(request),
        action: 'run.started',
        appId: connection.appId,
        connectionId: connection.id,
        subject: { runId },
      });
      request.afterAnswer.push(() => parts.wakeRun(runId));
      const started = await readOpsRun(ledger, runId);
      if (started === undefined) throw notFound('run');
      return reply.code(202).send(started.run);
    },
  });
}

function addGates(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  const schema = {
    tags,
    params: byOpsConnection,
    body: noBody,
    response: { 200: opsConnection, ...problems },
  };
  web.route({
    method: 'POST',
    url: `${BASE}/finalize`,
    config: SUPPORT,
    schema: { ...schema, summary: 'Finalize: what waited for support may be sent from here on' },
    handler: async (request) => {
      const asked = await opsConnectionOf(request, parts);
      const finalizedAt = ledger.clock();
      await checkRecentForMany(personOf(request), parts, (enough) =>
        countBehindGates(ledger, asked, { finalizedAt }, enough),
      );
      const finalized = await finalizeConnection(ledger, asked.id, actorOf(request));
      if (finalized.outcome === 'refused') throw connectionRefusal(asked, finalized.reason);
      dispatchAfter(request, parts, [finalized.companyId]);
      return answerOf(request, parts);
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/unlock`,
    config: SUPPORT,
    schema: { ...schema, summary: 'Unlock a connection on trial for good' },
    handler: async (request) => {
      const asked = await opsConnectionOf(request, parts);
      const unlockedAt = ledger.clock();
      await checkRecentForMany(personOf(request), parts, (enough) =>
        countBehindGates(ledger, asked, { unlockedAt }, enough),
      );
      const { companyId } = await unlockConnection(ledger, asked.id, actorOf(request));
      dispatchAfter(request, parts, [companyId]);
      return answerOf(request, parts);
    },
  });
}

function addSettings(web: Web, parts: WebParts): void {
  const { ledger, checkSettings } = parts;
  web.route({
    method: 'GET',
    url: '/ops/settings-schema',
    config: { access: { by: 'person', role: 'viewer' } },
    schema: {
      tags,
      summary: 'JSON Schema of the settings of a connection, with what each means',
      response: { 200: z.record(z.string(), z.unknown()), ...problems },
    },
    handler: async () => z.toJSONSchema(settings, { io: 'input' }) as Record<string, unknown>,
  });
  web.route({
    method: 'PATCH',
    url: `${BASE}/settings`,
    config: SUPPORT,
    schema: {
      tags,
      summary: 'Change settings; what is left out stays, everything is checked together',
      params: byOpsConnection,
      body: change,
      response: { 200: opsConnection, ...problems },
    },
    handler: async (request) => {
      const asked = await opsConnectionOf(request, parts);
      await checkRecentForMany(personOf(request), parts, (enough) =>
        countLetGoBySettings(ledger, asked, request.body, enough),
      );
      const changed = await changeSettings(ledger, asked.id, request.body, actorOf(request));
      dispatchAfter(request, parts, [changed.companyId]);
      return answerOf(request, parts);
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/settings/check`,
    config: SUPPORT,
    schema: {
      tags,
      summary:
        'Show what a change of settings would do to the newest 200 documents; nothing is sent',
      params: byOpsConnection,
      body: change,
      response: { 200: settingsCheckAnswer, ...problems },
    },
    handler: async (request) => {
      const connection = await opsConnectionOf(request, parts);
      const proposed = await checkedSettings(ledger.sql, connection, request.body);
      const shown = await checkSettings(connection, proposed);
      if (shown === 'unread') {
        throw conflict('reconnect_needed', 'QuickBooks has not been connected and read yet.');
      }
      return shown;
    },
  });
}

async function answerOf(request: FastifyRequest, { ledger }: WebParts) {
  const { connectionId } = request.params as z.infer<typeof byOpsConnection>;
  const found = await readOpsConnection(ledger, connectionId);
  if (found === undefined) throw notFound('connection');
  return found;
}

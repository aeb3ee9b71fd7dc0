import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { runAnswer, runPage } from '../../contract/answers.js';
import { RECORD_TYPES, RUN_JOBS, type RunJob } from '../../contract/run.js';
import { plainDate } from '../../contract/text.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { cancelRun } from '../../ledger/runs/cancelled-runs.js';
import { listRuns, readRun } from '../../ledger/runs/run-answers.js';
import { retryRun, startRun } from '../../ledger/runs/runs.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, invalidRequest, notFound } from '../problems.js';
import { byConnection, noBody, pageLimit, problems, writeHeaders } from '../schemas.js';
import { refuseLocked, refuseUnwanted } from './connection-refusals.js';

const BASE = '/v1/connections/:connectionId/runs';
const tags = ['runs'];
const READ = { access: { by: 'key', scopes: ['connections', 'read'] } } as const;
const WRITE = { access: { by: 'key', scopes: ['connections'] } } as const;
const byRun = byConnection.extend({ runId: z.string().max(100) });

/** Executions of a pull: start, follow, retry, cancel. */
export function addRunRoutes(web: Web, parts: WebParts): void {
  addStart(web, parts);
  addReads(web, parts);
  addRetry(web, parts);
  addCancel(web, parts);
}

const runBody = z
  .strictObject({
    job: z.enum(RUN_JOBS),
    types: z.array(z.enum(RECORD_TYPES)).min(1).optional().describe('Default: all.'),
    from: plainDate
      .optional()
      .describe('First date of the invoices that `import_invoices` brings. Default: all.'),
    to: plainDate.optional().describe('Last date of them.'),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'must not be before from',
  });

function addStart(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: BASE,
    config: WRITE,
    schema: {
      tags,
      summary: 'Start a run; one that is open already is answered instead',
      params: byConnection,
      headers: writeHeaders,
      body: runBody,
      response: { 202: runAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      if (connection.companyId === null) throw notConnected();
      refuseUnwanted(connection, request.body.job);
      const { job, types } = request.body;
      const asked = { job, types, window: windowOf(request.body), trigger: 'api' } as const;
      const { runId } = await startRun(parts.ledger, connection, asked);
      await audited(request, parts, runId);
      request.afterAnswer.push(() => parts.wakeRun(runId));
      return reply.code(202).send(await answerOf(request, parts, String(runId)));
    },
  });
}

function addReads(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: READ,
    schema: {
      tags,
      summary: 'List runs, newest first',
      params: byConnection,
      querystring: z.strictObject({ limit: pageLimit }),
      response: { 200: runPage, ...problems },
    },
    handler: async (request) => ({
      runs: await listRuns(parts.ledger, connectionOf(request), request.query.limit),
    }),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:runId`,
    config: READ,
    schema: {
      tags,
      summary: 'Read a run',
      params: byRun,
      response: { 200: runAnswer, ...problems },
    },
    handler: (request) => answerOf(request, parts, request.params.runId),
  });
}

function addRetry(web: Web, parts: WebParts): void {
  web.route({
    method: 'POST',
    url: `${BASE}/:runId/retry`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Start an ended run anew, as a run of its own',
      params: byRun,
      headers: writeHeaders,
      body: noBody,
      response: { 202: runAnswer, ...problems },
    },
    handler: async (request, reply) => {
      const connection = connectionOf(request);
      refuseLocked(connection);
      if (connection.companyId === null) throw notConnected();
      const id = runIdOf(request.params.runId);
      const run = await readRun(parts.ledger, connection, id);
      if (run === undefined) throw notFound('run');
      refuseUnwanted(connection, run.job);
      const started = await retryRun(parts.ledger, connection, id);
      if (started === undefined) throw notFound('run');
      await audited(request, parts, started.runId);
      request.afterAnswer.push(() => parts.wakeRun(started.runId));
      return reply.code(202).send(await answerOf(request, parts, String(started.runId)));
    },
  });
}

function addCancel(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'POST',
    url: `${BASE}/:runId/cancel`,
    config: WRITE,
    schema: {
      tags,
      summary: 'Cancel a run; one that reads ends at its next page',
      params: byRun,
      headers: writeHeaders,
      body: noBody,
      response: { 200: runAnswer, ...problems },
    },
    handler: async (request) => {
      const id = runIdOf(request.params.runId);
      const ended = await cancelRun(ledger, connectionOf(request), id, actorOf(request));
      if (ended === undefined) throw notFound('run');
      if (ended === 'ended') throw conflict('run_ended', 'The run has ended already.');
      const run = await readRun(ledger, connectionOf(request), id);
      if (run === undefined) throw notFound('run');
      return run;
    },
  });
}

/** Dates as moments: each the beginning of its day. @throws HttpProblem 422 for a job without dates */
function windowOf({ job, from, to }: { job: RunJob; from?: string; to?: string }) {
  if (job !== 'import_invoices' && (from !== undefined || to !== undefined)) {
    const field = from === undefined ? 'to' : 'from';
    throw invalidRequest([{ field, rule: `a run of ${job} is not about dates` }]);
  }
  const momentOf = (day?: string) => (day === undefined ? null : new Date(`${day}T00:00:00Z`));
  return { from: momentOf(from), to: momentOf(to) };
}

const notConnected = () =>
  conflict('reconnect_needed', 'The connection is not connected to QuickBooks.');

function audited(request: FastifyRequest, { ledger }: WebParts, runId: number): Promise<void> {
  const { id, appId } = connectionOf(request);
  const entry = { actor: actorOf(request), appId, connectionId: id, subject: { runId } };
  return recordAudit(ledger.sql, { ...entry, action: 'run.started' });
}

async function answerOf(request: FastifyRequest, { ledger }: WebParts, runId: string) {
  const run = await readRun(ledger, connectionOf(request), runIdOf(runId));
  if (run === undefined) throw notFound('run');
  return run;
}

function runIdOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw notFound('run');
  return Number(text);
}

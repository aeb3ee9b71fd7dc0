import { z } from 'zod';
import { opsRun, opsRunPage } from '../../contract/ops-connections.js';
import { RUN_JOBS, RUN_STATUSES, RUN_TRIGGERS } from '../../contract/run.js';
import { listOpsRuns, readOpsRun, retryOpsRun } from '../../ledger/answers/ops-runs.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { refuseLocked, refuseUnwanted } from '../api/connection-refusals.js';
import { actorOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, notFound } from '../problems.js';
import { cursor, ledgerId, noBody, pageLimit, problems } from '../schemas.js';

const tags = ['dashboard'];
const byRun = z.strictObject({ runId: ledgerId });

/** Runs of every connection: what was pulled, and what of it failed. */
export function addOpsRunRoutes(web: Web, parts: WebParts): void {
  const { ledger } = parts;
  web.route({
    method: 'GET',
    url: '/ops/runs',
    config: { access: { by: 'person', role: 'viewer' } },
    schema: {
      tags,
      summary: 'List runs of every connection, newest first',
      querystring: z.strictObject({
        job: z.enum(RUN_JOBS).optional(),
        status: z.enum(RUN_STATUSES).optional(),
        trigger: z.enum(RUN_TRIGGERS).optional(),
        connection: z.uuid().optional(),
        after: cursor,
        limit: pageLimit,
      }),
      response: { 200: opsRunPage, ...problems },
    },
    handler: ({ query: { connection, ...filter } }) =>
      listOpsRuns(ledger, { ...filter, connectionId: connection }),
  });
  web.route({
    method: 'POST',
    url: '/ops/runs/:runId/retry',
    config: { access: { by: 'person', role: 'operator' } },
    schema: {
      tags,
      summary: 'Start an ended run anew, as a run of its own',
      params: byRun,
      body: noBody,
      response: { 202: opsRun, ...problems },
    },
    handler: async (request, reply) => {
      const asked = await readOpsRun(ledger, Number(request.params.runId));
      if (asked === undefined) throw notFound('run');
      refuseLocked(asked.connection);
      if (asked.connection.companyId === null) {
        throw conflict('reconnect_needed', 'The connection is not connected to QuickBooks.');
      }
      refuseUnwanted(asked.connection, asked.run.job);
      const started = await retryOpsRun(ledger, Number(asked.run.id));
      if (started === undefined) throw notFound('run');
      const { runId, connection } = started;
      await recordAudit(ledger.sql, {
        actor: actorOf(request),
        action: 'run.started',
        appId: connection.appId,
        connectionId: connection.id,
        subject: { runId, retryOf: asked.run.id },
      });
      request.afterAnswer.push(() => parts.wakeRun(runId));
      const answer = await readOpsRun(ledger, runId);
      if (answer === undefined) throw notFound('run');
      return reply.code(202).send(answer.run);
    },
  });
}

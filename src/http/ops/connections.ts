import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordAnswer, recordPage } from '../../contract/answers.js';
import { CONNECTION_STATUSES } from '../../contract/connection.js';
import { opsConnection, opsConnectionPage } from '../../contract/ops-connections.js';
import { RECORD_TYPES } from '../../contract/run.js';
import { filledText } from '../../contract/text.js';
import { listOpsConnections, readOpsConnection } from '../../ledger/answers/ops-connections.js';
import { listRecords, setHidden } from '../../ledger/companies/record-pages.js';
import { type Connection, connectionById } from '../../ledger/connections/connections.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { actorOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { cursor, pageLimit, problems, searchText } from '../schemas.js';

const BASE = '/ops/connections';
const tags = ['dashboard'];
const VIEW = { access: { by: 'person', role: 'viewer' } } as const;
const ACT = { access: { by: 'person', role: 'operator' } } as const;
export const byOpsConnection = z.strictObject({ connectionId: z.uuid() });

/** Connections of every app with their health, and QuickBooks' lists as they see them. */
export function addOpsConnectionRoutes(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: VIEW,
    schema: {
      tags,
      summary: 'List connections of every app by name, with their health and counts per status',
      querystring: z.strictObject({
        status: z.enum(CONNECTION_STATUSES).optional(),
        q: searchText,
        after: cursor,
        limit: pageLimit,
      }),
      response: { 200: opsConnectionPage, ...problems },
    },
    handler: ({ query }) => listOpsConnections(ledger, query),
  });
  web.route({
    method: 'GET',
    url: `${BASE}/:connectionId`,
    config: VIEW,
    schema: {
      tags,
      summary: 'Read a connection with its health, limits, lists and settings',
      params: byOpsConnection,
      response: { 200: opsConnection, ...problems },
    },
    handler: async ({ params }) => {
      const found = await readOpsConnection(ledger, params.connectionId);
      if (found === undefined) throw notFound('connection');
      return found;
    },
  });
  addRecords(web, { ledger });
}

function addRecords(web: Web, { ledger }: Pick<WebParts, 'ledger'>): void {
  const byType = byOpsConnection.extend({ type: z.enum(RECORD_TYPES) });
  web.route({
    method: 'GET',
    url: `${BASE}/:connectionId/records/:type`,
    config: VIEW,
    schema: {
      tags,
      summary: 'List records of QuickBooks by name',
      params: byType,
      querystring: z.strictObject({ q: searchText, after: cursor, limit: pageLimit }),
      response: { 200: recordPage, ...problems },
    },
    handler: async (request) => {
      const { companyId } = await opsConnectionOf(request, { ledger });
      if (companyId === null) return { records: [], after: null, refreshedAt: null, stale: false };
      return listRecords(ledger, companyId, request.params.type, request.query);
    },
  });
  web.route({
    method: 'PATCH',
    url: `${BASE}/:connectionId/records/:type/:recordId`,
    config: ACT,
    schema: {
      tags,
      summary: 'Hide a record from pick lists, or show it again',
      params: byType.extend({ recordId: filledText(50) }),
      body: z.strictObject({ hidden: z.boolean() }),
      response: { 200: recordAnswer, ...problems },
    },
    handler: async (request) => {
      const { id, appId, companyId } = await opsConnectionOf(request, { ledger });
      const { type, recordId } = request.params;
      const { hidden } = request.body;
      const changed =
        companyId === null ? undefined : await setHidden(ledger, companyId, type, recordId, hidden);
      if (changed === undefined) throw notFound('record');
      await recordAudit(ledger.sql, {
        actor: actorOf(request),
        action: 'record.hidden_changed',
        appId,
        connectionId: id,
        subject: { type, recordId, hidden },
      });
      return changed;
    },
  });
}

/** The connection a route of the dashboard names. */
export async function opsConnectionOf(
  request: FastifyRequest,
  { ledger }: Pick<WebParts, 'ledger'>,
): Promise<Connection> {
  const { connectionId } = request.params as z.infer<typeof byOpsConnection>;
  const found = await connectionById(ledger.sql, connectionId);
  if (found === undefined) throw notFound('connection');
  return found;
}

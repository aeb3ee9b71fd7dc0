import { z } from 'zod';
import { recordAnswer, recordPage } from '../../contract/answers.js';
import { RECORD_TYPES } from '../../contract/run.js';
import { filledText } from '../../contract/text.js';
import { listRecords, setHidden } from '../../ledger/companies/record-pages.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { byConnection, cursor, pageLimit, problems, searchText, writeHeaders } from '../schemas.js';

const BASE = '/v1/connections/:connectionId/records/:type';
const tags = ['records'];
const byType = byConnection.extend({ type: z.enum(RECORD_TYPES) });

/** QuickBooks' own objects, for pick lists. */
export function addRecordRoutes(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: BASE,
    config: { access: { by: 'key', scopes: ['connections', 'documents', 'read'] } },
    schema: {
      tags,
      summary: 'List records by name',
      params: byType,
      querystring: z.strictObject({
        q: searchText.describe('Part of a name.'),
        hidden: z
          .stringbool({ truthy: ['true'], falsy: ['false'] })
          .optional()
          .describe('true or false; both without it.'),
        after: cursor,
        limit: pageLimit,
      }),
      response: { 200: recordPage, ...problems },
    },
    handler: async (request) => {
      const { companyId } = connectionOf(request);
      if (companyId === null) return { records: [], after: null, refreshedAt: null, stale: false };
      return listRecords(ledger, companyId, request.params.type, request.query);
    },
  });
  web.route({
    method: 'PATCH',
    url: `${BASE}/:recordId`,
    config: { access: { by: 'key', scopes: ['connections'] } },
    schema: {
      tags,
      summary: 'Hide a record from pick lists, or show it again',
      params: byType.extend({ recordId: filledText(50) }),
      headers: writeHeaders,
      body: z.strictObject({ hidden: z.boolean() }),
      response: { 200: recordAnswer, ...problems },
    },
    handler: async (request) => {
      const { id, appId, companyId } = connectionOf(request);
      const { type, recordId } = request.params;
      const { hidden } = request.body;
      const changed =
        companyId === null ? undefined : await setHidden(ledger, companyId, type, recordId, hidden);
      if (changed === undefined) throw notFound('record');
      const about = { appId, connectionId: id, subject: { type, recordId, hidden } };
      const entry = { actor: actorOf(request), ...about };
      await recordAudit(ledger.sql, { ...entry, action: 'record.hidden_changed' });
      return changed;
    },
  });
}

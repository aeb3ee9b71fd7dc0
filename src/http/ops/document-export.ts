import { Readable } from 'node:stream';
import { z } from 'zod';
import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import type { OpsDocumentRow } from '../../contract/ops.js';
import { DOCUMENT_STATUSES } from '../../contract/status.js';
import { pageOfOpsDocuments } from '../../ledger/answers/ops.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { actorOf } from '../auth/access.js';
import { CSV_ANSWER, CSV_PAGE, csvOf, EXPORT_MS_MAX } from '../csv.js';
import { filterText, listFilter } from '../document-filter.js';
import type { Web, WebParts } from '../parts.js';
import { problems, searchText } from '../schemas.js';

/** The filtered list as a file for a spreadsheet, written while it is read. */
export function addDocumentExport(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: '/ops/documents.csv',
    handlerTimeout: EXPORT_MS_MAX,
    config: { access: { by: 'person', role: 'viewer' } },
    schema: {
      tags: ['dashboard'],
      summary: 'The filtered list of documents as CSV, newest first',
      querystring: z.strictObject({
        status: z.enum(DOCUMENT_STATUSES).optional(),
        kind: z.enum(DOCUMENT_KINDS).optional(),
        q: searchText,
        filter: filterText.optional(),
      }),
      response: {
        200: CSV_ANSWER,
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const { ledger } = parts;
      const { limit: _, ...filter } = await listFilter(
        parts,
        {},
        { ...request.query, limit: CSV_PAGE },
      );
      const { status = null, kind = null } = request.query;
      const entry = { actor: actorOf(request), action: 'documents.exported' } as const;
      await recordAudit(ledger.sql, { ...entry, subject: { status, kind } });
      const page = async (after: string | undefined, limit: number) => {
        const read = await pageOfOpsDocuments(ledger, { ...filter, after, limit });
        return { rows: read.documents, after: read.after };
      };
      return reply
        .header('content-disposition', 'attachment; filename="documents.csv"')
        .type('text/csv; charset=utf-8')
        .send(Readable.from(csvOf(COLUMNS, page)));
    },
  });
}

const COLUMNS: Record<string, (row: OpsDocumentRow) => string | number | null> = {
  App: ({ app }) => app,
  Connection: ({ connection }) => connection.name,
  Kind: ({ kind }) => kind,
  'External id': ({ externalId }) => externalId,
  Number: ({ number }) => number,
  'Customer or supplier': ({ party }) => party,
  Total: ({ total }) => total,
  Currency: ({ currency }) => currency,
  'Sync Status': ({ label }) => label,
  'Sync Details': ({ details }) => details,
  Reason: ({ reason }) => reason,
  'QuickBooks id': ({ quickbooks }) => quickbooks?.id ?? null,
  'QuickBooks number': ({ quickbooks }) => quickbooks?.number ?? null,
  Changed: ({ updatedAt }) => updatedAt,
};

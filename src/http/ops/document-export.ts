import { Readable } from 'node:stream';
import { z } from 'zod';
import { DOCUMENT_KINDS } from '../../contract/documents/index.js';
import type { OpsDocumentRow } from '../../contract/ops.js';
import { DOCUMENT_STATUSES } from '../../contract/status.js';
import type { DocumentFilter } from '../../ledger/answers/document-pages.js';
import { pageOfOpsDocuments } from '../../ledger/answers/ops.js';
import type { Ledger } from '../../ledger/database/open.js';
import { recordAudit } from '../../ledger/people/audit.js';
import { actorOf } from '../auth/access.js';
import { csvLine } from '../csv.js';
import { filterText, listFilter } from '../document-filter.js';
import type { Web, WebParts } from '../parts.js';
import { problems, searchText } from '../schemas.js';

/** Rows of one read. */
const PAGE = 200;
/** Rows of one file: spreadsheets end at a million. */
const ROWS_MAX = 1_000_000;
/** Long enough for a file of that many rows. */
const EXPORT_MS_MAX = 30 * 60_000;

type Filter = Omit<DocumentFilter, 'after' | 'limit'>;

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
        200: { description: 'CSV, a line each', content: { 'text/csv': { schema: z.unknown() } } },
        ...problems,
      },
    },
    handler: async (request, reply) => {
      const { ledger } = parts;
      const { limit: _, ...filter } = await listFilter(
        parts,
        {},
        { ...request.query, limit: PAGE },
      );
      const { status = null, kind = null } = request.query;
      const entry = { actor: actorOf(request), action: 'documents.exported' } as const;
      await recordAudit(ledger.sql, { ...entry, subject: { status, kind } });
      return reply
        .header('content-disposition', 'attachment; filename="documents.csv"')
        .type('text/csv; charset=utf-8')
        .send(Readable.from(linesOf(ledger, filter)));
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

async function* linesOf(ledger: Ledger, filter: Filter): AsyncGenerator<string> {
  // Spreadsheets take UTF-8 for it only behind this mark.
  yield `\uFEFF${csvLine(Object.keys(COLUMNS))}`;
  let after: string | undefined;
  for (let rows = 0; rows < ROWS_MAX; rows += PAGE) {
    const page = await pageOfOpsDocuments(ledger, { ...filter, after, limit: PAGE });
    for (const document of page.documents) {
      yield csvLine(Object.values(COLUMNS).map((read) => read(document)));
    }
    if (page.after === null) return;
    after = page.after;
  }
}

import { z } from 'zod';
import { importedInvoicePage } from '../../contract/imported-invoice.js';
import { listImportedInvoices } from '../../ledger/changes/imported-invoices.js';
import { connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { byConnection, cursor, pageLimit, problems, searchText } from '../schemas.js';

/** Old invoices of QuickBooks that were brought for the app. */
export function addImportedInvoiceRoutes(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: '/v1/connections/:connectionId/records/invoice',
    config: { access: { by: 'key', scopes: ['connections', 'documents', 'read'] } },
    schema: {
      tags: ['records'],
      summary: 'List old invoices that were brought from QuickBooks, the newest first',
      description:
        'Each as it was when it was brought: later changes on either side do not reach the other.',
      params: byConnection,
      querystring: z.strictObject({
        q: searchText.describe('Part of a number or of the customer’s name.'),
        after: cursor,
        limit: pageLimit,
      }),
      response: { 200: importedInvoicePage, ...problems },
    },
    handler: (request) => listImportedInvoices(ledger, connectionOf(request).id, request.query),
  });
}

import { z } from 'zod';
import { inspection, revealedRequest } from '../../contract/inspection.js';
import { inspectDocument, revealRequest } from '../../ledger/answers/inspection.js';
import { actorOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { notFound } from '../problems.js';
import { ledgerId, noBody, problems } from '../schemas.js';

const tags = ['dashboard'];
const BASE = '/ops/documents/:id';

/** What was sent for a document: redacted for everybody, whole for support, who is noted. */
export function addInspectionRoutes(web: Web, { ledger }: WebParts): void {
  web.route({
    method: 'GET',
    url: `${BASE}/inspection`,
    config: { access: { by: 'person', role: 'viewer' } },
    schema: {
      tags,
      summary: 'What was sent for a document and answered, redacted, and what QuickBooks holds',
      params: z.strictObject({ id: ledgerId }),
      response: { 200: inspection, ...problems },
    },
    handler: async (request) => {
      const found = await inspectDocument(ledger, Number(request.params.id));
      if (found === undefined) throw notFound('document');
      return found;
    },
  });
  web.route({
    method: 'POST',
    url: `${BASE}/requests/:requestId/reveal`,
    config: { access: { by: 'person', role: 'support', isRecent: true } },
    schema: {
      tags,
      summary: 'Show a request and its answer as they were; who looks is noted in the audit log',
      params: z.strictObject({ id: ledgerId, requestId: ledgerId }),
      body: noBody,
      response: { 200: revealedRequest, ...problems },
    },
    handler: async (request) => {
      const { id, requestId } = request.params;
      const asked = { documentId: Number(id), requestId: Number(requestId) };
      const revealed = await revealRequest(ledger, asked, actorOf(request));
      if (revealed === undefined) throw notFound('request');
      return revealed;
    },
  });
}

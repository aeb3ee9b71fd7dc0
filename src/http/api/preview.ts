import { z } from 'zod';
import { DOCUMENT_SCHEMAS, STATED_KINDS } from '../../contract/documents/index.js';
import { previewAnswer } from '../../contract/preview.js';
import { fieldErrorsOf } from '../../contract/problem.js';
import { connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict, invalidRequest, notFound } from '../problems.js';
import { byConnection, externalId, problems } from '../schemas.js';

/** What would be sent, without sending: the exact body, or why there would be none. */
export function addPreviewRoute(web: Web, { preview }: WebParts): void {
  web.route({
    method: 'POST',
    url: '/v1/connections/:connectionId/documents/:kind/:externalId/preview',
    config: { access: { by: 'key', scopes: ['documents'] } },
    schema: {
      tags: ['documents'],
      summary: 'Show what QuickBooks would get, as if it were sent now; nothing is sent or stored',
      params: byConnection.extend({ kind: z.enum(STATED_KINDS), externalId }),
      body: z
        .strictObject({
          document: z
            .record(z.string(), z.unknown())
            .optional()
            .describe('The document as it might be stated; default: as it is stored.'),
        })
        .nullish(),
      response: { 200: previewAnswer, ...problems },
    },
    handler: async (request) => {
      const { kind, externalId: id } = request.params;
      const given = request.body?.document;
      const stated = given === undefined ? undefined : DOCUMENT_SCHEMAS[kind].safeParse(given);
      if (stated?.success === false) {
        throw invalidRequest(fieldErrorsOf(stated.error, given));
      }
      const asked = { kind, externalId: id, document: stated?.data };
      const shown = await preview(connectionOf(request), asked);
      if (shown === undefined) throw notFound('document');
      if (shown === 'unread') {
        throw conflict('reconnect_needed', 'QuickBooks has not been connected and read yet.');
      }
      return shown;
    },
  });
}

import { z } from 'zod';
import { settingsCheckAnswer } from '../../contract/settings-check.js';
import { checkedSettings } from '../../ledger/connections/connection-settings.js';
import { connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { conflict } from '../problems.js';
import { byConnection, problems } from '../schemas.js';

/** What a change of settings would do, before it is saved. */
export function addSettingsCheckRoute(web: Web, { ledger, checkSettings }: WebParts): void {
  web.route({
    method: 'POST',
    url: '/v1/connections/:connectionId/settings/check',
    config: { access: { by: 'key', scopes: ['connections'] } },
    schema: {
      tags: ['connections'],
      summary:
        'Show what a change of settings would do to the newest 200 documents, as if they were sent anew, and what saving it would let go; nothing is sent or stored',
      params: byConnection,
      body: z
        .record(z.string(), z.unknown())
        .describe('Any part of the settings, as for a change of them.'),
      response: { 200: settingsCheckAnswer, ...problems },
    },
    handler: async (request) => {
      const connection = connectionOf(request);
      const proposed = await checkedSettings(ledger.sql, connection, request.body);
      const shown = await checkSettings(connection, proposed);
      if (shown === 'unread') {
        throw conflict('reconnect_needed', 'QuickBooks has not been connected and read yet.');
      }
      return shown;
    },
  });
}

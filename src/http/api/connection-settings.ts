import { z } from 'zod';
import { settings } from '../../contract/settings.js';
import { changeSettings } from '../../ledger/connections/connection-settings.js';
import { openImports } from '../../ledger/runs/imports.js';
import { dispatchAfter } from '../after-answer.js';
import { actorOf, connectionOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { byConnection, problems, writeHeaders } from '../schemas.js';

const URL_PATH = '/v1/connections/:connectionId/settings';
const tags = ['connections'];

/** Settings of a connection. */
export function addSettingsRoutes(web: Web, parts: WebParts): void {
  web.route({
    method: 'GET',
    url: URL_PATH,
    config: { access: { by: 'key', scopes: ['connections', 'read'] } },
    schema: {
      tags,
      summary: 'Read all settings',
      params: byConnection,
      response: { 200: settings, ...problems },
    },
    handler: async (request) => connectionOf(request).settings,
  });
  web.route({
    method: 'PATCH',
    url: URL_PATH,
    config: { access: { by: 'key', scopes: ['connections'] } },
    schema: {
      tags,
      summary: 'Change settings; what is left out stays, everything is checked together',
      params: byConnection,
      headers: writeHeaders,
      body: z
        .record(z.string(), z.unknown())
        .describe('Any part of the settings; lists and references are replaced whole.'),
      response: { 200: settings, ...problems },
    },
    handler: async (request) => {
      const { id } = connectionOf(request);
      const changed = await changeSettings(parts.ledger, id, request.body, actorOf(request));
      dispatchAfter(request, parts, [changed.companyId]);
      for (const runId of await openImports(parts.ledger, id)) {
        request.afterAnswer.push(() => parts.wakeRun(runId));
      }
      return changed.settings;
    },
  });
}

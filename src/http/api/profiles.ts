import { z } from 'zod';
import { defaultSettings, PROFILE_NAMES } from '../../contract/profiles.js';
import { settings } from '../../contract/settings.js';
import type { Web } from '../parts.js';
import { problems } from '../schemas.js';

const profilePage = z.object({
  profiles: z.array(z.object({ name: z.enum(PROFILE_NAMES), settings })),
});

/** The named defaults a connection starts from. */
export function addProfileRoutes(web: Web): void {
  web.route({
    method: 'GET',
    url: '/v1/profiles',
    config: { access: { by: 'key', scopes: [] } },
    schema: {
      tags: ['connections'],
      summary: 'List the profiles and their default settings',
      response: { 200: profilePage, ...problems },
    },
    handler: async () => ({
      profiles: PROFILE_NAMES.map((name) => ({ name, settings: defaultSettings(name) })),
    }),
  });
}

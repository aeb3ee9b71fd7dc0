import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { allowDocsStyles } from './headers.js';
import type { Web, WebConfig } from './parts.js';

const VERSION = '3.1.0';

/** The description is generated from the routes themselves; call it before they are added. */
export async function describeApi(web: Web, config: WebConfig): Promise<void> {
  await web.register(swagger, {
    openapi: {
      openapi: VERSION,
      info: {
        title: 'qbo-sync',
        version: '1',
        description: 'State documents; read how they stand in QuickBooks Online.',
      },
      servers: [{ url: config.publicUrl }],
      components: {
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'API key of an app: `qs_…`.' },
        },
      },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

const description = {
  description: 'OpenAPI 3.1',
  content: { 'application/json': { schema: z.looseObject({ openapi: z.string() }) } },
};

/** The description for programs at /v1/openapi.json, and for people at /docs. */
export async function addApiDocs(web: Web): Promise<void> {
  web.route({
    method: 'GET',
    url: '/v1/openapi.json',
    config: { access: { by: 'anyone' } },
    schema: {
      tags: ['documentation'],
      summary: 'This description',
      response: { 200: description },
    },
    handler: async () => ({ openapi: VERSION, ...web.swagger() }),
  });
  await web.register(async (pages) => {
    pages.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: { by: 'anyone' } };
      route.schema = { ...route.schema, hide: true };
    });
    allowDocsStyles(pages);
    await pages.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'list', tryItOutEnabled: false, supportedSubmitMethods: [] },
    });
  });
}

import { z } from 'zod';
import type { Web, WebParts } from './parts.js';
import { notFound } from './problems.js';
import { problems } from './schemas.js';

/** Figures for a collector such as Prometheus. */
export interface Metrics {
  /** What a collector sends as Bearer token; undefined: nobody may read. */
  token: string | undefined;
  contentType: string;
  text(): Promise<string>;
}

/** `/metrics` of web. */
export function addMetricsRoute(web: Web, { metrics }: WebParts): void {
  web.route({
    method: 'GET',
    url: '/metrics',
    config: { access: { by: 'collector' } },
    schema: {
      tags: ['health'],
      summary: 'Figures for Prometheus, for who sends METRICS_TOKEN and comes without a proxy',
      response: { 200: z.string().describe('Prometheus text format.'), ...problems },
    },
    handler: async (_request, reply) => {
      if (metrics === undefined) throw notFound('page');
      const text = await metrics.text();
      return reply.type(metrics.contentType).serializer(String).send(text);
    },
  });
}

import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type EventPage, eventPage } from '../../contract/event.js';
import { type FeedAsked, readFeed, UnknownPosition } from '../../ledger/events/feed.js';
import { callerOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { HttpProblem } from '../problems.js';
import { cursor, problems } from '../schemas.js';

const EVENTS_MAX = 500;
/** Longest a request may wait for news, in seconds: proxies give up after 60. */
const WAIT_SECONDS_MAX = 30;

/** What happened to the app's connections: read from any place, and waited for. */
export function addEventRoutes(web: Web, { ledger, config: { limits } }: WebParts): void {
  const closing = new AbortController();
  web.addHook('preClose', async () => closing.abort());
  web.route({
    method: 'GET',
    url: '/v1/events',
    handlerTimeout: limits.answerMs + WAIT_SECONDS_MAX * 1_000,
    config: { access: { by: 'key', scopes: ['connections', 'documents', 'read'] } },
    schema: {
      tags: ['events'],
      summary: 'Read events behind a place, those of one connection in their order',
      querystring: z.strictObject({
        after: cursor.describe('`next` of the page before. Default: from the oldest event kept.'),
        connection: z.uuid().optional().describe('Events of one connection alone.'),
        limit: z.coerce.number().int().min(1).max(EVENTS_MAX).default(100),
        wait: z.coerce
          .number()
          .int()
          .min(0)
          .max(WAIT_SECONDS_MAX)
          .default(0)
          .describe('Seconds to wait for an event where there is none.'),
      }),
      response: { 200: eventPage, ...problems },
    },
    handler: (request) => {
      const { after, connection, limit, wait } = request.query;
      const { appId } = callerOf(request);
      const read = () => pageOf({ appId, connectionId: connection, after, limit });
      return awaitNews(read, { withinMs: wait * 1_000, stop: stopOf(request) });
    },
  });

  const stopOf = (request: FastifyRequest) => AbortSignal.any([closing.signal, request.signal]);

  /** Asks again and again: one index look-up costs less than a channel that has to be watched. */
  async function awaitNews(
    read: () => Promise<EventPage>,
    { withinMs, stop }: { withinMs: number; stop: AbortSignal },
  ): Promise<EventPage> {
    const endMs = performance.now() + withinMs;
    for (;;) {
      const page = await read();
      const leftMs = endMs - performance.now();
      if (page.events.length > 0 || leftMs <= 0 || stop.aborted) return page;
      const pauseMs = Math.min(limits.eventsPollMs, leftMs);
      await delay(pauseMs, undefined, { signal: stop }).catch(() => undefined);
    }
  }

  async function pageOf(asked: FeedAsked): Promise<EventPage> {
    try {
      return await readFeed(ledger, asked);
    } catch (error) {
      if (!(error instanceof UnknownPosition)) throw error;
      throw new HttpProblem(410, 'unknown_position', 'No such place in the feed', {
        detail: `${error.message}. Read again without \`after\`; events that come twice have the same id.`,
      });
    }
  }
}

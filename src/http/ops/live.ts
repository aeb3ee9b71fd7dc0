import { PassThrough } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type LiveFigures, liveFigures } from '../../contract/live.js';
import { readLive } from '../../ledger/answers/live.js';
import type { Ledger } from '../../ledger/database/open.js';
import { readSession } from '../../ledger/people/sessions.js';
import { personOf } from '../auth/access.js';
import type { Web, WebParts } from '../parts.js';
import { problems } from '../schemas.js';

const tags = ['dashboard'];
/** A stream ends after this, and the browser asks for another one. */
const STREAM_MS_MAX = 10 * 60_000;
/** What nobody takes off a stream is not added to. */
const HELD_BYTES_MAX = 65_536;
const stream = {
  description: 'Server-sent events `figures`: what `GET /ops/figures` answers',
  content: { 'text/event-stream': { schema: z.unknown() } },
};

/** Figures of what goes on: once, and as a stream of server-sent events. */
export function addLiveRoutes(web: Web, { ledger, config: { limits } }: WebParts): void {
  const closing = new AbortController();
  web.addHook('preClose', async () => closing.abort());
  const feed = new LiveFeed(() => readLive(ledger), limits.liveEveryMs);
  web.route({
    method: 'GET',
    url: '/ops/figures',
    config: { access: { by: 'person', role: 'viewer' } },
    schema: {
      tags,
      summary: 'How much there is to do, what holds it up, and what ended in the last half hour',
      response: { 200: liveFigures, ...problems },
    },
    handler: () => readLive(ledger),
  });
  web.route({
    method: 'GET',
    url: '/ops/live',
    handlerTimeout: STREAM_MS_MAX,
    config: { access: { by: 'person', role: 'viewer', isPassive: true } },
    schema: {
      tags,
      summary: 'The same as a stream; it keeps no session alive, and ends with it',
      response: { 200: stream, ...problems },
    },
    handler: (request, reply) =>
      reply
        .header('x-accel-buffering', 'no')
        .type('text/event-stream')
        .send(listen(request, { ledger, feed, closing: closing.signal })),
  });
}

interface Listening {
  ledger: Ledger;
  feed: LiveFeed;
  closing: AbortSignal;
}

/** The figures for one browser, until it leaves, its session is over, or we close. */
function listen(request: FastifyRequest, { ledger, feed, closing }: Listening): PassThrough {
  const { sessionId } = personOf(request);
  const out = new PassThrough();
  const end = () => {
    out.end();
  };
  out.write('retry: 3000\n\n');
  const leave = feed.join(async (figures) => {
    if ((await readSession(ledger, sessionId, false)) === undefined) return end();
    if (out.writable && out.writableLength < HELD_BYTES_MAX) {
      out.write(`event: figures\ndata: ${JSON.stringify(figures)}\n\n`);
    }
  });
  const timer = setTimeout(end, STREAM_MS_MAX - 5_000);
  closing.addEventListener('abort', end);
  request.raw.once('close', end);
  out.once('close', () => {
    leave();
    clearTimeout(timer);
    closing.removeEventListener('abort', end);
  });
  return out;
}

type Listener = (figures: LiveFigures) => Promise<void>;

/** Reads the figures once for all who look at them, and not at all while nobody does. */
class LiveFeed {
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly read: () => Promise<LiveFigures>,
    private readonly everyMs: number,
  ) {}

  /** Tells the listener from now on, the first time at once; answers how to stop that. */
  join(listener: Listener): () => void {
    this.#listeners.add(listener);
    clearTimeout(this.#timer);
    void this.#tell();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
    };
  }

  async #tell(): Promise<void> {
    // While the database is away nothing is told, and the next look may find it back.
    const figures = await this.read().catch(() => undefined);
    if (figures !== undefined) {
      await Promise.allSettled([...this.#listeners].map((listener) => listener(figures)));
    }
    clearTimeout(this.#timer);
    if (this.#listeners.size > 0) this.#timer = setTimeout(() => void this.#tell(), this.everyMs);
  }
}

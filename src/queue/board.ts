import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type {
  AppControllerRoute,
  AppViewRoute,
  BullBoardQueues,
  IServerAdapter,
  UIConfig,
} from '@bull-board/api/typings/app';
import { RedisDriver, type RedisProducers } from './backends/redis.js';
import { type QueueBackendOptions, type QueueSettings, settingsFrom } from './backends/settings.js';
import { endsWithin } from './backends/waits.js';
import { QUEUE_NAMES } from './wake-up.js';

const UI = dirname(createRequire(import.meta.url).resolve('@bull-board/ui/package.json'));

/** Who works is on the dashboard's Live page; a list of all clients at every look is dear to Redis. */
const SHOWN: UIConfig = {
  boardTitle: 'Queues',
  hideDocsLink: true,
  showWorkers: false,
};

/** What Bull Board reads for one of its addresses; undefined where the store does not answer. */
type Read = (asked: Asked) => Promise<{ status: number; body: unknown } | undefined>;

interface Asked {
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, unknown>>;
}

/**
 * Bull Board over the queues of the store that the URL names; null where that is no Redis. It can
 * only look: what would change a queue is left out of its routes. Its connection is made when
 * somebody looks first, and thrown away when the store does not answer within `addTimeoutMs`.
 * @throws InvalidQueueOption
 */
export function openQueueBoard(options: QueueBackendOptions) {
  if (!/^rediss?:\/\//.test(options.url)) return null;
  const settings = settingsFrom(options);
  const server = new CapturedBoard();
  const { replaceQueues } = createBullBoard({
    queues: [],
    serverAdapter: server,
    options: { uiBasePath: UI, uiConfig: SHOWN },
  });
  const connection = new BoardConnection(settings, ({ queues }) =>
    replaceQueues(
      QUEUE_NAMES.map((name) => new BullMQAdapter(queues[name], { readOnlyMode: true })),
    ),
  );
  const readBy = (route: AppControllerRoute): Read => {
    return ({ params, query }) =>
      connection.ask(async () => {
        const { queues, uiConfig } = server;
        const asked = { queues, uiConfig, params, query, body: {}, headers: {} };
        const { status = 200, body } = await route.handler(asked);
        return { status, body };
      });
  };
  return {
    pages: server.pages,
    pageBelow: (address: string) => pageBelow(address, server.uiConfig),
    staticFolder: join(UI, 'dist', 'static'),
    reads: server.routes
      .filter(({ method }) => [method].flat().every((word) => word === 'get'))
      .flatMap((route) => [route.route].flat().map((url) => ({ url, read: readBy(route) }))),
    close: () => connection.close(),
  };
}

/** What Bull Board hands to a server; ours serves it behind its own guard. */
class CapturedBoard implements IServerAdapter {
  queues: BullBoardQueues = new Map();
  uiConfig: UIConfig = {};
  pages: readonly string[] = [];
  routes: readonly AppControllerRoute[] = [];

  setQueues(queues: BullBoardQueues): this {
    this.queues = queues;
    return this;
  }
  setUIConfig(config: UIConfig): this {
    this.uiConfig = config;
    return this;
  }
  setEntryRoute({ route }: AppViewRoute): this {
    this.pages = [route].flat();
    return this;
  }
  setApiRoutes(routes: AppControllerRoute[]): this {
    this.routes = routes;
    return this;
  }
  setViewsPath(): this {
    return this;
  }
  setStaticPath(): this {
    return this;
  }
  setErrorHandler(): this {
    return this;
  }
}

/** The board's own connection: one at a time, a new one after one that failed. */
class BoardConnection {
  #open: { producers: RedisProducers; ready: Promise<unknown> } | undefined;
  #isClosed = false;

  constructor(
    private readonly settings: QueueSettings,
    private readonly onOpen: (producers: RedisProducers) => void,
  ) {}

  /** The answer, or undefined where the store gave none in time. */
  async ask<T>(question: () => Promise<T>): Promise<T | undefined> {
    if (this.#isClosed) return undefined;
    this.#open ??= this.#connect();
    const { ready, producers } = this.#open;
    const answer = ready.then(question);
    try {
      if (await endsWithin(this.settings.addTimeoutMs, answer)) return await answer;
    } catch {
      // The next one who looks is given a new connection; BullMQ remembers a failed start for ever.
    }
    this.#drop(producers);
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#open !== undefined) this.#drop(this.#open.producers);
  }

  #connect() {
    const producers = new RedisDriver(this.settings).openProducers();
    const queues = QUEUE_NAMES.map((name) => producers.queues[name]);
    // What fails on it fails a question, and who asked is told.
    for (const queue of queues) queue.on('error', () => undefined);
    this.onOpen(producers);
    return { producers, ready: Promise.all(queues.map((queue) => queue.waitUntilReady())) };
  }

  #drop(producers: RedisProducers): void {
    if (this.#open?.producers === producers) this.#open = undefined;
    producers.drop();
  }
}

/**
 * Bull Board's page with its own files alone: the one it ships asks another site for fonts and
 * writes styles into itself, both of which our content security policy refuses.
 */
function pageBelow(address: string, uiConfig: UIConfig): string {
  const shipped = readFileSync(join(UI, 'dist', 'index.ejs'), 'utf8');
  const files = (pattern: RegExp) => [...shipped.matchAll(pattern)].map(([tag]) => tag).join('');
  const config = JSON.stringify(uiConfig).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<base href="${address}">
<title>${SHOWN.boardTitle}</title>
${files(/<link href="static\/[^>]+>/g)}
</head>
<body class="preload">
<script id="__UI_CONFIG__" type="application/json">${config}</script>
<div id="root"></div>
${files(/<script defer src="static\/[^>]+><\/script>/g)}
</body>
</html>
`;
}

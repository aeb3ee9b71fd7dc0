import { createRedisBackend, Queue } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { QUEUE_NAMES, type QueueName } from '../wake-up.js';
import { ClaimLoop, workerOptions } from './claim-loop.js';
import type {
  ClaimerRequest,
  OpenClaimer,
  Producers,
  QueueDriver,
  QueueProblem,
} from './driver.js';
import { redisProblems } from './redis-check.js';
import type { QueueSettings } from './settings.js';

const RECONNECT_FIRST_MS = 50;
const RECONNECT_MAX_MS = 1_000;
const KEEP_ALIVE_MS = 10_000;

/** Producers whose queues are BullMQ's own. */
export interface RedisProducers extends Producers {
  readonly queues: Readonly<Record<QueueName, Queue>>;
}

/**
 * BullMQ on Redis. One connection for adding, which fails fast, and two per worker, which wait for
 * the store to come back.
 */
export class RedisDriver implements QueueDriver {
  readonly kind = 'redis';

  constructor(private readonly settings: QueueSettings) {}

  async check(limitMs: number): Promise<QueueProblem[]> {
    const client = this.#connect({
      ...failFast(limitMs),
      enableOfflineQueue: true,
      lazyConnect: true,
      retryStrategy: () => null,
    });
    try {
      await client.connect();
      return redisProblems(await client.info());
    } catch {
      return [UNREACHABLE];
    } finally {
      client.disconnect();
    }
  }

  openProducers(): RedisProducers {
    const client = this.#connect(failFast(this.settings.addTimeoutMs));
    const open = (name: QueueName): Queue =>
      new Queue(
        name,
        {
          connection: client,
          prefix: this.settings.schema,
          streams: { events: { maxLen: this.settings.eventsMax } },
        },
        createRedisBackend,
      );
    return { queues: forEachQueue(open), drop: () => client.disconnect() };
  }

  openClaimer(request: ClaimerRequest): OpenClaimer {
    const client = this.#connect(patient(this.settings));
    const claimer = new ClaimLoop(
      request,
      this.settings,
      {
        ...workerOptions(request, this.settings),
        connection: client,
        prefix: this.settings.schema,
      },
      createRedisBackend,
    );
    const drop = () => {
      // Closes BullMQ's own second connection, on which it waits for work, ready or not.
      claimer
        .getBackend()
        .close(true)
        .catch(() => undefined);
      client.disconnect();
    };
    return { claimer, drop };
  }

  #connect(options: RedisOptions): Redis {
    const client = new Redis(this.settings.url, {
      retryStrategy: (times) => Math.min(times * RECONNECT_FIRST_MS, RECONNECT_MAX_MS),
      // After a failover the old primary still answers, and refuses writes.
      reconnectOnError: (error) => error.message.startsWith('READONLY'),
      keepAlive: KEEP_ALIVE_MS,
      ...options,
    });
    // BullMQ listens too and reports; this one stays when BullMQ has let go, else ioredis prints.
    client.on('error', () => undefined);
    return client;
  }
}

const UNREACHABLE: QueueProblem = {
  severity: 'error',
  code: 'unreachable',
  message: 'Redis does not answer, or refuses the login. Check QUEUE_URL and that it is running.',
};

function failFast(limitMs: number): RedisOptions {
  return {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: limitMs,
    commandTimeout: limitMs,
    socketTimeout: limitMs,
  };
}

function patient({ openTimeoutMs, storeTimeoutMs }: QueueSettings): RedisOptions {
  return {
    maxRetriesPerRequest: null,
    connectTimeout: openTimeoutMs,
    socketTimeout: storeTimeoutMs,
  };
}

function forEachQueue(open: (name: QueueName) => Queue): RedisProducers['queues'] {
  const [push, pull, deliver] = QUEUE_NAMES;
  return { [push]: open(push), [pull]: open(pull), [deliver]: open(deliver) };
}

import { Socket } from 'node:net';
import {
  assertSchemaCompatibility,
  type BackendFactory,
  createPostgresBackend,
  LATEST_SCHEMA_VERSION,
  PostgresConnection,
  type PostgresConnectionOptions,
  type PostgresPoolConfig,
  PostgresQueueBackend,
  Queue,
  runMigrations,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
  UnsupportedPostgresVersionError,
} from 'bullmq';
import { Client } from 'pg';
import { toUnavailable } from '../errors.js';
import type { QueueName } from '../wake-up.js';
import { ClaimLoop, workerOptions } from './claim-loop.js';
import type {
  ClaimerRequest,
  OpenClaimer,
  ProducerQueue,
  Producers,
  QueueDriver,
  QueueProblem,
} from './driver.js';
import type { QueueSettings } from './settings.js';

const KEEP_ALIVE_MS = 10_000;
const IDLE_CONNECTION_MS = 30_000;

/**
 * BullMQ on Postgres. One small pool for adding, one per worker besides its LISTEN connection, all
 * apart from the ledger's pool, so that neither can starve the other.
 */
export class PostgresDriver implements QueueDriver {
  readonly kind = 'postgres';

  constructor(private readonly settings: QueueSettings) {}

  async check(limitMs: number): Promise<QueueProblem[]> {
    const { config, drop } = this.#connections(1, limitMs);
    const client = new Client(config);
    client.on('error', () => undefined);
    try {
      await client.connect();
      const version = await assertSchemaCompatibility(client, this.settings.schema);
      if (version < LATEST_SCHEMA_VERSION) return [NOT_MIGRATED];
      const { rows } = await client.query<{ replica: boolean }>(
        'select pg_is_in_recovery() as replica',
      );
      return rows[0]?.replica ? [READ_ONLY] : [];
    } catch (error) {
      return [problemFrom(error)];
    } finally {
      drop();
    }
  }

  openProducers(): Producers {
    const { addTimeoutMs, producerConnections, eventsMax } = this.settings;
    const { config, drop } = this.#connections(producerConnections, addTimeoutMs);
    // Shared by the three queues; BullMQ alone would make a pool for each.
    const connection = new PostgresConnection(config);
    // What fails on it fails a call, and the caller is told.
    connection.on('error', () => undefined);
    const backend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (
      queue,
      options,
    ) => new PostgresQueueBackend(connection, queue, options, false);
    const open = (name: QueueName): ProducerQueue =>
      new Queue(name, { connection: config, streams: { events: { maxLen: eventsMax } } }, backend);
    return {
      queues: { push: open('push'), pull: open('pull'), deliver: open('deliver') },
      drop: () => {
        connection.close().catch(() => undefined);
        drop();
      },
    };
  }

  openClaimer(request: ClaimerRequest): OpenClaimer {
    const { workerConnections, storeTimeoutMs } = this.settings;
    const { config, drop } = this.#connections(workerConnections, storeTimeoutMs);
    const claimer = new ClaimLoop(
      request,
      this.settings,
      { ...workerOptions(request, this.settings), connection: config },
      createPostgresBackend,
    );
    return {
      claimer,
      drop: () => {
        claimer
          .getBackend()
          .disconnect()
          .catch(() => undefined);
        drop();
      },
    };
  }

  /**
   * Settings of a pool, and the means to cut all its connections: `pool.end()` waits for a server
   * that may be frozen.
   */
  #connections(max: number, limitMs: number): { config: PostgresPoolConfig; drop(): void } {
    const sockets = new Set<Socket>();
    const config = {
      connectionString: this.settings.url,
      schema: this.settings.schema,
      max,
      application_name: 'qbo-sync-queue',
      connectionTimeoutMillis: limitMs,
      query_timeout: limitMs,
      statement_timeout: limitMs,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      stream: () => {
        const socket = new Socket();
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        return socket;
      },
    };
    return { config, drop: () => sockets.forEach((socket) => void socket.destroy()) };
  }
}

/**
 * Creates or upgrades BullMQ's schema. BullMQ takes a lock of its own, so two at once do no harm.
 * @throws QueueUnavailable when Postgres does not answer within `limitMs` or refuses
 */
export async function migratePostgresQueue(
  url: string,
  schema: string,
  limitMs: number,
): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: 'qbo-sync-migrate',
    connectionTimeoutMillis: limitMs,
    query_timeout: limitMs,
    statement_timeout: limitMs,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await runMigrations(client, schema);
  } catch (error) {
    throw toUnavailable(error);
  } finally {
    await client.end();
  }
}

const NOT_MIGRATED: QueueProblem = {
  severity: 'error',
  code: 'schema_not_migrated',
  message: 'The queue tables are missing or old. Run "qbo-sync migrate".',
};

const READ_ONLY: QueueProblem = {
  severity: 'error',
  code: 'read_only',
  message: 'This Postgres is a replica and refuses writes. Point QUEUE_URL at the primary.',
};

function problemFrom(error: unknown): QueueProblem {
  if (error instanceof SchemaMigrationRequiredError) return NOT_MIGRATED;
  if (error instanceof SchemaVersionMismatchError) {
    return {
      severity: 'error',
      code: 'schema_newer',
      message: 'The queue tables belong to a newer version of qbo-sync. Upgrade this one.',
    };
  }
  if (error instanceof UnsupportedPostgresVersionError) {
    return {
      severity: 'error',
      code: 'version_too_old',
      message: `PostgreSQL ${error.minimumVersion} or newer is needed.`,
    };
  }
  return {
    severity: 'error',
    code: 'unreachable',
    message:
      'Postgres does not answer, or refuses the login. Check QUEUE_URL and that it is running.',
  };
}

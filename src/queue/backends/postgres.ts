import {
  assertSchemaCompatibility,
  type BackendFactory,
  LATEST_SCHEMA_VERSION,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
  Queue,
  runMigrations,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
  UnsupportedPostgresVersionError,
} from 'bullmq';
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
import { connectionsFor, QuietClient, QuietConnection } from './postgres-connection.js';
import type { QueueSettings } from './settings.js';
import { endsWithin } from './waits.js';

const GOODBYE_MAX_MS = 500;

type PostgresFactory = BackendFactory<PostgresQueueBackend, PostgresConnectionOptions>;

/**
 * BullMQ on Postgres. One small pool for adding, one per worker besides its LISTEN connection, all
 * apart from the ledger's pool, so that neither can starve the other.
 */
export class PostgresDriver implements QueueDriver {
  readonly kind = 'postgres';

  constructor(private readonly settings: QueueSettings) {}

  async check(limitMs: number): Promise<QueueProblem[]> {
    const { schema } = this.settings;
    try {
      return await withClient(this.settings, limitMs, async (client) => {
        const version = await assertSchemaCompatibility(client, schema);
        if (version < LATEST_SCHEMA_VERSION) return [NOT_MIGRATED];
        const { rows } = await client.query<{ replica: boolean }>(
          'select pg_is_in_recovery() as replica',
        );
        return rows[0]?.replica ? [READ_ONLY] : [];
      });
    } catch (error) {
      return [problemFrom(error)];
    }
  }

  openProducers(): Producers {
    const { addTimeoutMs, producerConnections, eventsMax } = this.settings;
    const { config, drop } = connectionsFor(this.settings, producerConnections, addTimeoutMs);
    // Shared by the three queues; BullMQ alone would make a pool for each.
    const connection = new QuietConnection(config);
    // What fails on it fails a call, and the caller is told.
    connection.on('error', () => undefined);
    const backend: PostgresFactory = (queue, options) =>
      new PostgresQueueBackend(connection, queue, options, false);
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
    const { config, drop } = connectionsFor(this.settings, workerConnections, storeTimeoutMs);
    const backend: PostgresFactory = (queue, options) =>
      new PostgresQueueBackend(new QuietConnection(config), queue, options, true, queue);
    const claimer = new ClaimLoop(
      request,
      this.settings,
      { ...workerOptions(request, this.settings), connection: config },
      backend,
    );
    return {
      claimer,
      drop: () => {
        claimer
          .getBackend()
          .close(true)
          .catch(() => undefined);
        drop();
      },
    };
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
  try {
    await withClient({ url, schema }, limitMs, (client) => runMigrations(client, schema));
  } catch (error) {
    throw toUnavailable(error);
  }
}

/** Runs work on a connection of its own; each of its calls and the goodbye are limited. */
async function withClient<T>(
  place: Pick<QueueSettings, 'url' | 'schema'>,
  limitMs: number,
  work: (client: QuietClient) => Promise<T>,
): Promise<T> {
  const { config, drop } = connectionsFor(place, 1, limitMs);
  const client = new QuietClient(config);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await endsWithin(Math.min(limitMs, GOODBYE_MAX_MS), client.end());
    drop();
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

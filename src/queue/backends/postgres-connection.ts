import { Socket } from 'node:net';
import { PostgresConnection, type PostgresPoolConfig } from 'bullmq';
import { Client, type ClientConfig } from 'pg';
import type { QueueSettings } from './settings.js';

const KEEP_ALIVE_MS = 10_000;
const IDLE_CONNECTION_MS = 30_000;

/** Settings of a pool of `max` connections, and the means to cut them all. */
export interface Connections {
  readonly config: PostgresPoolConfig;
  /** Cuts them at once. `pool.end()` would wait for a server that may be frozen. */
  drop(): void;
}

/** No call on these connections takes longer than `limitMs`. */
export function connectionsFor(
  { url, schema }: Pick<QueueSettings, 'url' | 'schema'>,
  max: number,
  limitMs: number,
): Connections {
  const sockets = new Set<Socket>();
  const config = {
    connectionString: url,
    schema,
    max,
    Client: QuietClient,
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
  const drop = () => {
    for (const socket of sockets) socket.destroy();
  };
  return { config, drop };
}

/**
 * A client whose loss is no uncaught error. pg raises `error` on a client that dies while it is
 * checked out, and nobody listens when BullMQ has just taken it to look at the schema. The call
 * in progress fails all the same.
 */
export class QuietClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on('error', ignore);
  }
}

/**
 * BullMQ's connection, with the same care for the client that listens: BullMQ adds its `error`
 * listener a moment after the client has connected and removes it before it ends it, and a server
 * that dies in such a moment would end our process.
 */
export class QuietConnection extends PostgresConnection {
  constructor(config: PostgresPoolConfig) {
    super(config);
    // BullMQ keeps the module it makes the listening client with, and offers no other way in.
    Object.assign(this, { pgModule: { Client: QuietClient } });
  }

  override async getListenClient() {
    const client = await super.getListenClient();
    if (quiet.has(client)) return client;
    quiet.add(client);
    const removeAll = client.removeAllListeners.bind(client);
    client.removeAllListeners = (event) => {
      removeAll(event);
      return client.on('error', ignore);
    };
    return client;
  }
}

/** Clients already seen to. */
const quiet = new WeakSet<object>();

function ignore(): void {}

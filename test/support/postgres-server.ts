import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/postgres.js';
import { freePort } from './ports.js';
import { newCluster } from './postgres-cluster.js';
import { waitFor } from './wait-for.js';

/** A PostgreSQL server of a test's own, which it may freeze, kill and restart. */
export interface PrivatePostgres {
  readonly url: string;
  /** Process id; another one after `restart`. */
  readonly pid: number;
  /** Stops it, if it still runs, and starts it again on the same port and data. */
  restart(): Promise<void>;
  /** The server and all its backends stand still: connections stay open, nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends it without warning; what was committed is still there on `restart`. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a private server (Linux; the processes are found through /proc). */
export async function startPrivatePostgres(
  options: { maxConnections?: number } = {},
): Promise<PrivatePostgres> {
  const { folder, dataDir } = newCluster('qbo-sync-postgres');
  const start = (port: number) =>
    startEmbeddedPostgres({ dataDir, durable: false, port, ...options });
  let server: EmbeddedPostgres = await start(await freePort());
  const signalAll = (name: NodeJS.Signals): number[] => {
    // The parent stands still while we look for its children, so that it makes none behind our back.
    signalIfThere(server.pid, 'SIGSTOP');
    const all = [server.pid, ...childrenOf(server.pid)];
    for (const pid of all) signalIfThere(pid, name);
    return all;
  };
  return {
    get url() {
      return server.url;
    },
    get pid() {
      return server.pid;
    },
    freeze: () => void signalAll('SIGSTOP'),
    thaw: () => void signalAll('SIGCONT'),
    async kill() {
      const all = signalAll('SIGKILL');
      await waitFor(() => all.every(isGone), { what: 'the killed server to be gone' });
    },
    async restart() {
      const { port } = server;
      signalAll('SIGCONT');
      await server.stop();
      server = await start(port);
      if (server.port !== port) throw new Error(`Port ${port} was taken during the restart.`);
    },
    async stop() {
      signalAll('SIGCONT');
      await server.stop();
      rmSync(server.dir, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && statusOf(pid)?.parent === parent);
}

function isGone(pid: number): boolean {
  const status = statusOf(pid);
  return status === null || status.state === 'Z';
}

function statusOf(pid: number): { state: string; parent: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent) };
  } catch {
    return null;
  }
}

function signalIfThere(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in the meantime.
  }
}

import { startSimulator } from '../../src/simulator/index.js';

/** What the measured process tells of itself. */
export interface ServerUse {
  /** Processor time since its start, in milliseconds. */
  cpuMs: number;
  heapMb: number;
  residentMb: number;
}

export interface ServerReady {
  url: string;
  realmId: string;
  accessToken: string;
}

/** A simulator in a process of its own: sends its address, then answers every message with
 * its use. */
export async function serveSimulator(): Promise<void> {
  const dataFile = process.env['BENCH_DATA_FILE'];
  const simulator = await startSimulator({
    limits: { on: false },
    ...(dataFile === undefined ? {} : { dataFile }),
  });
  const { realmId } = simulator.control.createCompany();
  const { accessToken } = simulator.control.token(realmId);
  const ready: ServerReady = { url: simulator.url, realmId, accessToken };
  process.send?.(ready);
  process.on('message', (message) => {
    // What is counted as used must not hold what nobody needs any more.
    if (message === 'tidy') globalThis.gc?.();
    process.send?.(use());
  });
  process.on('disconnect', () => process.exit());
}

function use(): ServerUse {
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  const mb = (bytes: number) => Math.round(bytes / 1_048_576);
  return { cpuMs: (user + system) / 1_000, heapMb: mb(heapUsed), residentMb: mb(rss) };
}

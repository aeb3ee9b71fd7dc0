import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Config } from '../config.js';
import { rotateKeys } from '../ledger/rotate-keys.js';
import { type Log, openLog } from '../log.js';
import { startForgetting } from '../queue/forget.js';
import { type House, openHouse } from './house.js';
import { type Running, runUntilStopped } from './running.js';
import { refuseUnfitQueue, refuseUnmigrated } from './start-checks.js';

/** `qbo-sync worker`: sends documents and runs pulls; its health is on WORKER_PORT. */
export async function runWorker(config: Config): Promise<never> {
  await refuseUnmigrated(config);
  const log = openLog({ level: config.logLevel, service: 'worker' });
  return runUntilStopped(log, config.waits.graceMs, async (): Promise<Running> => {
    const house = await openHouse(config, log);
    await refuseUnfitQueue(house.queue, log);
    const health = await serveHealth(house, config);
    const worker = house.startWorker();
    const forgetting = startForgetting({
      ledger: house.ledger,
      retention: config.retention,
      everyMs: config.waits.forgetEveryMs,
      log: (event, fields) => log.write(event, fields),
    });
    const stopping = new AbortController();
    const rotating = rotate(house, log, stopping.signal);
    return {
      async stop() {
        stopping.abort();
        await Promise.all([worker.stop(), rotating, forgetting.stop()]);
        health.closeAllConnections();
        health.close();
        await house.close();
      },
    };
  });
}

/** Moves what older keys encrypted to the active one, beside the work; one that fails starts anew. */
async function rotate(house: House, log: Log, signal: AbortSignal): Promise<void> {
  try {
    const { reencrypted, unreadable } = await rotateKeys(house.ledger, { signal });
    if (reencrypted + unreadable > 0) log.write('keys_rotated', { reencrypted, unreadable });
  } catch (error) {
    if (!signal.aborted) {
      log.write('keys_not_rotated', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }
}

/** `/livez`: the process lives. `/readyz`: it can work; the queue may be away for a while. */
async function serveHealth(house: House, config: Config): Promise<Server> {
  const server = createServer(async (request, response) => {
    const answer = async (): Promise<[code: number, status: string]> => {
      if (request.url === '/livez') return [200, 'ok'];
      if (request.url !== '/readyz') return [404, 'not_found'];
      const { ready, degraded } = await house.readiness();
      if (!ready) return [503, 'not_ready'];
      return [200, degraded ? 'degraded' : 'ok'];
    };
    const [code, status] = await answer().catch((): [number, string] => [503, 'not_ready']);
    response.writeHead(code, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify({ status }));
  });
  server.listen(config.workerPort, config.host);
  await once(server, 'listening');
  return server;
}

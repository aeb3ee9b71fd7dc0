import type { Config } from '../config.js';
import { rotateKeys } from '../ledger/database/rotate-keys.js';
import { type Log, openLog } from '../log.js';
import { startCanary } from '../queue/canary.js';
import { startForgetting } from '../queue/forget.js';
import { type House, openHouse } from './house.js';
import { type Running, runUntilStopped } from './running.js';
import { refuseUnfitQueue, refuseUnmigrated } from './start-checks.js';
import { serveHealth } from './worker-health.js';

/** `qbo-sync worker`: sends documents and runs pulls; its health is on WORKER_PORT. */
export async function runWorker(config: Config): Promise<never> {
  await refuseUnmigrated(config);
  const log = openLog({ level: config.logLevel, service: 'worker' });
  return runUntilStopped(log, config.waits.graceMs, async (giveUp): Promise<Running> => {
    const house = await openHouse(config, log);
    await refuseUnfitQueue(house.queue, log);
    const health = await serveHealth(house, config);
    const worker = house.startWorker();
    const canary = startCanary({
      queue: house.queue,
      activity: worker.activity,
      times: config.waits.canary,
      onStandstill(standing) {
        log.write('worker_stands_still', standing);
        giveUp();
      },
    });
    house.metrics.addWorker(worker.activity, canary);
    health.watch(canary);
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
        canary.stop();
        await Promise.all([worker.stop(), rotating, forgetting.stop()]);
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

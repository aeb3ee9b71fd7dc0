import type { DeliverTools } from '../deliver/deliver-events.js';
import type { DeliverJob } from '../deliver/job.js';
import { wakeableDeliveries } from '../ledger/events/deliveries.js';
import type { QueueBackend } from './backend.js';
import { nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { lookEvery } from './looking.js';

/** What delivering events takes. */
export interface DeliverOptions {
  job: DeliverJob;
  tools: DeliverTools;
  /** Between two looks for endpoints that are behind, in milliseconds. */
  everyMs: number;
  /** Deliveries at once in this process. */
  concurrency: number;
}

export interface DeliveringOptions extends DeliverOptions {
  queue: QueueBackend;
  graceMs: number;
  log: QueueEvents;
}

/** Deliveries one look finds; the next one goes on. */
const ROWS_MAX = 1_000;

/**
 * Delivers events, and looks again and again for endpoints that are behind. Their deliveries are not
 * woken where events are written: those transactions hold what everything else waits for.
 */
export function startDelivering(options: DeliveringOptions): { stop(): Promise<void> } {
  const { queue, concurrency, graceMs, log } = options;
  const worker = queue.work('deliver', {
    concurrency,
    handle: ({ subjectId }, signal) => deliver(options, Number(subjectId), signal),
  });
  const looking = lookEvery(
    options.everyMs,
    () => wakeThoseBehind(options),
    (error) => log('deliveries_not_found', { error: nameOf(error) }),
  );
  return {
    async stop() {
      await Promise.all([looking.stop(), worker.close({ graceMs })]);
    },
  };
}

/** One wake-up of a delivery, whole. A failure of ours is told; a later look finds it again. */
async function deliver(
  { job, tools, log }: DeliveringOptions,
  deliveryId: number,
  signal: AbortSignal,
): Promise<void> {
  try {
    await job.run(tools, deliveryId, signal);
  } catch (error) {
    if (!signal.aborted) log('delivery_failed', { deliveryId, error: nameOf(error) });
  }
}

async function wakeThoseBehind({ tools, queue }: DeliveringOptions): Promise<void> {
  const found = await wakeableDeliveries(tools.ledger, ROWS_MAX);
  if (found.length === 0) return;
  await queue.add(
    found.map(({ id, epoch }) => ({
      queue: 'deliver' as const,
      subjectId: String(id),
      epoch,
      priority: 1,
    })),
  );
}

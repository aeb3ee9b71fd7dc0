import type { DeliverTools } from './deliver-events.js';

/** The delivery of events: one file in `jobs/`. */
export interface DeliverJob {
  name: string;
  eventsAtOnce: number;
  run(tools: DeliverTools, deliveryId: number, stopping: AbortSignal): Promise<void>;
}

export function defineDelivery(job: DeliverJob): DeliverJob {
  return job;
}

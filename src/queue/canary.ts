import type { QueueBackend, QueueName } from './backend.js';

/** No row has this id: a wake-up for it asks a worker for nothing but to take it. */
export const CANARY_SUBJECT = '0';

/** What can be seen of one worker of this process. */
export interface WorkerActivity {
  queue: QueueName;
  /** On the clock of `performance.now()`. */
  lastActivityAt: number;
  inFlight: number;
  concurrency: number;
}

export interface CanaryTimes {
  /** Between two canaries, in milliseconds. Default 30 s. */
  everyMs: number;
  /** A worker that has a free slot and takes nothing for this long stands still. Default 120 s. */
  standstillMs: number;
}

export interface CanaryOptions {
  queue: Pick<QueueBackend, 'add'>;
  activity(): readonly WorkerActivity[];
  times: CanaryTimes;
  /** Called once: only a new process helps. */
  onStandstill(standing: { queue: QueueName; idleMs: number }): void;
}

/** Watches that the workers of this process take what the queue has for them. */
export interface Canary {
  /** For how long each worker has taken nothing although it could. */
  idleMs(): ReadonlyMap<QueueName, number>;
  stop(): void;
}

/** Looks between two canaries. */
const LOOKS = 6;

/**
 * A worker may stop taking jobs without a word, as after an outage of its store, and says it runs.
 * So every queue gets a wake-up for nothing now and then, first in line, and a worker is judged by
 * what it does: answers of its store and jobs that begin or end. Time in which the whole process
 * stood still counts for nothing.
 */
export function startCanary(options: CanaryOptions): Canary {
  const { queue, activity, times, onStandstill } = options;
  const idleMs = new Map<QueueName, number>();
  const seenAt = new Map<QueueName, number>();
  const lookMs = times.everyMs / LOOKS;
  let lookedAt = performance.now();
  let isStanding = false;
  const send = () => {
    const epoch = Math.floor(Date.now() / 1_000);
    const wakeUps = activity().map((worker) => ({
      queue: worker.queue,
      subjectId: CANARY_SUBJECT,
      epoch,
      priority: 1,
    }));
    // Nobody waits for it: a store that takes nothing gives nothing either, and that is seen.
    queue.add(wakeUps).catch(() => undefined);
  };
  const look = () => {
    const now = performance.now();
    const passedMs = Math.min(now - lookedAt, lookMs * 2);
    lookedAt = now;
    for (const worker of activity()) {
      const hasMoved = seenAt.get(worker.queue) !== worker.lastActivityAt;
      seenAt.set(worker.queue, worker.lastActivityAt);
      const isFull = worker.inFlight >= worker.concurrency;
      const before = idleMs.get(worker.queue) ?? 0;
      const idle = hasMoved ? 0 : before + (isFull ? 0 : passedMs);
      idleMs.set(worker.queue, idle);
      if (idle < times.standstillMs || isStanding) continue;
      isStanding = true;
      onStandstill({ queue: worker.queue, idleMs: Math.round(idle) });
    }
  };
  look();
  send();
  const sending = setInterval(send, times.everyMs);
  const looking = setInterval(look, lookMs);
  return {
    idleMs: () => idleMs,
    stop() {
      clearInterval(sending);
      clearInterval(looking);
    },
  };
}

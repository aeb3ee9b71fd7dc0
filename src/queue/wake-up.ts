import { InvalidWakeUp } from './errors.js';

/** The queues: pushes to QuickBooks, pulls from it, events to the upstream app. */
export const QUEUE_NAMES = ['push', 'pull', 'deliver'] as const;

export type QueueName = (typeof QUEUE_NAMES)[number];

/**
 * One wake-up: ids only, never document data, because a queue store keeps job data in clear text.
 *
 * It says "look at this ledger row", nothing more. The row says what is to be done, so a wake-up
 * that comes twice, late or never does no harm.
 */
export interface WakeUp {
  queue: QueueName;
  /** Id of the ledger row (push, run or delivery). 1 to 100 letters, digits, `_` and `-`. */
  subjectId: string;
  /** Counts the wake-ups of one row, from 0. The next one is another job, whatever became of this. */
  epoch: number;
  /** 1 is taken first. Larger than 2,097,151 counts as 2,097,151. */
  priority: number;
  /**
   * Beside the one that waits under this epoch for its time: that was told by the clock of who added
   * it, and may be far off. Default false.
   */
  anew?: boolean;
  /** Not before this many milliseconds from now. Default 0, at most 30 days. */
  delayMs?: number;
}

/** What a BullMQ job carries, and all a handler is given. */
export interface WakeUpData {
  subjectId: string;
  epoch: number;
}

/** BullMQ's lowest priority. */
export const PRIORITY_LAST = 2_097_151;

/** Longer delays are cut to this: the ledger's due time decides, the delay only saves a look. */
export const DELAY_MAX_MS = 30 * 24 * 60 * 60 * 1000;

// BullMQ refuses ids with ":" and ids of digits alone; the queue's name in front settles the second.
const SUBJECT_ID = /^[A-Za-z0-9_-]{1,100}$/;

/** The BullMQ job id of a wake-up, `push-<id>-<epoch>[-anew]`. @throws InvalidWakeUp */
export function jobIdOf({ queue, subjectId, epoch, anew }: Omit<WakeUp, 'priority'>): string {
  if (!SUBJECT_ID.test(subjectId)) {
    throw new InvalidWakeUp('subjectId must be 1 to 100 letters, digits, "_" and "-"');
  }
  if (!Number.isSafeInteger(epoch) || epoch < 0) {
    throw new InvalidWakeUp('epoch must be a whole number from 0');
  }
  return `${queue}-${subjectId}-${epoch}${anew === true ? '-anew' : ''}`;
}

/** A wake-up as BullMQ takes it. @throws InvalidWakeUp */
export function toBullJob(wakeUp: WakeUp) {
  const { queue, subjectId, epoch, priority, delayMs = 0 } = wakeUp;
  if (!Number.isInteger(priority) || priority < 1) {
    throw new InvalidWakeUp('priority must be a whole number from 1');
  }
  if (!Number.isFinite(delayMs) || delayMs < 0) {
    throw new InvalidWakeUp('delayMs must not be negative');
  }
  const data: WakeUpData = { subjectId, epoch };
  return {
    name: queue,
    data,
    opts: {
      jobId: jobIdOf(wakeUp),
      priority: Math.min(priority, PRIORITY_LAST),
      delay: Math.min(Math.ceil(delayMs), DELAY_MAX_MS),
      // Retries are the ledger's, where they are visible; a failed job would only block its id.
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
      stackTraceLimit: 0,
    },
  };
}

/** Reads a job's data; null when it is not ours (another program, another version). */
export function readWakeUp(data: unknown): WakeUpData | null {
  if (typeof data !== 'object' || data === null) return null;
  if (!('subjectId' in data) || !('epoch' in data)) return null;
  const { subjectId, epoch } = data;
  if (typeof subjectId !== 'string' || !SUBJECT_ID.test(subjectId)) return null;
  if (typeof epoch !== 'number' || !Number.isSafeInteger(epoch) || epoch < 0) return null;
  return { subjectId, epoch };
}

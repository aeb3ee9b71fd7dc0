import type { DocumentKind } from '../contract/documents/index.js';
import { DOCUMENT_KINDS } from '../contract/documents/index.js';
import type { RunJob } from '../contract/run.js';
import { RUN_JOBS } from '../contract/run.js';
import type { AdmissionLimits } from '../ledger/pushes/admission.js';
import type { PullJob } from '../pull/job.js';
import type { PushJob } from '../push/job.js';
import type { PushTools } from '../push/sending.js';
import { within } from '../qbo/within.js';
import { openAhead } from './ahead.js';
import type { QueueBackend } from './backend.js';
import { CANARY_SUBJECT, type WorkerActivity } from './canary.js';
import { startChecking } from './check-companies.js';
import { type DeliverOptions, startDelivering } from './deliver.js';
import { openDispatcher } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { executePush } from './execute.js';
import type { LeaseTimes } from './lease.js';
import { type BulkTimes, startBulkWork } from './run-bulk.js';
import { executeRun } from './run-pull.js';
import { type StartChangesOptions, startChanges } from './start-changes.js';
import { type StartScheduledOptions, startScheduling } from './start-scheduled.js';
import { openSuspects } from './suspects.js';
import { startSweeping } from './sweep.js';

export interface WorkerOptions {
  tools: PushTools;
  queue: QueueBackend;
  pulls: readonly PullJob[];
  admission: AdmissionLimits;
  lease: LeaseTimes;
  callMs: number;
  pageSize: number;
  concurrency: { push: number; pull: number };
  /** Absent: this worker delivers no events. */
  deliver?: DeliverOptions;
  /** How webhooks become runs. Absent: this worker starts none. */
  changes?: StartChangesOptions['times'];
  /** What begins by the clock. Absent: this worker begins nothing. */
  schedules?: Pick<StartScheduledOptions, 'everyMs' | 'readsPerMonth'>;
  /** How actions on many documents are done. Absent: this worker does none. */
  bulk?: BulkTimes;
  sweep: { everyMs: number; quietMs: number };
  /** Between two looks for companies to be asked whether they can be used. Absent: it asks none. */
  checkEveryMs?: number;
  /** In-flight work may take this long after a stop was asked for. Default 25 s. */
  graceMs: number;
  log: QueueEvents;
}

/** A worker of this process: queues, sweep, and an orderly stop. */
export interface PushWorker {
  /** Takes nothing new, lets what is in flight end within the grace, releases the rest. */
  stop(): Promise<void>;
  /** What its queues were seen doing, for whoever watches that they do. */
  activity(): WorkerActivity[];
}

/** Starts working. @throws Error when a kind has no job, or two. */
export function startWorker(options: WorkerOptions): PushWorker {
  const { tools, queue, log } = options;
  const ahead = openAhead(log);
  const dispatcher = openDispatcher({
    ledger: tools.ledger,
    queue,
    limits: options.admission,
    log,
    sendsNames: ahead.isLooking,
  });
  const suspects = openSuspects(tools.ledger);
  const pulls = jobsByRun(options.pulls);
  // A statement whose connection died unnoticed may never answer, and must not hold a slot for
  // ever: the lease has run out long before, and another worker has the push.
  const longestMs = PUSH_CALLS_MAX * (options.callMs + options.lease.leaseMs);
  const freeing = (work: Promise<void>) => within(longestMs, work, { error: () => new PushLate() });
  const workers = {
    push: queue.work('push', {
      concurrency: options.concurrency.push,
      handle: async ({ subjectId }, signal) => {
        if (subjectId === CANARY_SUBJECT) return;
        await freeing(
          executePush({ ...options, dispatcher, suspects, ahead }, Number(subjectId), signal),
        );
      },
    }),
    pull: queue.work('pull', {
      concurrency: options.concurrency.pull,
      handle: async ({ subjectId }, signal) => {
        if (subjectId === CANARY_SUBJECT) return;
        const leaseMs = options.callMs + options.lease.leaseMs;
        const { pageSize } = options;
        await executeRun(
          { tools, pulls, queue, dispatcher, leaseMs, pageSize, log },
          Number(subjectId),
          signal,
        );
      },
    }),
  } as const;
  const delivering =
    options.deliver === undefined
      ? undefined
      : startDelivering({ ...options.deliver, queue, graceMs: options.graceMs, log });
  const sweeping = startSweeping({
    ledger: tools.ledger,
    queue,
    dispatcher,
    ...options.sweep,
    log,
  });
  const checking =
    options.checkEveryMs === undefined
      ? undefined
      : startChecking({ tools, dispatcher, everyMs: options.checkEveryMs, log });
  const starting =
    options.changes === undefined
      ? undefined
      : startChanges({ ledger: tools.ledger, queue, times: options.changes, log });
  const scheduling =
    options.schedules === undefined
      ? undefined
      : startScheduling({ ledger: tools.ledger, queue, ...options.schedules, log });
  const bulk =
    options.bulk === undefined
      ? undefined
      : startBulkWork({ ledger: tools.ledger, dispatcher, times: options.bulk, log });
  let stopping: Promise<void> | undefined;
  return {
    stop() {
      stopping ??= (async () => {
        await Promise.all([
          sweeping.stop(),
          checking?.stop(),
          starting?.stop(),
          scheduling?.stop(),
          bulk?.stop(),
          delivering?.stop(),
          ...Object.values(workers).map((worker) => worker.close({ graceMs: options.graceMs })),
        ]);
      })();
      return stopping;
    },
    activity: () =>
      (['push', 'pull'] as const).map((name) => ({
        queue: name,
        lastActivityAt: workers[name].lastActivityAt,
        inFlight: workers[name].inFlight,
        concurrency: options.concurrency[name],
      })),
  };
}

/** More calls than any push makes one after the other. */
const PUSH_CALLS_MAX = 20;

class PushLate extends Error {
  override name = 'PushLate';
}

/** One job per kind of document, each kind with one. @throws Error otherwise: at start, not at work. */
export function jobsByKind(jobs: readonly PushJob[]): Map<DocumentKind, PushJob> {
  const byKind = new Map(jobs.map((job) => [job.kind, job]));
  const missing = DOCUMENT_KINDS.filter((kind) => !byKind.has(kind));
  if (missing.length > 0) throw new Error(`No job pushes ${missing.join(', ')}`);
  if (byKind.size !== jobs.length) throw new Error('Two jobs push the same kind of document');
  return byKind;
}

function jobsByRun(jobs: readonly PullJob[]): Map<RunJob, PullJob> {
  const byRun = new Map(jobs.map((job) => [job.job, job]));
  const missing = RUN_JOBS.filter((job) => !byRun.has(job));
  if (missing.length > 0) throw new Error(`No job runs ${missing.join(', ')}`);
  if (byRun.size !== jobs.length) throw new Error('Two jobs run the same pull');
  return byRun;
}

import { type Reason, reason } from '../contract/reasons.js';
import { RUN_FEATURES, type RunJob } from '../contract/run.js';
import { settleSetups } from '../ledger/companies/lists-read.js';
import { forgetLeftPages } from '../ledger/runs/cancelled-runs.js';
import {
  type ClaimedRun,
  claimRun,
  postponeRun,
  RunLost,
  releaseRun,
} from '../ledger/runs/claimed-runs.js';
import { failRun, failUnlessConnected } from '../ledger/runs/run-endings.js';
import type { PullJob } from '../pull/job.js';
import { refused } from '../push/endings.js';
import { retryDelayMs } from '../push/failure-policy.js';
import type { PushTools } from '../push/sending.js';
import { LaneBusy, QuickBooksRefusal, ReconnectNeeded, Throttled } from '../qbo/errors.js';
import { failureClassOfError } from '../qbo/failure-class.js';
import { countedFor } from '../qbo/reads.js';
import type { QueueBackend } from './backend.js';
import { type Dispatcher, nameOf } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { noteReconnectNeeded } from './lost-company.js';
import { throttledReason } from './throttled.js';

export interface RunPullOptions {
  tools: PushTools;
  pulls: ReadonlyMap<RunJob, PullJob>;
  queue: QueueBackend;
  dispatcher: Dispatcher;
  /** A run's lease lasts this long past its last page, in milliseconds. */
  leaseMs: number;
  pageSize: number;
  log: QueueEvents;
}

/** Transient failures of a run before it fails; its lists stay as they were. */
const ATTEMPTS_MAX = 8;

/** One wake-up of a run, whole. */
export async function executeRun(
  options: RunPullOptions,
  runId: number,
  stopping: AbortSignal,
): Promise<void> {
  const { tools, pulls, leaseMs, pageSize, log } = options;
  const startedAtMs = performance.now();
  const run = await claimRun(tools.ledger, runId, leaseMs);
  if (run === undefined) return;
  if (run.hasLeft) return failWithoutConnection(options, run);
  const pull = pulls.get(run.job);
  if (pull === undefined) throw new Error(`There is no job for ${run.job}`);
  const { ledger } = tools;
  const quickbooks = countedFor(tools.quickbooks, run.feature ?? RUN_FEATURES[run.job]);
  try {
    await pull.run({ ledger, quickbooks, run, signal: stopping, pageSize, leaseMs });
    log('run_ended', {
      runId,
      job: run.job,
      status: 'succeeded',
      durationMs: Math.round(performance.now() - startedAtMs),
    });
  } catch (error) {
    await endByError(options, run, error, stopping).catch((late: unknown) =>
      leave(options, run, late),
    );
    return;
  }
  await goOnWithLists(options, run);
}

/** What waited for lists that were read goes on at once; the sweep does it where this cannot. */
async function goOnWithLists(
  { tools, dispatcher, log }: RunPullOptions,
  { companyId }: ClaimedRun,
): Promise<void> {
  try {
    if ((await settleSetups(tools.ledger, companyId)) === 0) return;
  } catch (error) {
    log('dispatch_put_off', { companyId, error: nameOf(error) });
    return;
  }
  await dispatcher.dispatch(companyId);
}

async function endByError(
  options: RunPullOptions,
  run: ClaimedRun,
  error: unknown,
  stopping: AbortSignal,
): Promise<void> {
  const { tools, log } = options;
  if (error instanceof RunLost) return leave(options, run, error);
  if (stopping.aborted) return releaseRun(tools.ledger, run);
  if (error instanceof LaneBusy) return again(options, run, error.waitMs, null, run.attempts);
  if (error instanceof Throttled) {
    return again(options, run, error.pauseMs, throttledReason(error), run.attempts);
  }
  if (error instanceof ReconnectNeeded) {
    const noted = await noteReconnectNeeded(tools, run.companyId, error);
    return noted ? failWithoutConnection(options, run) : again(options, run, 0, null, run.attempts);
  }
  const attempts = run.attempts + 1;
  const passing = failureClassOfError(error) === 'transient';
  if (passing && attempts < ATTEMPTS_MAX) {
    const delayMs = retryDelayMs(attempts, tools.pace, tools.random);
    return again(options, run, delayMs, reason('quickbooks_unavailable', {}), attempts);
  }
  const stack =
    error instanceof Error ? (error.stack ?? '').split('\n    at ').slice(1, 5).join(' < ') : '';
  log('run_failed', { runId: run.id, job: run.job, error: nameOf(error), stack });
  await failRun(tools.ledger, run, passing ? reason('quickbooks_unavailable', {}) : whyOf(error));
}

async function failWithoutConnection(options: RunPullOptions, run: ClaimedRun): Promise<void> {
  const why = reason('reconnect_needed', {});
  const failed = await failUnlessConnected(options.tools.ledger, run, why);
  if (!failed) await again(options, run, 0, null, run.attempts);
}

/** It is another's by now, or was ended from outside: also in the moment that it failed. */
async function leave(
  { tools, log }: RunPullOptions,
  run: ClaimedRun,
  error: unknown,
): Promise<void> {
  if (!(error instanceof RunLost)) throw error;
  await forgetLeftPages(tools.ledger, run.id);
  log('run_left', { runId: run.id, job: run.job });
}

/** QuickBooks' own words where it refused; anything else is a mistake of ours. */
function whyOf(error: unknown): Reason {
  return error instanceof QuickBooksRefusal ? refused(error.faults[0]) : reason('crashed', {});
}

async function again(
  { tools, queue, log }: RunPullOptions,
  run: ClaimedRun,
  delayMs: number,
  why: Parameters<typeof postponeRun>[3],
  attempts: number,
): Promise<void> {
  const epoch = await postponeRun(tools.ledger, run, delayMs, why, attempts);
  try {
    await queue.add([{ queue: 'pull', subjectId: String(run.id), epoch, priority: 1, delayMs }]);
  } catch (error) {
    log('dispatch_put_off', { companyId: run.companyId, error: nameOf(error) });
  }
}

import { reason } from '../contract/reasons.js';
import { markSuspended } from '../ledger/connections/reconnect.js';
import { isLedgerUnavailable } from '../ledger/database/unavailable.js';
import { claimPush, type HeldPush } from '../ledger/pushes/claim.js';
import type { Ending } from '../ledger/pushes/ending.js';
import { loadedItems } from '../ledger/pushes/load.js';
import { countCrash, LeaseLost } from '../ledger/pushes/pushes.js';
import { unresolvedRequest } from '../ledger/pushes/requests.js';
import { postpone, settleItems } from '../ledger/pushes/settle.js';
import { failureEnding } from '../push/endings.js';
import { companyFactsFor, holdBack } from '../push/gates.js';
import { isBeyondResolving, isPoison, SUSPECT_FROM } from '../push/poison.js';
import { leavesDoubt, resolveRequest } from '../push/resolve.js';
import { endItem, newSendingItem, type PushTools, type Sending, unbegun } from '../push/sending.js';
import { runSteps } from '../push/steps.js';
import { FencedOff, LaneBusy, ReconnectNeeded, Throttled } from '../qbo/errors.js';
import { failureClassOfError } from '../qbo/failure-class.js';
import type { Ahead } from './ahead.js';
import type { QueueBackend } from './backend.js';
import { type Dispatcher, nameOf, wakeUpOf } from './dispatch.js';
import type { QueueEvents } from './events.js';
import { crashOf, giveBack } from './give-back.js';
import { type HeldLease, keepLease, type LeaseTimes } from './lease.js';
import { noteReconnectNeeded } from './lost-company.js';
import type { Suspects } from './suspects.js';
import { throttledReason } from './throttled.js';

export interface ExecuteOptions {
  tools: PushTools;
  queue: QueueBackend;
  dispatcher: Dispatcher;
  suspects: Suspects;
  ahead: Ahead;
  lease: LeaseTimes;
  /** Longest API call, in milliseconds. */
  callMs: number;
  log: QueueEvents;
}

/**
 * One wake-up of a push, whole: claim, load, the steps, settle, and what comes after. The only
 * reader of what the steps left; it throws nothing that is not a fault of the database.
 */
export async function executePush(
  options: ExecuteOptions,
  pushId: number,
  stopping: AbortSignal,
): Promise<void> {
  const done = await claimAndWork(options, pushId, stopping, SUSPECT_FROM);
  if (done) return;
  await options.suspects.inTurn(pushId, async () => {
    if (!stopping.aborted) await claimAndWork(options, pushId, stopping);
  });
}

/** False when there was nothing to claim: done, held, not due, or with more crashes than allowed. */
async function claimAndWork(
  options: ExecuteOptions,
  pushId: number,
  stopping: AbortSignal,
  crashesBelow?: number,
): Promise<boolean> {
  const { tools, lease: times, log } = options;
  const claimedAtMs = performance.now();
  const push = await claimPush(tools.ledger, pushId, times.leaseMs, crashesBelow);
  if (push === undefined) return false;
  const lease = keepLease(tools.ledger, push, times, claimedAtMs);
  let settled: Sending | undefined;
  try {
    const sending = load(options, push, lease, stopping);
    log('push_started', {
      pushId,
      companyId: push.companyId,
      kind: push.kind,
      documents: sending.open.length,
      ...tracesOf(push),
    });
    await workOn(sending, push, stopping);
    await settle(options, sending);
    settled = sending;
    log('push_ended', {
      pushId,
      companyId: push.companyId,
      kind: push.kind,
      outcomes: outcomesOf(sending),
      reasons: reasonsOf(sending),
      durationMs: Math.round(performance.now() - claimedAtMs),
    });
  } catch (error) {
    await giveBack(options, push, error, { lease: lease.signal, stopping });
  } finally {
    lease.stop();
  }
  // Before the next are opened: what lacks a name is not taken in vain then.
  const dispatch = () => options.dispatcher.dispatch(push.companyId);
  if (settled !== undefined) await options.ahead.afterPush(settled, stopping, dispatch);
  await dispatch();
  return true;
}

function tracesOf({ items }: HeldPush): { traceparents?: readonly string[] } {
  const traceparents = [...new Set(items.flatMap(({ traceparent }) => traceparent ?? []))];
  return traceparents.length === 0 ? {} : { traceparents };
}

function load(
  { tools, callMs }: ExecuteOptions,
  push: HeldPush,
  lease: HeldLease,
  stopping: AbortSignal,
): Sending {
  const items = loadedItems(tools.ledger, push.items);
  const job = tools.jobs.get(push.kind);
  if (job === undefined) throw new Error(`There is no job for ${push.kind}`);
  return {
    tools,
    push,
    job,
    company: UNREAD_COMPANY,
    companyReread: false,
    ...unbegun(items.map(newSendingItem)),
    signal: AbortSignal.any([lease.signal, stopping]),
    mayStillSend: () => lease.lastsLongEnough() && !stopping.aborted,
    callMs,
  };
}

const UNREAD_COMPANY = {
  name: null,
  country: 'US',
  homeCurrency: 'USD',
  multiCurrency: false,
  customTxnNumbers: false,
  bookCloseDate: null,
  timeZone: null,
  usingSalesTax: false,
  partnerTax: false,
  allowDiscount: true,
  allowShipping: false,
  classTracking: 'off',
  trackLocations: false,
  plan: null,
} as const;

/** Runs the steps and gives every item that an error left open the ending its class asks for. */
async function workOn(sending: Sending, held: HeldPush, stopping: AbortSignal): Promise<void> {
  const { tools, push, signal } = sending;
  // Before any call: a read that fails must not make what was sent look unsent.
  sending.unresolved = unresolvedRequest(tools.ledger, push, held.request);
  sending.inDoubt = leavesDoubt(sending.unresolved);
  if (isBeyondResolving(sending)) return giveUp(sending);
  try {
    if (sending.unresolved === undefined) holdBack(sending);
    if (sending.open.length === 0) return;
    sending.company = await companyFactsFor(tools, held, signal);
    await (isPoison(sending) ? quarantine(sending) : runSteps(sending));
    leftOpen(sending);
  } catch (error) {
    if (
      error instanceof LeaseLost ||
      error instanceof FencedOff ||
      isLedgerUnavailable(error) ||
      signal.aborted ||
      stopping.aborted
    )
      throw error;
    await endByError(sending, error);
  }
}

/** What no step ended: it was sent and its answer could not be used, so it is looked up later. */
function leftOpen(sending: Sending): void {
  if (sending.open.length === 0 || sending.postponed !== undefined) return;
  sending.postponed = {
    delayMs: sending.tools.waits.senderDiedMs,
    shown: { status: 'checking', reason: reason('outcome_unknown', {}) },
  };
}

async function endByError(sending: Sending, error: unknown): Promise<void> {
  const { tools, push, inDoubt } = sending;
  if (error instanceof LaneBusy || error instanceof Throttled) {
    const paused = error instanceof Throttled || error.paused;
    const delayMs = error instanceof Throttled ? error.pauseMs : error.waitMs;
    // Waiting for our own limits is the normal pace of a backlog, not news.
    const shown =
      paused && !inDoubt ? ({ status: 'waiting', reason: throttledReason(error) } as const) : null;
    sending.postponed = { delayMs, shown };
    return;
  }
  const isBack =
    error instanceof ReconnectNeeded && !(await noteReconnectNeeded(tools, push.companyId, error));
  const failure = failureClassOfError(error) ?? 'crash';
  if (failure === 'crash') tools.onCrash(crashOf(push, error));
  // A read can be refused for it as well: else what waits for it would be let go by the next sweep.
  if (failure === 'suspended') await markSuspended(tools.ledger, push.companyId, tools.waits);
  if (inDoubt) {
    // The push keeps its documents until it is known what became of them; our own failures count.
    sending.postponed = {
      crashed: failure === 'crash',
      delayMs: tools.waits.senderDiedMs,
      shown: { status: 'checking', reason: reason('outcome_unknown', {}) },
    };
    return;
  }
  for (const item of [...sending.open]) {
    // Refused with tokens that were replaced meanwhile: nobody has to act, and it costs no attempt.
    const ending: Ending | undefined = isBack
      ? { kind: 'returned', what: 'connected' }
      : failureEnding(sending, item, failure, []);
    if (ending !== undefined) endItem(sending, item, ending);
  }
}

/**
 * A push that ended its workers again and again: what was sent is resolved first; then its documents
 * go one by one, and one that goes on doing it alone is a person's.
 */
async function quarantine(sending: Sending): Promise<void> {
  await resolveRequest(sending);
  if (sending.postponed !== undefined) return;
  for (const item of [...sending.open]) {
    if (sending.push.batch)
      endItem(sending, item, { kind: 'returned', what: 'sent_alone', alone: true });
    else endItem(sending, item, { kind: 'failed', reason: reason('crashed', {}) });
  }
}

/** Not even its resolution could be written down: a person has to look. */
function giveUp(sending: Sending): void {
  for (const item of [...sending.open]) {
    const { inDoubt } = sending;
    endItem(sending, item, { kind: 'failed', reason: reason('crashed', {}), inDoubt });
  }
}

async function settle(options: ExecuteOptions, sending: Sending): Promise<void> {
  const { tools, queue, log } = options;
  const { push, postponed } = sending;
  await settleItems(tools.ledger, push, sending.ended);
  if (sending.open.length === 0 || postponed === undefined) return;
  const items = sending.open.map(({ loaded }) => loaded);
  if (postponed.crashed === true) await countCrash(tools.ledger, push);
  const next = await postpone(tools.ledger, push, items, postponed.delayMs, postponed.shown);
  log('push_postponed', {
    pushId: push.id,
    companyId: push.companyId,
    delayMs: Math.round(postponed.delayMs),
    reason: postponed.shown?.reason.name ?? null,
  });
  try {
    await queue.add([
      wakeUpOf({
        id: next.pushId,
        epoch: next.epoch,
        priority: next.priority,
        delayMs: next.delayMs,
      }),
    ]);
  } catch (error) {
    log('dispatch_put_off', { companyId: push.companyId, error: nameOf(error) });
  }
}

function reasonsOf(sending: Sending): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const { ending } of sending.ended) {
    if ('reason' in ending) reasons[ending.reason.name] = (reasons[ending.reason.name] ?? 0) + 1;
  }
  return reasons;
}

function outcomesOf(sending: Sending): Record<string, number> {
  const outcomes: Record<string, number> = {};
  for (const { ending } of sending.ended) outcomes[ending.kind] = (outcomes[ending.kind] ?? 0) + 1;
  if (sending.open.length > 0) outcomes['postponed'] = sending.open.length;
  return outcomes;
}

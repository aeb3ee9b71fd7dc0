import type { Access, CompanyAccess } from './access.js';
import { batchAnswers } from './batch.js';
import type { ApiCall, Caller, CallOutcome } from './call.js';
import { FencedOff } from './errors.js';
import { faultsInJson, type JsonObject } from './fault.js';
import type { Lane, LaneTurn } from './lane.js';
import type { QuickBooksLog } from './log-events.js';
import type { RequestStore, WriteEnding, WriteRequest } from './stores.js';
import type { QuickBooksWaits } from './waits.js';

export interface WriteOptions {
  signal: AbortSignal;
  /** The call ends this many milliseconds from now, at the latest after `callMs`. */
  deadlineMs: number;
  /** Asked right before sending: does the lease still last long enough? On a monotonic clock. */
  mayStillSend(): boolean;
}

/**
 * Sends one write and stores how it ended. The same request may be given again after `not_executed`,
 * and as a replay after `unknown`: the same bytes go out under the same requestid.
 *
 * `not_executed` carries the status 0 where no byte left, 401 and 403 where only a reconnect helps,
 * and 429 where QuickBooks throttles, whatever status that came with. Throws only while nothing was
 * sent, or nothing was executed and that is stored: LaneBusy, ReconnectNeeded,
 * QuickBooksUnavailable (no token to be had now), FencedOff, the reason of an aborted signal, and
 * whatever the request store throws.
 */
export type Write = (request: WriteRequest, o: WriteOptions) => Promise<WriteEnding>;

export interface WritesOptions {
  access: CompanyAccess;
  lane: Lane;
  caller: Caller;
  requests: RequestStore;
  waits: QuickBooksWaits;
  log: QuickBooksLog;
}

/** A 401 is surely not executed: sent once more with a fresh token. */
const MAX_SENDINGS = 2;

export function openWrites(options: WritesOptions): Write {
  const { access, lane, requests, waits } = options;
  return async (request, o) => {
    const { companyId } = request;
    const endMs = performance.now() + o.deadlineMs;
    let rejected: number | undefined;
    for (let sending = 1; ; sending += 1) {
      const current = await access.accessTokenFor(companyId, { signal: o.signal, rejected });
      const ending = await lane.withLane(companyId, request.call, o, (turn) => {
        const leftMs = Math.min(waits.callMs, endMs - performance.now());
        if (leftMs <= 0 || !o.mayStillSend()) throw new FencedOff();
        return sendOnce(request, current, { ...o, deadlineMs: leftMs, turn }, options);
      });
      await requests.markEnded(request.id, ending);
      const again = ending.kind === 'not_executed' && ending.status === 401;
      if (!again || sending === MAX_SENDINGS) return ending;
      rejected = current.generation;
    }
  };
}

async function sendOnce(
  request: WriteRequest,
  current: Access,
  limits: WriteOptions & { turn: LaneTurn },
  { caller, requests, log }: WritesOptions,
): Promise<WriteEnding> {
  await noteLeaving(request, limits, { requests, log });
  const outcome = await caller.call(callOf(request), current, limits);
  const throttled = throttleOf(outcome);
  // Within the lane, so that no other call of this company slips in before the pause. The ending is
  // known and has to be stored; a pause that cannot be written is told by the next 429.
  if (throttled !== undefined) {
    await limits.turn.pause(throttled.retryAfterMs).catch(() => undefined);
  } else if (outcome.kind === 'answer') limits.turn.passed();
  return endingOf(outcome, current);
}

function callOf({ upload, ...request }: WriteRequest): ApiCall {
  const body = upload === undefined ? {} : { body: upload.bytes, contentType: upload.contentType };
  return { ...request, method: 'POST', ...body };
}

/** Returns when the write is noted and may leave; where it throws, not a byte of it has left. */
async function noteLeaving(
  { id, companyId, requestId }: WriteRequest,
  { turn, mayStillSend }: { turn: LaneTurn; mayStillSend(): boolean },
  { requests, log }: Pick<WritesOptions, 'requests' | 'log'>,
): Promise<void> {
  let noted = false;
  try {
    await requests.markSent(id);
    noted = true;
    await turn.makeGood();
    // The process may have stood still meanwhile, and another one may send the same by now.
    if (!mayStillSend()) throw new FencedOff();
  } catch (error) {
    log({
      event: 'qbo_not_sent',
      companyId,
      requestId,
      noted,
      error: error instanceof Error ? error.name : typeof error,
    });
    // It is in no doubt: whoever holds the push by now sends the same without asking what became of it.
    if (noted) await requests.markEnded(id, NEVER_LEFT);
    throw error;
  }
}

const NEVER_LEFT: WriteEnding = { kind: 'not_executed', status: 0, intuitTid: null };

function endingOf(outcome: CallOutcome, { generation }: Access): WriteEnding {
  if (outcome.kind === 'never_left') return NEVER_LEFT;
  if (outcome.kind === 'lost') return { kind: 'unknown', cause: outcome.cause, intuitTid: null };
  const { read, status, body, intuitTid } = outcome;
  switch (read.kind) {
    case 'ok':
    case 'refused':
      return { kind: 'answered', status, body, intuitTid };
    case 'not_executed':
      if (read.why === 'throttled') return { kind: 'not_executed', status: 429, intuitTid };
      return {
        kind: 'not_executed',
        status: read.why === 'unauthorized' ? 401 : 403,
        intuitTid,
        generation,
      };
    case 'unreadable': {
      const codes = read.faults.map(({ code }) => code).join(' ');
      const cause = `http ${status} ${read.cause}${codes === '' ? '' : ` ${codes}`}`;
      return { kind: 'unknown', cause, intuitTid };
    }
  }
}

/** A throttle of the whole call, or of an item of a batch that was otherwise taken. */
function throttleOf(outcome: CallOutcome): { retryAfterMs: number | null } | undefined {
  if (outcome.kind !== 'answer') return undefined;
  const { read } = outcome;
  if (read.kind === 'not_executed' && read.why === 'throttled') return read;
  if (read.kind === 'ok' && hasThrottledItem(read.json)) return { retryAfterMs: null };
  return undefined;
}

function hasThrottledItem(json: JsonObject): boolean {
  const items = batchAnswers(json);
  if (items === undefined) return false;
  return [...items.values()].some((item) => faultsInJson(item).some(({ code }) => code === '3001'));
}

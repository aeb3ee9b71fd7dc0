import { reason } from '../contract/reasons.js';
import { giveUpRequest, noteLookUp, type StoredRequest } from '../ledger/pushes/requests.js';
import { isObject } from '../qbo/fault.js';
import { adoptAll } from './adopt.js';
import { conclude } from './conclude.js';
import { retryDelayMs } from './failure-policy.js';
import { standingEnding } from './gates.js';
import { mayBeMadeTwice, notFoundTwice } from './not-found.js';
import { isPoison } from './poison.js';
import { transmit } from './send.js';
import { endItem, type Sending } from './sending.js';

/**
 * Finds out how the last request of this push ended, before anything else is done. Nothing is sent
 * anew while QuickBooks may have it: the same bytes are replayed under the same requestid, or what
 * they made is looked up and taken over.
 */
export async function resolveRequest(sending: Sending): Promise<void> {
  const request = sending.unresolved;
  if (request === undefined) return forgetPlans(sending);
  switch (request.state) {
    case 'answered':
      return settleStoredAnswer(sending, request);
    case 'not_executed':
      return resendOrPlanAnew(sending, request);
    case 'open':
      // Committed and never sent: what it says may be old by now, so it is planned anew.
      if (request.sinceSentMs === null) return planAnew(sending, request);
      return resolveUnknown(sending, request);
    case 'unknown':
      return resolveUnknown(sending, request);
  }
}

/** The worker died between the answer and its settling: no call is needed. */
async function settleStoredAnswer(sending: Sending, request: StoredRequest): Promise<void> {
  const { answerStatus, answerBody, intuitTid } = request;
  if (answerStatus === null || answerBody === null) return planAnew(sending, request);
  await conclude(
    sending,
    request,
    { kind: 'answered', status: answerStatus, body: answerBody, intuitTid },
    // A cause stands where an earlier sending of it ended in doubt.
    { replay: request.cause !== null },
  );
}

async function resendOrPlanAnew(sending: Sending, request: StoredRequest): Promise<void> {
  const unchanged =
    !isPoison(sending) &&
    sending.open.every(
      ({ loaded }) =>
        loaded.itemRevision === loaded.revision && loaded.releasedRevision === loaded.revision,
    ) &&
    // QuickBooks never had it: a gate that has closed since keeps it here.
    sending.open.every((item) => standingEnding(item, sending.tools.ledger.clock()) === undefined);
  if (unchanged) await transmit(sending, request, { replay: false });
  else await planAnew(sending, request);
}

async function planAnew(sending: Sending, request: StoredRequest): Promise<void> {
  await giveUpRequest(sending.tools.ledger, request);
  sending.unresolved = undefined;
  sending.inDoubt = false;
  forgetPlans(sending);
}

/** What an item was planned with before speaks of no request any more. */
function forgetPlans(sending: Sending): void {
  for (const item of sending.open) {
    item.loaded.operation = null;
    item.revision = item.loaded.revision;
  }
}

/** Whether QuickBooks may have, or has, what a request asked. */
export function leavesDoubt(request: StoredRequest | undefined): boolean {
  if (request === undefined || request.state === 'not_executed') return false;
  return request.state !== 'open' || request.sinceSentMs !== null;
}

async function resolveUnknown(sending: Sending, request: StoredRequest): Promise<void> {
  const { waits } = sending.tools;
  sending.inDoubt = true;
  const sinceSentMs = request.sinceSentMs ?? 0;
  if (request.state === 'open' && sinceSentMs < waits.senderDiedMs) {
    return check(sending, request, waits.senderDiedMs - sinceSentMs);
  }
  const settings = sending.open.map(({ loaded }) => loaded.connection.settings.unknownOutcome);
  const trusted =
    !isPoison(sending) &&
    sending.job.isOnlyLookedUp !== true &&
    settings.every(
      ({ first, requestidTrustMs }) => first === 'replay' && sinceSentMs <= requestidTrustMs,
    );
  if (trusted && !mayBeMadeTwice(sending)) return transmit(sending, request, { replay: true });
  await lookUpThenReplay(sending, request, { trusted });
}

/**
 * QuickBooks may have forgotten the requestid: look first, adopt what is found, replay the rest. A
 * replay that is trusted to be known clears up what only may be it, and waits for nothing late.
 */
async function lookUpThenReplay(
  sending: Sending,
  request: StoredRequest,
  { trusted }: { trusted: boolean },
): Promise<void> {
  await adoptAll(sending, sending.open, trusted ? 'duplicate_request' : 'unknown_outcome');
  if (sending.open.length === 0) return;
  const { waits, ledger, pace, random } = sending.tools;
  await noteLookUp(ledger, request);
  const isWhole = sending.open.length === askedItems(request);
  if (trusted && isWhole) return transmit(sending, request, { replay: true });
  const sinceSentMs = request.sinceSentMs ?? 0;
  if (sinceSentMs < waits.lateCommitMs) {
    return check(sending, request, waits.lateCommitMs - sinceSentMs);
  }
  const mayReplay = isWhole && sending.job.isOnlyLookedUp !== true;
  if (mayReplay) return transmit(sending, request, { replay: true });
  // A replay could make twice what is there: some of a batch, or a file that arrives late.
  if (request.lookups >= 1 && (request.sinceLookUpMs ?? 0) >= waits.secondLookUpMs) {
    for (const item of [...sending.open]) endItem(sending, item, notFoundTwice(sending, item));
    return;
  }
  check(
    sending,
    request,
    Math.max(waits.secondLookUpMs, retryDelayMs(request.sends, pace, random)),
  );
}

/** How many documents a request asks for, whether or not they have their endings by now. */
function askedItems(request: StoredRequest): number {
  if (request.call === 'single') return 1;
  const body: unknown = JSON.parse(request.body);
  const items = isObject(body) ? body['BatchItemRequest'] : undefined;
  return Array.isArray(items) ? items.length : 0;
}

function check(sending: Sending, request: StoredRequest, delayMs: number): void {
  const evidence = { requestId: request.requestId, cause: request.cause, lookups: request.lookups };
  sending.postponed = {
    delayMs,
    shown: { status: 'checking', reason: reason('outcome_unknown', {}), evidence },
  };
}

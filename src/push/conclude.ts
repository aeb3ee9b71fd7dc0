import { reason } from '../contract/reasons.js';
import { markSuspended } from '../ledger/connections/reconnect.js';
import type { Ending } from '../ledger/pushes/ending.js';
import { noteLookUp, type StoredRequest } from '../ledger/pushes/requests.js';
import { readBatch } from '../qbo/batch.js';
import { failureClassOf, isNotThere } from '../qbo/failure-class.js';
import { isObject, type JsonObject, type QuickBooksFault } from '../qbo/fault.js';
import type { ItemResult } from '../qbo/item-result.js';
import { UnexpectedShapeError } from '../qbo/mapping/quickbooks-types.js';
import { readSingle } from '../qbo/single.js';
import type { WriteEnding } from '../qbo/stores.js';
import { adoptFound, isDone, queriesFor, sentBody } from './adopt.js';
import { type Ask, askTogether } from './ask.js';
import { bareLink, failureEnding, linkOf, takenEnding } from './endings.js';
import { FAILURE_POLICY, type PolicyClass } from './failure-policy.js';
import { closedSinceEnding, rereadCompany } from './gates.js';
import { notFoundTwice } from './not-found.js';
import { recheckApplied } from './recheck.js';
import { endItem, type Sending, type SendingItem } from './sending.js';
import { entityOf } from './stored-as.js';

type Answered = Extract<WriteEnding, { kind: 'answered' }>;

/**
 * Turns a stored answer into endings. What QuickBooks took is taken first and without a call, so that
 * a failing look-up for one item cannot make another one look unsent. Until every item has its
 * ending the push is in doubt: it keeps the rest, and the stored answer is concluded again.
 */
export async function conclude(
  sending: Sending,
  request: StoredRequest,
  ending: Answered,
  how: { replay: boolean },
): Promise<void> {
  sending.inDoubt = true;
  const results = resultsOf(sending, request, ending);
  for (const [item, result] of results) {
    if (result.kind === 'ok') take(sending, item, result.entity, how);
  }
  const ask = await askTogether(
    sending,
    results
      .filter(([, result]) => isLookedFor(result, how))
      .flatMap(([item]) => queriesFor(sending, item)),
  );
  for (const [item, result] of results) {
    if (result.kind === 'refused') await refuse(sending, item, { request, ask, ...result }, how);
    else if (result.kind === 'missing') await lookForUnmentioned(sending, item, { request, ask });
  }
  sending.inDoubt = sending.postponed !== undefined;
  // Once per look, however many documents it was about.
  if (sending.inDoubt) await noteLookUp(sending.tools.ledger, request);
}

function resultsOf(
  sending: Sending,
  request: StoredRequest,
  ending: Answered,
): [SendingItem, ItemResult][] {
  const asked = sending.open.filter(({ loaded }) => loaded.operation !== null);
  if (request.call === 'single') {
    return asked.map((item) => [item, readSingle(entityOf(sending, item), ending)]);
  }
  const batch = readBatch(
    asked.map((item) => ({
      bId: item.loaded.batchItemId ?? '',
      entity: entityOf(sending, item),
    })),
    ending,
  );
  return asked.map((item) => {
    if (batch.kind === 'items') {
      return [item, batch.items.get(item.loaded.batchItemId ?? '') ?? { kind: 'missing' }];
    }
    // Refused as a whole: which of its documents is to blame is found out one by one.
    if (batch.kind === 'refused')
      return [item, { kind: 'refused', status: 0, faults: batch.faults }];
    return [item, { kind: 'missing' }];
  });
}

function take(
  sending: Sending,
  item: SendingItem,
  entity: JsonObject,
  how: { replay: boolean },
): void {
  const operation = item.loaded.operation ?? 'create';
  try {
    endItem(
      sending,
      item,
      takenEnding(sending, item, operation, entity, how.replay ? [{ name: 'replayed' }] : []),
    );
  } catch (error) {
    // Taken, but told in a way we do not know: the link keeps it from ever being created again, and
    // a person looks.
    if (!(error instanceof UnexpectedShapeError)) throw error;
    item.evidence['cause'] = error.message;
    endItem(sending, item, {
      kind: 'failed',
      reason: reason('outcome_unknown', {}),
      links: [bareLink(sending, item, entity)],
    });
  }
}

/** Faults that, on a replay, may only mean that the first sending had worked. */
const MAY_MEAN_DONE: ReadonlySet<PolicyClass> = new Set([
  'duplicate_number',
  'duplicate_name',
  'duplicate_request',
  'reference',
  'deleted',
  'validation',
]);

/** Whether a refusal may only mean that QuickBooks has it already. */
function mayMeanDone(failure: PolicyClass, how: { replay: boolean }): boolean {
  return (
    failure === 'duplicate_number' ||
    failure === 'duplicate_name' ||
    failure === 'duplicate_request' ||
    (how.replay && MAY_MEAN_DONE.has(failure))
  );
}

/** Whether QuickBooks is searched for it: all of a batch are asked for in one call. */
function isLookedFor(result: ItemResult, how: { replay: boolean }): boolean {
  if (result.kind === 'missing') return true;
  return result.kind === 'refused' && mayMeanDone(failureClassOf(result), how);
}

/** An item that QuickBooks refused. */
interface Refusal {
  request: StoredRequest;
  ask: Ask;
  status: number;
  faults: readonly QuickBooksFault[];
}

async function refuse(
  sending: Sending,
  item: SendingItem,
  refusal: Refusal,
  how: { replay: boolean },
): Promise<void> {
  const { request, ask, status, faults } = refusal;
  const refused = failureClassOf({ status, faults });
  // What is not there yet cannot have been deleted: that speaks of something it points to.
  const isNew = item.loaded.operation === 'create';
  const failure = refused === 'deleted' && isNew ? 'reference' : refused;
  item.evidence['faults'] = faults.map(({ code }) => code);
  if (status === 0 && failure !== 'auth' && failure !== 'suspended') {
    // A replay refused as a whole says nothing about what the first sending did, nor does this fault.
    const saysNothing = how.replay || failure === 'duplicate_request';
    if (saysNothing) return lookForUnmentioned(sending, item, { request, ask });
    const returned = { kind: 'returned', what: 'batch_refused', alone: true } as const;
    endItem(sending, item, mayBeThere(item, returned, failure, how));
    return;
  }
  // Before its documents wait for that: nothing releases them while the company says so.
  if (failure === 'suspended') await stopSending(sending);
  // Closed since we last looked: those that follow are told so without a call.
  if (failure === 'period_closed') await rereadCompany(sending);
  if (failure === 'conflict') return rereadOrFail(sending, item, how);
  if (mayMeanDone(failure, how) && (await adoptFound(sending, item, failure, ask))) return;
  if (!how.replay && (await recheckApplied(sending, item, failure))) return;
  const ending =
    (failure === 'period_closed'
      ? closedSinceEnding(
          sending,
          item,
          (item.planned?.body ?? sentBody(sending, item))?.['TxnDate'],
        )
      : undefined) ?? failureEnding(sending, item, failure, faults);
  const goesOn = ending === undefined || ending.kind !== 'failed';
  // Before it may go out under a new id, two look-ups have to agree that it is not there.
  if (goesOn && (how.replay || failure === 'duplicate_request')) {
    return lookForUnmentioned(sending, item, { request, ask });
  }
  if (ending === undefined) {
    const what = FAILURE_POLICY[failure].next;
    endItem(sending, item, { kind: 'returned', what, alone: true });
  } else endItem(sending, item, mayBeThere(item, ending, failure, how));
}

/**
 * An ending after which a creation is looked for before it is made once more: the first sending of what
 * a replay refused may still be committed late, and a fault of QuickBooks itself says of a new object
 * only that its server failed, before it stored the object or after.
 */
function mayBeThere(
  { loaded }: SendingItem,
  ending: Ending,
  failure: PolicyClass,
  how: { replay: boolean },
): Ending {
  const failedThere = failure === 'transient' && loaded.operation === 'create';
  const inDoubt = failedThere || (how.replay && ending.kind === 'failed');
  const goesOn = ending.kind === 'waiting' || ending.kind === 'returned';
  return inDoubt && (goesOn || ending.kind === 'failed') ? { ...ending, inDoubt } : ending;
}

function stopSending({ tools, push }: Sending): Promise<void> {
  return markSuspended(tools.ledger, push.companyId, tools.waits);
}

/** Reads the object again after a stale SyncToken; its next push plans with what is there now. */
async function rereadOrFail(
  sending: Sending,
  item: SendingItem,
  how: { replay: boolean },
): Promise<void> {
  const { loaded } = item;
  if (loaded.wasReread || loaded.link === null) {
    endItem(sending, item, { kind: 'failed', reason: reason('stale_conflict', { fields: [] }) });
    return;
  }
  const entity = entityOf(sending, item);
  try {
    const answer = await sending.tools.quickbooks.read(
      sending.push.companyId,
      `${entity.toLowerCase()}/${encodeURIComponent(loaded.link.quickbooksId)}`,
      { signal: sending.signal },
    );
    const stored = answer[entity];
    if (!isObject(stored)) throw new UnexpectedShapeError(entity, ['(whole)']);
    if (isDone(sending, item, stored)) {
      const operation = loaded.operation ?? 'update';
      const warnings = how.replay ? [{ name: 'adopted' as const }] : [];
      endItem(sending, item, takenEnding(sending, item, operation, stored, warnings));
      return;
    }
    const facts = sending.job.read(stored, loaded as never, sending.company);
    endItem(sending, item, { kind: 'reread', links: [linkOf(sending, item, facts, stored)] });
  } catch (error) {
    // Any other refusal, as of a company that lapsed, says nothing about the object.
    if (!isNotThere(error)) throw error;
    endItem(sending, item, { kind: 'deleted_in_quickbooks' });
  }
}

/** A batch answer without the item: nothing is known, so it is looked up before anything else. */
async function lookForUnmentioned(
  sending: Sending,
  item: SendingItem,
  { request, ask }: { request: StoredRequest; ask: Ask },
): Promise<void> {
  if (await adoptFound(sending, item, 'unknown_outcome', ask)) return;
  const { lateCommitMs, secondLookUpMs } = sending.tools.waits;
  const isProof =
    request.lookups >= 1 &&
    (request.sinceLookUpMs ?? 0) >= secondLookUpMs &&
    (request.sinceSentMs ?? 0) >= lateCommitMs;
  if (isProof) {
    endItem(sending, item, notFoundTwice(sending, item));
    return;
  }
  sending.inDoubt = true;
  sending.postponed = {
    delayMs: secondLookUpMs,
    shown: {
      status: 'checking',
      reason: reason('outcome_unknown', {}),
      evidence: { requestId: request.requestId, lookups: request.lookups + 1 },
    },
  };
}

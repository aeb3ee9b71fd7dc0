import { randomUUID } from 'node:crypto';
import { reason } from '../contract/reasons.js';
import { type StoredRequest, storeRequest } from '../ledger/pushes/requests.js';
import { batchBody } from '../qbo/batch.js';
import { QuickBooksUnavailable, ReconnectNeeded } from '../qbo/errors.js';
import { failureClassOfError } from '../qbo/failure-class.js';
import { singlePath } from '../qbo/single.js';
import type { CallClass, WriteEnding, WriteRequest } from '../qbo/stores.js';
import { readUpload, uploadOf } from '../qbo/upload.js';
import { conclude } from './conclude.js';
import { retryDelayMs } from './failure-policy.js';
import { withFile } from './files.js';
import type { Sending, SendingItem } from './sending.js';
import { entityOf, otherKind } from './stored-as.js';

type PlannedItem = SendingItem & { planned: NonNullable<SendingItem['planned']> };

/**
 * Sends what is planned: request committed first, then the call, then the answer stored and read.
 * One request per push and execution; while an earlier one is in doubt nothing is sent anew.
 */
export async function sendPlanned(sending: Sending): Promise<void> {
  if (sending.inDoubt) return;
  const items = sending.open.filter((item): item is PlannedItem => item.planned !== undefined);
  if (items.length === 0) return;
  const planned = callFor(sending, items);
  await withFile(sending, planned, (file) => storeAndSend(sending, items, planned, file));
}

async function storeAndSend(
  sending: Sending,
  items: readonly PlannedItem[],
  { call, path, body }: PlannedCall,
  file: Buffer | undefined,
): Promise<void> {
  const request = await storeRequest(
    sending.tools.ledger,
    sending.push,
    // 32 characters: within the 36 a batch allows (Intuit developer blog, 2015-04-06).
    { requestId: randomUUID().replaceAll('-', ''), call, path, body },
    items.map((item) => ({
      documentId: item.loaded.documentId,
      revision: item.revision,
      operation: item.planned.operation,
      batchItemId: item.loaded.batchItemId,
      sentAs: otherKind(sending.job, item.loaded) ?? null,
      settingsVersion: item.loaded.connection.settingsVersion,
    })),
    items.flatMap(({ links }) => links),
  );
  for (const { loaded, planned } of items) {
    loaded.storedAs = otherKind(sending.job, loaded) ?? null;
    loaded.operation = planned.operation;
  }
  await transmitNow(sending, { ...request, ...NEVER_SENT }, { replay: false, file });
}

const NEVER_SENT = {
  state: 'open',
  sinceSentMs: null,
  sends: 0,
  lookups: 0,
  sinceLookUpMs: null,
  answerStatus: null,
  answerBody: null,
  intuitTid: null,
  cause: null,
} as const;

type PlannedCall = Pick<WriteRequest, 'path' | 'body'> & { call: CallClass };

function callFor(sending: Sending, items: PlannedItem[]): PlannedCall {
  const [only] = items;
  if (items.length === 1 && only !== undefined) {
    only.loaded.batchItemId = null;
    return {
      call: 'single',
      path: singlePath(entityOf(sending, only), only.planned.operation),
      body: JSON.stringify(only.planned.body),
    };
  }
  const body = batchBody(
    items.map((item, index) => {
      const bId = `i${index + 1}`;
      const { operation, body } = item.planned;
      item.loaded.batchItemId = bId;
      return { bId, operation, entity: entityOf(sending, item), body };
    }),
  );
  return { call: 'batch', path: 'batch', body };
}

/** Sends a request's bytes, for the first time or again, and acts on how that ended. */
export async function transmit(
  sending: Sending,
  request: StoredRequest,
  how: { replay: boolean },
): Promise<void> {
  await withFile(sending, request, (file) => transmitNow(sending, request, { ...how, file }));
}

interface Transmission {
  replay: boolean;
  /** What an upload carries. */
  file: Buffer | undefined;
}

async function transmitNow(
  sending: Sending,
  request: StoredRequest,
  how: Transmission,
): Promise<void> {
  const ending = await write(sending, request, how);
  for (const item of sending.open) {
    item.evidence['requestId'] = request.requestId;
    if (ending.intuitTid !== null) item.evidence['intuitTid'] = ending.intuitTid;
  }
  await actOn(sending, request, ending, how);
}

/** While it runs, and after any error that does not say otherwise, the outcome is in doubt. */
async function write(
  sending: Sending,
  request: StoredRequest,
  how: Transmission,
): Promise<WriteEnding> {
  sending.inDoubt = true;
  try {
    const ending = await sending.tools.quickbooks.write(wireRequest(request, how.file), {
      signal: sending.signal,
      deadlineMs: sending.callMs,
      mayStillSend: sending.mayStillSend,
    });
    if (ending.kind === 'not_executed') sending.inDoubt = how.replay;
    return ending;
  } catch (error) {
    // Errors of the client: this time nothing was executed. It may have been the time before.
    if (failureClassOfError(error) !== undefined) sending.inDoubt = how.replay;
    throw error;
  }
}

function wireRequest(request: StoredRequest, file: Buffer | undefined): WriteRequest {
  const { id, companyId, requestId, path, body, call } = request;
  const wire = { id, companyId, requestId, path, body, call };
  return file === undefined
    ? wire
    : { ...wire, upload: uploadOf(wire, readUpload(wire).metadata, file) };
}

async function actOn(
  sending: Sending,
  request: StoredRequest,
  ending: WriteEnding,
  how: { replay: boolean },
): Promise<void> {
  const { pace, random } = sending.tools;
  if (ending.kind === 'answered') return conclude(sending, request, ending, how);
  if (ending.kind === 'unknown') {
    const delayMs = retryDelayMs(request.sends + 1, pace, random);
    const evidence = { requestId: request.requestId, cause: ending.cause };
    sending.postponed = {
      delayMs,
      shown: { status: 'checking', reason: reason('outcome_unknown', {}), evidence },
    };
    return;
  }
  if (ending.status === 401 || ending.status === 403) {
    throw new ReconnectNeeded('not_authorized', ending.generation);
  }
  const throttled = ending.status === 429;
  if (!throttled && !sending.inDoubt) {
    // Not a byte left: the documents go back and count it as a failed attempt.
    throw new QuickBooksUnavailable({ status: null, cause: 'never_left' });
  }
  // Surely not executed this time: the same request goes out later, and costs nobody an attempt.
  sending.postponed = {
    delayMs: throttled
      ? sending.tools.waits.throttledMs
      : retryDelayMs(request.sends + 1, pace, random),
    shown: sending.inDoubt
      ? { status: 'checking', reason: reason('outcome_unknown', {}) }
      : { status: 'waiting', reason: reason('rate_limited', {}) },
  };
}

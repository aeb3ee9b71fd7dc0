import { reason } from '../contract/reasons.js';
import { isWithdrawn } from '../ledger/documents/standing.js';
import { type DoubtedSending, doubtedSendings, noteLookedFor } from '../ledger/pushes/doubted.js';
import type { Ending } from '../ledger/pushes/ending.js';
import { writtenBody } from '../qbo/batch.js';
import type { JsonObject } from '../qbo/fault.js';
import { foundLink, LEFT_TO_A_PERSON, lookFor, lookUpOf, sinceSending } from './adopt.js';
import { askTogether } from './ask.js';
import type { LookUp } from './job.js';
import { endItem, type PushWaits, type Sending, type SendingItem } from './sending.js';
import { entityOf } from './stored-as.js';

/** An item of which nobody knows whether QuickBooks has it. */
interface Doubted {
  item: SendingItem;
  /** What would be created now. */
  wanted: JsonObject | undefined;
}

/**
 * A document that was taken back while nobody knew whether QuickBooks had taken it is looked for by
 * what was sent. Found, it gets its link and is taken back like any other; where it is not there
 * nothing is left to do.
 */
export async function lookBeforeRemoving(sending: Sending): Promise<void> {
  const doubted = sending.open
    .filter(({ loaded }) => loaded.inDoubt && loaded.link === null && isWithdrawn(loaded))
    .map((item): Doubted => ({ item, wanted: undefined }));
  for (const item of await notThere(sending, doubted)) {
    endItem(sending, item, { kind: 'cancelled' });
  }
}

/**
 * A document that once failed without anyone knowing whether QuickBooks took it is looked for before
 * it is created: by what was sent then, which is what QuickBooks would hold, and by what is wanted
 * now. Found, it gets its link and is planned again, as an update to what is wanted now.
 */
export async function lookBeforeCreating(sending: Sending): Promise<void> {
  const doubted = sending.open.flatMap((item): Doubted[] =>
    item.loaded.inDoubt && item.planned?.operation === 'create'
      ? [{ item, wanted: item.planned.body }]
      : [],
  );
  await notThere(sending, doubted);
}

/** Those that surely are not in QuickBooks; the others have their endings then. */
async function notThere(
  sending: Sending,
  doubted: readonly Doubted[],
): Promise<readonly SendingItem[]> {
  if (doubted.length === 0) return [];
  const { tools, push } = sending;
  const ids = doubted.map(({ item }) => item.loaded.documentId);
  const all = await doubtedSendings(tools.ledger, push.companyId, ids);
  const looks = doubted.map(({ item, wanted }) => {
    const sent = all.filter(({ documentId }) => documentId === item.loaded.documentId);
    return { item, sent, lookUps: lookUpsOf(sending, item, wanted, sent) };
  });
  const queries = looks.flatMap(({ lookUps }) => lookUps.flatMap((one) => one.queries));
  const ask = await askTogether(sending, queries);
  const absent: SendingItem[] = [];
  const lookedFor: number[] = [];
  for (const { item, sent, lookUps } of looks) {
    const found = foundEnding(sending, item, await lookFor(sending, item, lookUps, ask));
    const retryInMs = sending.job.exclusive ? waitForProof(sent, tools.waits) : 0;
    if (found !== undefined) endItem(sending, item, found);
    else if (retryInMs === 0) absent.push(item);
    else {
      if (isFirstLook(sent)) lookedFor.push(item.loaded.documentId);
      endItem(sending, item, { kind: 'waiting', reason: reason('outcome_unknown', {}), retryInMs });
    }
  }
  await noteLookedFor(tools.ledger, push, lookedFor);
  return absent;
}

function foundEnding(
  sending: Sending,
  item: SendingItem,
  { same, maybe }: Awaited<ReturnType<typeof lookFor>>,
): Ending | undefined {
  const [only] = same;
  if (only !== undefined && same.length === 1) {
    return { kind: 'reread', links: [foundLink(sending, item, only)] };
  }
  return same.length > 1 || maybe ? LEFT_TO_A_PERSON : undefined;
}

/** Nobody has looked since the last of those that were lost. */
function isFirstLook(sent: readonly DoubtedSending[]): boolean {
  return sent.some(({ isLost, sinceLookedMs }) => isLost && sinceLookedMs === null);
}

/**
 * How long it takes, in milliseconds, until a look that finds nothing proves something: what was sent
 * may be committed late, so two looks far apart have to agree. What was answered is in no doubt, and
 * names are refused by QuickBooks where they are there.
 */
function waitForProof(sent: readonly DoubtedSending[], waits: PushWaits): number {
  const { lateCommitMs, secondLookUpMs } = waits;
  const lost = sent.filter(({ isLost }) => isLost);
  return Math.max(
    0,
    ...lost.map(({ sinceSentMs, sinceLookedMs }) =>
      Math.ceil(Math.max(lateCommitMs - sinceSentMs, secondLookUpMs - (sinceLookedMs ?? 0))),
    ),
  );
}

function lookUpsOf(
  sending: Sending,
  item: SendingItem,
  wanted: JsonObject | undefined,
  sent: readonly DoubtedSending[],
): LookUp[] {
  const bodies = sent.flatMap(({ sinceSentMs, batchItemId, ...request }) => {
    const body = writtenBody(request, { bId: batchItemId ?? '', entity: entityOf(sending, item) });
    return body === undefined ? [] : [{ body, sinceSentMs }];
  });
  const first = bodies.map(({ sinceSentMs }) => sinceSentMs);
  const sinceFirstMs = first.length === 0 ? null : Math.max(...first);
  const now = wanted === undefined ? [] : [{ body: wanted, sinceSentMs: sinceFirstMs }];
  // By one clock, so that two that look for the same are one statement and one read.
  const at = sending.tools.ledger.clock();
  return [...bodies, ...now].map(({ body, sinceSentMs }) =>
    lookUpOf(sending, item, body, sinceSending(sinceSentMs, at)),
  );
}

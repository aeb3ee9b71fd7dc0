import { type DoubtedSending, doubtedSendings } from '../ledger/doubted.js';
import { writtenBody } from '../qbo/batch.js';
import type { JsonObject } from '../qbo/fault.js';
import { foundLink, LEFT_TO_A_PERSON, lookFor, lookUpOf } from './adopt.js';
import { askTogether } from './ask.js';
import type { LookUp } from './job.js';
import { endItem, type Sending, type SendingItem } from './sending.js';
import { entityOf } from './stored-as.js';

/**
 * A document that once failed without anyone knowing whether QuickBooks took it is looked for before
 * it is created: by what was sent then, which is what QuickBooks would hold, and by what is wanted
 * now. Found, it gets its link and is planned again, as an update to what is wanted now.
 */
export async function lookBeforeCreating(sending: Sending): Promise<void> {
  const doubted = sending.open.flatMap((item) =>
    item.loaded.inDoubt && item.planned?.operation === 'create'
      ? [{ item, body: item.planned.body }]
      : [],
  );
  if (doubted.length === 0) return;
  const sent = await doubtedSendings(
    sending.tools.ledger,
    sending.push.companyId,
    doubted.map(({ item }) => item.loaded.documentId),
  );
  const looks = doubted.map(({ item, body }) => ({
    item,
    lookUps: lookUpsOf(
      sending,
      item,
      body,
      sent.filter(({ documentId }) => documentId === item.loaded.documentId),
    ),
  }));
  const ask = await askTogether(
    sending,
    looks.flatMap(({ lookUps }) => lookUps.flatMap(({ queries }) => queries)),
  );
  for (const { item, lookUps } of looks) {
    const { same, maybe } = await lookFor(sending, item, lookUps, ask);
    const [only] = same;
    if (only !== undefined && same.length === 1) {
      endItem(sending, item, { kind: 'reread', links: [foundLink(sending, item, only)] });
    } else if (same.length > 1 || maybe) endItem(sending, item, LEFT_TO_A_PERSON);
  }
}

function lookUpsOf(
  sending: Sending,
  item: SendingItem,
  wanted: JsonObject,
  sent: readonly DoubtedSending[],
): LookUp[] {
  const bodies = sent.flatMap(({ sinceSentMs, batchItemId, ...request }) => {
    const body = writtenBody(request, { bId: batchItemId ?? '', entity: entityOf(sending, item) });
    return body === undefined ? [] : [{ body, sinceSentMs }];
  });
  const first = bodies.map(({ sinceSentMs }) => sinceSentMs);
  const sinceFirstMs = first.length === 0 ? null : Math.max(...first);
  return [...bodies, { body: wanted, sinceSentMs: sinceFirstMs }].map(({ body, sinceSentMs }) =>
    lookUpOf(sending, item, body, sinceSentMs),
  );
}

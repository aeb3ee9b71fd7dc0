import { reason } from '../contract/reasons.js';
import type { JsonObject } from '../qbo/fault.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

/**
 * What somebody linked by hand is written to for the first time only where it is of the same customer or
 * supplier: an id that was mistyped would else turn another one's form into this document.
 */
export async function compareLinked(sending: Sending): Promise<void> {
  for (const item of [...sending.open]) {
    const difference = differenceOf(item);
    if (difference === undefined) continue;
    endItem(sending, item, { kind: 'failed', reason: reason('link_differs', difference) });
  }
}

const PARTY_REFS = [
  ['CustomerRef', 'customer'],
  ['VendorRef', 'vendor'],
] as const;

function differenceOf({ loaded, stored, planned, records }: SendingItem) {
  const { link, syncedRevision } = loaded;
  const isByHand = link?.origin === 'matched' && syncedRevision === 0;
  if (!isByHand || stored === undefined || planned?.operation !== 'update') return undefined;
  for (const [ref, role] of PARTY_REFS) {
    const [theirs, ours] = [refOf(stored, ref), refOf(planned.body, ref)];
    if (theirs === undefined || ours === undefined || theirs.value === ours.value) continue;
    return {
      id: link.quickbooksId,
      theirs: theirs.name ?? `Id ${theirs.value}`,
      ours: records.get(role)?.name ?? `Id ${ours.value}`,
    };
  }
  return undefined;
}

function refOf(form: JsonObject, name: string): { value: string; name?: string } | undefined {
  return form[name] as { value: string; name?: string } | undefined;
}

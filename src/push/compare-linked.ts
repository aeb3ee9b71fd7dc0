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
    const why = reason('link_differs', difference);
    // Else another one's form is shown as this document's, and it could never be sent.
    endItem(sending, item, { kind: 'failed', reason: why, isUnlinked: true });
  }
}

/** A form that has the number of what was sent: whose it is, where it is not this one's. */
export function numberHolderOf(one: JsonObject, sent: JsonObject, taken: ReadonlySet<string>) {
  const quickbooksId = String(one['Id']);
  const theirs = otherParty(one, sent)?.theirs;
  const holder = { quickbooksId, isLinked: taken.has(quickbooksId) };
  return theirs === undefined ? holder : { ...holder, theirs };
}

const PARTY_REFS = [
  ['CustomerRef', 'customer'],
  ['VendorRef', 'vendor'],
] as const;

function differenceOf({ loaded, stored, planned, records }: SendingItem) {
  const { link, syncedRevision } = loaded;
  const isByHand = link?.origin === 'matched' && syncedRevision === 0;
  if (!isByHand || stored === undefined || planned?.operation !== 'update') return undefined;
  const parties = otherParty(stored, planned.body);
  if (parties === undefined) return undefined;
  const { role, theirs, ours } = parties;
  return { id: link.quickbooksId, theirs, ours: records.get(role)?.name ?? ours };
}

/** The customers or suppliers of two forms, by name where they have one; undefined where it is the same. */
function otherParty(
  stored: JsonObject,
  body: JsonObject,
): { role: string; theirs: string; ours: string } | undefined {
  for (const [ref, role] of PARTY_REFS) {
    const [theirs, ours] = [refOf(stored, ref), refOf(body, ref)];
    if (theirs === undefined || ours === undefined || theirs.value === ours.value) continue;
    return { role, theirs: nameIn(theirs), ours: nameIn(ours) };
  }
  return undefined;
}

const nameIn = ({ name, value }: { value: string; name?: string }) => name ?? `Id ${value}`;

function refOf(form: JsonObject, name: string): { value: string; name?: string } | undefined {
  return form[name] as { value: string; name?: string } | undefined;
}

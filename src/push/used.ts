import { isParty, type PartyKind } from '../contract/documents/index.js';
import { reason } from '../contract/reasons.js';
import type { Settings } from '../contract/settings.js';
import { releaseUsed, usedKey } from '../ledger/statements/used.js';
import type { Asked } from './missing.js';
import { endItem, type Sending } from './sending.js';

/**
 * A customer or a supplier the app stated may wait until a document that is sent names it by the
 * app's own id. Then it goes first, with all the app said of it, whether QuickBooks has it already
 * or not. Those that are linked are there: for them this costs no statement.
 */
export async function sendUsedFirst(
  sending: Sending,
  asked: readonly Asked[],
  isLinked: (one: Asked) => boolean,
): Promise<void> {
  const used = asked.flatMap((one) => {
    const { item, mention } = one;
    const { externalId } = mention.reference;
    const { id: connectionId, settings } = item.loaded.connection;
    const { type: kind } = mention;
    if (!isParty(kind) || externalId === undefined || !mayWait(kind, settings)) return [];
    return isLinked(one) ? [] : [{ item, connectionId, kind, externalId }];
  });
  const { ledger } = sending.tools;
  const ids = used.map(({ item: _, ...id }) => id);
  const released = await releaseUsed(ledger, ids, sending.push.laneClass);
  for (const { item, ...one } of used) {
    const by = released.get(usedKey(one));
    if (by === undefined || !sending.open.includes(item)) continue;
    endItem(sending, item, {
      kind: 'blocked',
      by,
      reason: reason('blocked_by', { kind: one.kind, externalId: one.externalId }),
      warnings: item.warnings,
    });
  }
}

function mayWait(kind: PartyKind, { start, customer }: Settings): boolean {
  return start === 'click' || (kind === 'customer' && customer.sendWhen === 'used');
}

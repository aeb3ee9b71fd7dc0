import { reason } from '../contract/reasons.js';
import type { FoundRecord } from '../ledger/companies/found-records.js';
import { tellParties, toldId } from '../ledger/statements/told-parties.js';
import { emailKey } from '../qbo/mapping/names.js';
import type { Told } from './job.js';
import { endItem, type Sending } from './sending.js';

/**
 * What documents say of a customer or a supplier QuickBooks has becomes an update of it, where the
 * settings want that, and what says it waits: QuickBooks copies addresses of the customer to new
 * forms. What was said before, or the mirror shows to be there, costs no call.
 */
export async function updateMentioned(sending: Sending): Promise<void> {
  const { companyId, laneClass } = sending.push;
  const told = sending.open.flatMap((item) =>
    item.told.flatMap(({ record, kind, document: said }) => {
      const document = newsOf(record, said);
      if (document === undefined) return [];
      const { id: connectionId, settings } = item.loaded.connection;
      const { quickbooksId } = record;
      const needsRight = kind === 'vendor' && settings.vendor.updateNeedsRight;
      return [{ item, kind, connectionId, companyId, quickbooksId, document, needsRight }];
    }),
  );
  if (told.length === 0) return;
  const onTheirWay = await tellParties(
    sending.tools.ledger,
    told.map(({ item: _, ...one }) => one),
    laneClass,
  );
  for (const { item, ...one } of told) {
    const by = onTheirWay.get(toldId(one));
    if (by === undefined || !sending.open.includes(item)) continue;
    const { displayName: externalId } = one.document;
    endItem(sending, item, {
      kind: 'blocked',
      by,
      reason: reason('blocked_by', { kind: one.kind, externalId }),
      warnings: item.warnings,
    });
  }
}

/** Members of which the mirror tells nothing. */
const UNMIRRORED = ['phone', 'billAddress', 'shipAddress', 'taxId'] as const;

type Party = Told['document'];

/**
 * What of it QuickBooks may not have, as far as the mirror tells, which has neither phones nor
 * addresses; undefined where it has everything.
 */
export function newsOf({ email, facts }: FoundRecord, document: Party): Party | undefined {
  const { email: said, companyName, ...news } = document;
  const isMailed = said === undefined || (email !== null && emailKey(email) === emailKey(said));
  const isNamed = companyName === undefined || facts['companyName'] !== undefined;
  const rest: Partial<Record<string, unknown>> = document;
  const saysMore = UNMIRRORED.some((name) => rest[name] !== undefined);
  if (isMailed && isNamed && !saysMore) return undefined;
  return {
    ...news,
    ...(isMailed ? {} : { email: said }),
    ...(isNamed ? {} : { companyName }),
  };
}

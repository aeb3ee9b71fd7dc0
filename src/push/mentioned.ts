import type { Customer } from '../contract/documents/index.js';
import { reason } from '../contract/reasons.js';
import type { FoundRecord } from '../ledger/records.js';
import { tellCustomers, toldId } from '../ledger/told-customers.js';
import { emailKey } from '../qbo/mapping/names.js';
import { endItem, type Sending } from './sending.js';

/**
 * What documents say of a customer QuickBooks has becomes an update of it, where the settings want
 * that, and what says it waits: QuickBooks copies addresses of the customer to new forms. What was
 * said before, or the mirror shows to be there, costs no call.
 */
export async function updateMentioned(sending: Sending): Promise<void> {
  const { companyId, laneClass } = sending.push;
  const told = sending.open.flatMap((item) =>
    item.told.flatMap((said) => {
      const { record } = said;
      const document = newsOf(record, said.document);
      if (document === undefined) return [];
      const { id: connectionId } = item.loaded.connection;
      return [{ item, connectionId, companyId, quickbooksId: record.quickbooksId, document }];
    }),
  );
  if (told.length === 0) return;
  const onTheirWay = await tellCustomers(sending.tools.ledger, told, laneClass);
  for (const { item, ...one } of told) {
    const by = onTheirWay.get(toldId(one));
    if (by === undefined || !sending.open.includes(item)) continue;
    const { displayName: externalId } = one.document;
    endItem(sending, item, {
      kind: 'blocked',
      by,
      reason: reason('blocked_by', { kind: 'customer', externalId }),
      warnings: item.warnings,
    });
  }
}

/**
 * What of it QuickBooks may not have, as far as the mirror tells, which has neither phones nor
 * addresses; undefined where it has everything.
 */
export function newsOf({ email, facts }: FoundRecord, document: Customer): Customer | undefined {
  const { email: said, companyName, ...news } = document;
  const isMailed = said === undefined || (email !== null && emailKey(email) === emailKey(said));
  const isNamed = companyName === undefined || facts['companyName'] !== undefined;
  const { phone, billAddress, shipAddress } = document;
  const rest = [phone, billAddress, shipAddress].some((value) => value !== undefined);
  if (isMailed && isNamed && !rest) return undefined;
  return {
    ...news,
    ...(isMailed ? {} : { email: said }),
    ...(isNamed ? {} : { companyName }),
  };
}

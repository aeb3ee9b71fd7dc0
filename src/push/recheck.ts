import { decimalsOf } from '../contract/money.js';
import { reason } from '../contract/reasons.js';
import type { NewLink } from '../ledger/links.js';
import type { JsonObject } from '../qbo/fault.js';
import { minorUnitsOf } from '../qbo/mapping/exact-number.js';
import { readEntity } from '../qbo/mapping/quickbooks-types.js';
import { MAX_PAGE, select } from '../qbo/query.js';
import type { PolicyClass } from './failure-policy.js';
import { endItem, type Sending, type SendingItem } from './sending.js';

/** Refusals that may only mean that what a payment is applied to has changed since we last heard of it. */
const MAY_BE_BEHIND: ReadonlySet<PolicyClass> = new Set(['validation', 'reference', 'deleted']);

/**
 * A payment was refused: someone may have paid its invoices meanwhile, so that less of them is open than
 * we know of. They are read once, and it is planned again with what is open now.
 *
 * @returns whether the item has its ending
 */
export async function recheckApplied(
  sending: Sending,
  item: SendingItem,
  failure: PolicyClass,
): Promise<boolean> {
  const { loaded, needed } = item;
  const invoices = [...needed].filter(([, { kind }]) => kind === 'invoice');
  if (!MAY_BE_BEHIND.has(failure) || loaded.wasReread || invoices.length === 0) return false;
  const ids = invoices.flatMap(([, { quickbooksId }]) => quickbooksId ?? []);
  const query = select('Invoice').whereIn('Id', ids).page(1, MAX_PAGE).text();
  const { companyId } = sending.push;
  const { signal, tools } = sending;
  const rows = await tools.quickbooks.query<JsonObject>(companyId, query, { signal });
  const byId = new Map(rows.map((row) => [String(row['Id']), readEntity('Invoice', row)]));
  const links: NewLink[] = [];
  for (const [role, { externalId, quickbooksId, currency }] of invoices) {
    const stored = byId.get(quickbooksId ?? '');
    if (stored === undefined) {
      const rule = `invoice ${externalId} is not in QuickBooks any more`;
      endItem(sending, item, {
        kind: 'failed',
        reason: reason('invalid_field', { field: role, rule }),
      });
      return true;
    }
    const decimals = decimalsOf(currency ?? sending.company.homeCurrency);
    links.push({
      connectionId: loaded.connection.id,
      companyId,
      kind: 'invoice',
      externalId,
      quickbooksId: stored.Id,
      origin: 'pushed',
      exclusive: true,
      syncToken: stored.SyncToken,
      number: null,
      totalMinor: minorUnitsOf(stored.TotalAmt, decimals),
      balanceMinor: minorUnitsOf(stored.Balance ?? stored.TotalAmt, decimals),
      currency: null,
    });
  }
  endItem(sending, item, { kind: 'reread', links });
  return true;
}

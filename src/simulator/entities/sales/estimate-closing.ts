/** What becomes of an estimate when it is invoiced, and when it no longer is. */

import type { Company } from '../../engine/company.js';
import type { Effect } from '../../engine/definition.js';
import { touch } from '../../engine/write.js';
import { type JsonObject, objectsOf, textOf } from '../../json.js';
import { estimateIdsOf } from './stated-links.js';

/**
 * The estimate is closed and lists the invoice. Its LastUpdatedTime becomes the invoice's and its
 * SyncToken stays (recorded, four of four). Taking the link away opens it again.
 */
export function closesEstimates(txnType: string): Effect {
  return (company, before, after, nowMs) => {
    const were = estimateIdsOf(before);
    const are = estimateIdsOf(after);
    const id = textOf(after ?? before, 'Id') ?? '';
    for (const estimate of are.filter((each) => !were.includes(each))) {
      change(company, estimate, nowMs, (links) => [...links, { TxnId: id, TxnType: txnType }]);
    }
    for (const estimate of were.filter((each) => !are.includes(each))) {
      change(company, estimate, nowMs, (links) => links.filter((link) => link['TxnId'] !== id));
    }
  };
}

function change(
  company: Company,
  id: string,
  nowMs: number,
  relink: (links: JsonObject[]) => JsonObject[],
): void {
  const definition = company.definitions.get('Estimate');
  const estimate = company.find('Estimate', id);
  if (definition === undefined || estimate === undefined) return;
  const links = relink(objectsOf(estimate, 'LinkedTxn'));
  const open = estimate['AcceptedDate'] === undefined ? 'Pending' : 'Accepted';
  const members: JsonObject = {
    TxnStatus: links.length > 0 ? 'Closed' : open,
    LinkedTxn: links.length > 0 ? links : undefined,
  };
  touch(company, definition, id, members, { bump: false, nowMs });
  company.announce({ entity: 'Estimate', id, kind: 'update', atMs: nowMs });
}

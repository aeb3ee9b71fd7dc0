import type { PreviewAnswer } from '../contract/preview.js';
import { readCompanyFacts } from '../ledger/companies/companies.js';
import type { Connection } from '../ledger/connections/connections.js';
import { type Rehearsed, rehearsedItem } from '../ledger/documents/rehearsed.js';
import { outcomeOf, type RehearsalTools, rehearse } from './rehearsal.js';
import { entityOf } from './stored-as.js';

/**
 * What would become of a document if it were sent now: the exact body, what would be created first,
 * warnings, and the status it would get. By the lists as they were read last; calls nothing and
 * writes nothing. `unread` where the company's facts were never read, undefined where there is no
 * such document.
 */
export async function previewDocument(
  tools: RehearsalTools,
  connection: Connection,
  asked: Rehearsed,
): Promise<PreviewAnswer | 'unread' | undefined> {
  const { companyId } = connection;
  const known = companyId === null ? undefined : await readCompanyFacts(tools.ledger, companyId);
  if (companyId === null || known === undefined) return 'unread';
  const loaded = await rehearsedItem(tools.ledger, { ...connection, companyId }, asked);
  if (loaded === undefined) return undefined;
  const stage = { company: known.facts, unread: new Set<never>() };
  const { sending, items } = await rehearse(tools, [loaded], stage);
  const [item] = items;
  if (item === undefined) throw new Error('A preview has one item');
  const ending = sending.ended[0]?.ending;
  const { planned } = item;
  const creates = sending.rehearsal.creates.get(item)?.values() ?? [];
  return {
    ...outcomeOf(sending, item, ending),
    creates: [...creates].map(({ type, dependency: { name } }) => ({ type, name })),
    request:
      planned === undefined || ending !== undefined
        ? null
        : { operation: planned.operation, entity: entityOf(sending, item), body: planned.body },
  };
}

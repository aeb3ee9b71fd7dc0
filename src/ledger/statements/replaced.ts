import type { Ledger, Transaction } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import type { EndedItem } from '../pushes/ending.js';
import type { LoadedItem } from '../pushes/load.js';
import { encryptWanted, hashWanted, listedFacts } from './wanted.js';

/**
 * Files that others have taken the place of. QuickBooks has both for a moment: the older one becomes
 * a document of its own that is taken back, so that it is deleted like anything else that is, and
 * only once the newer one is surely there.
 */
export async function takeBackReplaced(
  ledger: Ledger,
  tx: Transaction,
  ended: readonly EndedItem[],
): Promise<void> {
  for (const { item, revision, ending } of ended) {
    if (item.kind !== 'attachment' || item.link === null) continue;
    const links = 'links' in ending ? (ending.links ?? []) : [];
    const now = links.find(({ externalId }) => externalId === item.externalId);
    if (now === undefined || now.quickbooksId === item.link.quickbooksId) continue;
    await takeBack(ledger, tx, item, { quickbooksId: item.link.quickbooksId, revision });
  }
}

async function takeBack(
  ledger: Ledger,
  tx: Transaction,
  item: LoadedItem,
  { quickbooksId, revision }: { quickbooksId: string; revision: number },
): Promise<void> {
  const { documentId, companyId, connection, kind, document } = item;
  const externalId = `replaced:${documentId}:${revision}:${quickbooksId}`;
  const key = { connectionId: connection.id, kind, externalId };
  await tx`
    update links set external_id = ${externalId}
    where connection_id = ${connection.id} and company_id = ${companyId} and kind = ${kind}
      and external_id = ${item.externalId} and quickbooks_id = ${quickbooksId}`;
  const rows = await tx<{ id: number }[]>`
    insert into documents ${tx({
      ...key,
      companyId,
      wantedCipher: encryptWanted(ledger, key, document),
      wantedHash: hashWanted(ledger, document, 'delete'),
      withdrawal: 'delete',
      statedIn: documentId,
      createdAt: ledger.clock(),
      ...listedFacts(kind, document),
    })}
    on conflict (connection_id, kind, external_id) do nothing returning id`;
  await moveDocuments(
    tx,
    rows.map(({ id }) => id),
    ({ revision: releasedRevision }) => ({
      to: 'queued',
      what: 'replaced',
      releasedRevision,
      dueInMs: 0,
    }),
    'worker',
  );
}

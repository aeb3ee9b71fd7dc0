import type { Attachment } from '../../contract/documents/index.js';
import type { AnySql, Transaction } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import type { EndedItem } from '../pushes/ending.js';
import type { DocumentRow } from '../rows.js';
import type { Addressed, Statement } from './statements.js';

/** Which files belong to which document. */

/** Notes what a file belongs to; the document itself may come later. */
export async function noteAttached(
  tx: Transaction,
  { id, connectionId }: Pick<DocumentRow, 'id' | 'connectionId'>,
  { document }: Statement,
): Promise<void> {
  const { attachedTo, name, size } = document as Attachment;
  const row = { documentId: id, connectionId, ...attachedTo, name, size };
  await tx`
    insert into attachments ${tx(row)}
    on conflict (document_id) do update set size = excluded.size`;
}

/**
 * Files of documents that were taken back and are in QuickBooks anew: they stayed with the object that
 * is gone, or were given up with it, and are wanted again.
 */
export async function attachAgain(tx: Transaction, ended: readonly EndedItem[]): Promise<void> {
  const anew = ended.flatMap(
    ({ item: { connection, kind, externalId, link }, revision, ending }) =>
      ending.kind === 'synced' && link === null && revision > 1
        ? [{ connection_id: connection.id, kind, external_id: externalId }]
        : [],
  );
  if (anew.length === 0) return;
  const files = await tx<{ documentId: number }[]>`
    select a.document_id from jsonb_to_recordset(${tx.json(anew)})
        as n(connection_id uuid, kind text, external_id text)
      join attachments a on a.connection_id = n.connection_id and a.kind = n.kind
        and a.external_id = n.external_id`;
  await moveDocuments(
    tx,
    files.map(({ documentId }) => documentId),
    ({ status, withdrawal, revision: releasedRevision }) =>
      withdrawal === null && (status === 'synced' || status === 'cancelled')
        ? { ...WANTED_AGAIN, releasedRevision }
        : undefined,
    'worker',
  );
}

const WANTED_AGAIN = {
  to: 'queued',
  what: 'wanted_again',
  syncedRevision: 0,
  attempts: 0,
  dueInMs: 0,
} as const;

/** Part of a statement: ids of the files of a document. */
export const filesOf = (sql: AnySql, connectionId: string, { kind, externalId }: Addressed) => sql`
  select a.document_id from attachments a
  where a.connection_id = ${connectionId} and a.kind = ${kind} and a.external_id = ${externalId}`;

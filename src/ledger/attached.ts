import type { Attachment } from '../contract/documents/index.js';
import type { AnySql, Transaction } from './open.js';
import type { DocumentRow } from './rows.js';
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

/** Part of a statement: ids of the files of a document. */
export const filesOf = (sql: AnySql, connectionId: string, { kind, externalId }: Addressed) => sql`
  select a.document_id from attachments a
  where a.connection_id = ${connectionId} and a.kind = ${kind} and a.external_id = ${externalId}`;

import { createHash } from 'node:crypto';
import type { AttachmentAnswer } from '../../contract/answers.js';
import type { AttachableKind, Attachment } from '../../contract/documents/index.js';
import { fileNameOf } from '../../contract/documents/index.js';
import { type AnswerSource, answerRow, documentSelect } from '../answers/answers.js';
import type { Connection } from '../connections/connections.js';
import type { Ledger } from '../database/open.js';
import { contentOf, keepFile } from './attachment-bytes.js';
import { type Submitted, stateDocument, withdrawDocument } from './submit.js';

/** Files of documents: each is a document of kind `attachment`, under a key made of what it belongs to. */

/** What a file belongs to, in the app's words. */
export interface AttachedTo {
  kind: AttachableKind;
  externalId: string;
}

export interface FileAddress extends AttachedTo {
  name: string;
}

const KEY_LENGTH_MAX = 200;

/**
 * The externalId a file has as a document: `invoice/INV-7/terms.pdf`. No two files share one. Where
 * that is longer than the API takes, a hash stands in its place.
 */
export function attachmentKey({ kind, externalId, name }: FileAddress): string {
  const escaped = [externalId, name].map((part) => part.replace(/[%/]/g, encodeURIComponent));
  const key = [kind, ...escaped].join('/');
  if (key.length <= KEY_LENGTH_MAX) return key;
  return `${kind}/${createHash('sha256').update(key).digest('base64url')}`;
}

/**
 * Takes a file, its bytes first: what is stated can be sent. The same bytes under the same name
 * change nothing.
 */
export async function stateAttachment(
  ledger: Ledger,
  connection: Connection,
  { name, ...attachedTo }: FileAddress,
  bytes: Buffer,
  by: string,
): Promise<Submitted> {
  const externalId = attachmentKey({ ...attachedTo, name });
  const content = contentOf(ledger, bytes);
  await keepFile(ledger, { connectionId: connection.id, externalId, content }, bytes);
  const document: Attachment = {
    attachedTo,
    name,
    fileName: fileNameOf(name),
    size: bytes.length,
    content,
    attributes: {},
    priority: 'live',
  };
  return stateDocument(ledger, connection, { kind: 'attachment', externalId, document }, by);
}

/** Takes a file back: never sent, it is cancelled, else deleted in QuickBooks. Undefined where there is none. */
export function withdrawAttachment(
  ledger: Ledger,
  connection: Connection,
  address: FileAddress,
  by: string,
): Promise<Submitted | undefined> {
  const externalId = attachmentKey(address);
  const withdrawn = { kind: 'attachment', externalId, mode: 'delete' } as const;
  return withdrawDocument(ledger, connection, withdrawn, by);
}

/** Rows of one list; more than any document has at once. */
const LISTED_MAX = 200;

/** Files of a document, the newest first, those that were taken back among them. */
export async function readAttachments(
  ledger: Ledger,
  connection: { id: string },
  { kind, externalId }: AttachedTo,
): Promise<AttachmentAnswer[]> {
  const { sql } = ledger;
  const files = await sql<{ documentId: number; name: string; size: number }[]>`
    select document_id, name, size from attachments
    where connection_id = ${connection.id} and kind = ${kind} and external_id = ${externalId}
    order by document_id desc limit ${LISTED_MAX}`;
  const rows = await sql<AnswerSource[]>`
    ${documentSelect(sql)} where d.id = any(${files.map(({ documentId }) => documentId)}::bigint[])`;
  const byId = new Map(rows.map((row) => [row.id, row]));
  return files.flatMap(({ documentId, name, size }) => {
    const row = byId.get(documentId);
    const fileName = fileNameOf(name);
    return row === undefined
      ? []
      : [{ ...answerRow(ledger, row), name, fileName, size, attachedTo: { kind, externalId } }];
  });
}

/** One of them; undefined where there is none of the name. */
export async function readAttachment(
  ledger: Ledger,
  connection: { id: string },
  { name, ...attachedTo }: FileAddress,
): Promise<AttachmentAnswer | undefined> {
  const all = await readAttachments(ledger, connection, attachedTo);
  return all.find((one) => one.name === name);
}

/** How many files a document has under other names than this. */
export async function countOtherAttachments(
  { sql }: Ledger,
  connection: { id: string },
  { kind, externalId, name }: FileAddress,
): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from attachments t join documents d on d.id = t.document_id
    where t.connection_id = ${connection.id} and t.kind = ${kind}
      and t.external_id = ${externalId} and t.name <> ${name}
      and d.status not in ('deleted', 'cancelled', 'deleted_in_quickbooks')`;
  return row?.count ?? 0;
}

import type { Attachment } from '../../contract/documents/index.js';
import { ATTACHMENT_TYPE } from '../../contract/documents/index.js';
import { markLine, readMark } from './provenance.js';
import type { Stored } from './quickbooks-types.js';

/** An Attachable as it is sent beside its bytes. */
export interface QuickBooksAttachment {
  AttachableRef: [{ EntityRef: { type: string; value: string }; IncludeOnSend: boolean }];
  FileName: string;
  ContentType: string;
  Note?: string;
}

/** What a file is attached to, as QuickBooks names it. */
interface Host {
  entity: string;
  quickbooksId: string;
}

/** Characters of the hash that a mark carries: 96 bits tell the versions of one file apart. */
const CONTENT_LENGTH = 16;

/**
 * The Attachable of a file. Its note carries the mark of the file and of these bytes, by which a lost
 * upload is found again. It is not sent with the document by e-mail: QuickBooks' user decides that.
 *
 * @param mark null where the settings want none
 */
export function attachmentBody(
  { fileName, content }: Pick<Attachment, 'fileName' | 'content'>,
  host: Host,
  mark: string | null,
): QuickBooksAttachment {
  const token = markOfContent(content, mark);
  return {
    AttachableRef: [
      { EntityRef: { type: host.entity, value: host.quickbooksId }, IncludeOnSend: false },
    ],
    FileName: fileName,
    ContentType: ATTACHMENT_TYPE,
    ...(token === null ? {} : { Note: markLine(token) }),
  };
}

function markOfContent(content: string, mark: string | null): string | null {
  return mark === null ? null : `${mark}-${content.slice(0, CONTENT_LENGTH)}`;
}

/**
 * Whether QuickBooks holds these very bytes of the file at its document: what was made in place of one
 * that was deleted has none of that one's files. False where no mark tells.
 */
export function isAttached(
  { Note, AttachableRef: links }: Pick<Stored<'Attachable'>, 'Note' | 'AttachableRef'>,
  { content }: Pick<Attachment, 'content'>,
  host: Host,
  mark: string | null,
): boolean {
  const isThere = (links ?? []).some(
    ({ EntityRef: to }) =>
      to?.value === host.quickbooksId && to.type?.toLowerCase() === host.entity.toLowerCase(),
  );
  return isThere && mark !== null && readMark(Note) === markOfContent(content, mark);
}

/** What a lost upload looked like. */
export interface LostUpload {
  sent: Pick<QuickBooksAttachment, 'FileName' | 'Note'>;
  size: number;
  /** It cannot have been made before; null where that is not known. */
  since: Date | null;
}

/**
 * Whether a file found at the same document is the one that was sent when no answer came back. The
 * mark decides. Where it is missing, and none was sent, name, size and time have to agree; where one
 * was sent and such a file has none, somebody may have changed its note: a person decides.
 */
export function sameAttachment(
  candidate: Stored<'Attachable'>,
  { sent, size, since }: LostUpload,
): 'same' | 'different' | 'maybe' {
  const wanted = readMark(sent.Note);
  const found = readMark(candidate.Note);
  if (found !== null) return found === wanted ? 'same' : 'different';
  const created = candidate.MetaData?.CreateTime;
  const isEarlier = since !== null && created !== undefined && new Date(created) < since;
  const isAlike = candidate.FileName === sent.FileName && candidate.Size === size && !isEarlier;
  if (!isAlike) return 'different';
  return wanted === null ? 'same' : 'maybe';
}

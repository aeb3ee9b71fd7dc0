import { isObject, type JsonObject } from './fault.js';
import type { WriteRequest } from './stores.js';

/** Uploads of files: one request, two parts, the Attachable and its bytes (Intuit's page of Attachable). */

export const UPLOAD_PATH = 'upload';

/** Whether a request sends a file, which it only says in its body. */
export function isUpload({ path }: Pick<WriteRequest, 'path'>): boolean {
  return path === UPLOAD_PATH;
}

/** The body of an upload as it is stored: its bytes lie elsewhere. */
export interface UploadBody {
  /** What QuickBooks takes, with FileName and ContentType. */
  Attachable: object;
  /** Which bytes: the ledger's own word for them. */
  content: string;
  /** In bytes. */
  size: number;
}

/** What an upload is to carry. @throws TypeError where the body is that of another call */
export function readUpload({ body }: Pick<WriteRequest, 'body'>): {
  metadata: JsonObject;
  content: string;
  size: number;
} {
  const stored: unknown = JSON.parse(body);
  if (isObject(stored)) {
    const { Attachable: metadata, content, size } = stored;
    if (isObject(metadata) && typeof content === 'string' && typeof size === 'number') {
      return { metadata, content, size };
    }
  }
  throw new TypeError('Not the body of an upload');
}

/**
 * The bytes of an upload: the same for the same request, as a replay has to be.
 */
export function uploadOf(
  { requestId }: Pick<WriteRequest, 'requestId'>,
  metadata: JsonObject,
  file: Buffer,
): NonNullable<WriteRequest['upload']> {
  // Drawn after the file was there, so that it does not stand in it.
  const boundary = `qbo-sync-${requestId}`;
  const contentType = String(metadata['ContentType']);
  // A file's name has no quotes and no control characters in the contract.
  const fileName = String(metadata['FileName']);
  const head = [
    `--${boundary}`,
    'Content-Disposition: form-data; name="file_metadata_0"; filename="metadata.json"',
    'Content-Type: application/json; charset=UTF-8',
    '',
    JSON.stringify(metadata),
    `--${boundary}`,
    `Content-Disposition: form-data; name="file_content_0"; filename="${fileName}"`,
    `Content-Type: ${contentType}`,
    '',
    '',
  ].join('\r\n');
  const tail = `\r\n--${boundary}--\r\n`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([Buffer.from(head, 'utf8'), file, Buffer.from(tail, 'utf8')]),
  };
}

/** What the answer says of the one file; undefined where it is none to an upload. */
export function uploadedIn(json: JsonObject): JsonObject | undefined {
  const listed = json['AttachableResponse'];
  if (!Array.isArray(listed)) return undefined;
  const [only] = listed;
  return isObject(only) ? only : {};
}

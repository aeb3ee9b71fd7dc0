import { UnreadableCiphertext } from '../database/cipher.js';
import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';

/** Bytes of files, encrypted, apart from the documents that want them. */

/** A file's key among the documents of kind `attachment`, and which bytes of it. */
export interface FileKey {
  connectionId: string;
  externalId: string;
  /** {@link contentOf} the bytes. */
  content: string;
}

/** Bytes of one row. A driver spells them out in a statement, which takes twice their room. */
const PIECE_BYTES = 1_048_576;

/** A keyed hash of the bytes, as text: equal for equal bytes, and telling nothing of them. */
export function contentOf(ledger: Ledger, bytes: Buffer): string {
  return ledger.hash.hash('attachment', bytes).toString('base64url');
}

/**
 * Stores a file piece by piece; pieces that are there already are only made young again. Committed
 * before the file is stated: bytes nobody states are forgotten like others.
 */
export async function keepFile(ledger: Ledger, key: FileKey, bytes: Buffer): Promise<void> {
  const { sql, cipher } = ledger;
  const pieces = Math.ceil(bytes.length / PIECE_BYTES);
  const createdAt = ledger.clock();
  const { count } = await sql`
    update attachment_pieces set created_at = ${createdAt} where ${isOf(ledger, key)}`;
  if (count === pieces) return;
  for (let number = 0; number < pieces; number += 1) {
    const piece = bytes.subarray(number * PIECE_BYTES, (number + 1) * PIECE_BYTES);
    const pieceCipher = cipher.encrypt(PLACES.attachmentPiece({ ...key, number }), piece);
    await sql`
      insert into attachment_pieces ${sql({ ...key, number, pieceCipher, createdAt })}
      on conflict (connection_id, external_id, content, number) do nothing`;
  }
}

/** The bytes again; undefined where they are forgotten, whole or in part. */
export async function readFile(
  ledger: Ledger,
  key: FileKey,
  size: number,
): Promise<Buffer | undefined> {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (let number = 0; at < size; number += 1) {
    const piece = await readPiece(ledger, key, number);
    if (piece === undefined || at + piece.length > size) return undefined;
    at += piece.copy(bytes, at);
  }
  return bytes;
}

async function readPiece(
  { sql, cipher }: Ledger,
  key: FileKey,
  number: number,
): Promise<Buffer | undefined> {
  const [row] = await sql<{ pieceCipher: Buffer }[]>`
    select piece_cipher from attachment_pieces
    where connection_id = ${key.connectionId} and external_id = ${key.externalId}
      and content = ${key.content} and number = ${number}`;
  if (row === undefined) return undefined;
  return cipher.decryptBytes(PLACES.attachmentPiece({ ...key, number }), row.pieceCipher);
}

const isOf = ({ sql }: Ledger, { connectionId, externalId, content }: FileKey) => sql`
  connection_id = ${connectionId} and external_id = ${externalId} and content = ${content}`;

/** Pieces of all files of a connection, in order, as an export needs them. */
export async function* filePiecesOf(
  ledger: Ledger,
  connectionId: string,
): AsyncGenerator<{ externalId: string; content: string; number: number; base64: string | null }> {
  let after = { externalId: '', content: '', number: -1 };
  // Ends: every row is looked for behind the one before.
  for (;;) {
    const [row] = await ledger.sql<
      { externalId: string; content: string; number: number; pieceCipher: Buffer }[]
    >`
      select external_id, content, number, piece_cipher from attachment_pieces
      where connection_id = ${connectionId} and (external_id, content, number)
        > (${after.externalId}, ${after.content}, ${after.number})
      order by external_id, content, number limit 1`;
    if (row === undefined) return;
    const { pieceCipher, ...piece } = row;
    yield { ...piece, base64: exported(ledger, { connectionId, ...piece }, pieceCipher) };
    after = piece;
  }
}

/** Null where no configured key reads it. */
function exported(
  { cipher }: Ledger,
  piece: FileKey & { number: number },
  pieceCipher: Buffer,
): string | null {
  try {
    return cipher.decryptBytes(PLACES.attachmentPiece(piece), pieceCipher).toString('base64');
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return null;
    throw error;
  }
}

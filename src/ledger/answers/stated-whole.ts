import type { StatedWhole } from '../../contract/correction.js';
import type { DocumentKind } from '../../contract/documents/index.js';
import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';
import { recordAudit } from '../people/audit.js';
import type { DocumentRow } from '../rows.js';
import { isCorrected } from '../statements/corrected.js';

/**
 * What is wanted of a document, whole, for who corrects it. Who sees it is noted before it is shown.
 * Undefined where there is no such document, or no configured key reads it.
 */
export async function revealStatement(
  ledger: Ledger,
  documentId: number,
  by: string,
): Promise<StatedWhole | undefined> {
  return ledger.sql.begin(async (tx) => {
    const [row] = await tx<DocumentRow[]>`select * from documents where id = ${documentId}`;
    if (row === undefined) return undefined;
    const { connectionId, externalId, revision } = row;
    const key = { connectionId, kind: row.kind as DocumentKind, externalId };
    const document = contentsOf(ledger, PLACES.wanted(key), row.wantedCipher);
    if (document === null) return undefined;
    const subject = { documentId, kind: row.kind, externalId, revision };
    await recordAudit(tx, { actor: by, action: 'document.revealed', connectionId, subject });
    const appStated = isCorrected(row)
      ? contentsOf(ledger, PLACES.appStated(key), row.appStatedCipher)
      : null;
    return { revision, document, appStated };
  });
}

function contentsOf(
  { cipher }: Ledger,
  place: string,
  ciphertext: Buffer | null,
): Record<string, unknown> | null {
  const text = cipher.decryptIfReadable(place, ciphertext);
  if (text === null) return null;
  // They say who sent it, not what is wanted: nobody can correct them.
  const { sourceVersion: _, actor: __, ...content } = JSON.parse(text) as Record<string, unknown>;
  return content;
}

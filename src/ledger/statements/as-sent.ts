import { type AnyDocument, traitsOf } from '../../contract/documents/index.js';
import { UnreadableCiphertext } from '../database/cipher.js';
import type { Ledger } from '../database/open.js';
import { isWithdrawn } from '../documents/standing.js';
import type { DocumentRow } from '../rows.js';
import type { Statement } from './statements.js';
import { decryptWanted, hashWanted } from './wanted.js';

/**
 * Whether a statement says nothing new of the form QuickBooks holds: money was received, or the app
 * calls it by another status. Payments are documents of their own; the form is not written again,
 * which a closed period would refuse.
 */
export function isAsSent(ledger: Ledger, row: DocumentRow, statement: Statement): boolean {
  if (traitsOf(statement.kind).form === null) return false;
  if (row.status !== 'synced' || row.syncedRevision !== row.revision) return false;
  if (row.withdrawal !== null || isWithdrawn(statement)) return false;
  const before = wantedBefore(ledger, row, statement);
  if (before === undefined || isClosed(before) !== isClosed(statement.document)) return false;
  return formHash(ledger, before).equals(formHash(ledger, statement.document));
}

/** What was wanted so far; undefined where no configured key reads it any more. */
export function wantedBefore(
  ledger: Ledger,
  { connectionId, externalId, wantedCipher }: DocumentRow,
  { kind }: Pick<Statement, 'kind'>,
): AnyDocument | undefined {
  try {
    return decryptWanted(ledger, { connectionId, kind, externalId }, wantedCipher);
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return undefined;
    throw error;
  }
}

/**
 * Members no form in QuickBooks carries. A new amount paid is not among them: it is compared with the
 * balance of the form, which QuickBooks tells when the form is written.
 */
const NOT_ON_THE_FORM = new Set(['status', 'statusLabel', 'payments', 'priority']);

/** The one status that QuickBooks keeps, of purchase orders. */
const isClosed = (document: AnyDocument) => 'status' in document && document.status === 'closed';

function formHash(ledger: Ledger, document: AnyDocument): Buffer {
  const members = Object.entries(document).filter(([name]) => !NOT_ON_THE_FORM.has(name));
  return hashWanted(ledger, Object.fromEntries(members) as unknown as AnyDocument, null);
}

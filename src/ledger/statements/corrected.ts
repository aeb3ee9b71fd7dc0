import type { DocumentAnswer } from '../../contract/answers.js';
import { type AnyDocument, type DocumentKind, traitsOf } from '../../contract/documents/index.js';
import type { DocumentStatus } from '../../contract/status.js';
import type { Ledger, Transaction } from '../database/open.js';
import { PLACES } from '../database/places.js';
import type { DocumentRow } from '../rows.js';
import { wantedBefore } from './as-sent.js';
import type { Statement } from './statements.js';

/**
 * Corrections: what a person wants in the place of what the app stated. The app's own statement is
 * kept beside it. Many apps state everything again each night: while they say the same as before, the
 * correction stands; when they say something else, that rules and the correction is gone.
 */

type CorrectionColumns = Pick<
  DocumentRow,
  'appStatedCipher' | 'appStatedHash' | 'correctedHash' | 'correctedBy' | 'correctedAt'
>;

const NONE: CorrectionColumns = {
  appStatedCipher: null,
  appStatedHash: null,
  correctedHash: null,
  correctedBy: null,
  correctedAt: null,
};

/** Whether a correction is what is wanted: a version that knows none may have stored over it. */
export function isCorrected({
  appStatedHash,
  correctedHash,
  wantedHash,
}: Pick<DocumentRow, 'appStatedHash' | 'correctedHash' | 'wantedHash'>): boolean {
  return appStatedHash !== null && correctedHash?.equals(wantedHash) === true;
}

/** A statement as it counts: what the app repeats of before a correction means the correction. */
export function asCorrected(
  ledger: Ledger,
  row: DocumentRow,
  statement: Statement,
  hash: Buffer,
): { statement: Statement; hash: Buffer; isRepeat: boolean } {
  const asStated = { statement, hash, isRepeat: false };
  const isRepeat = isCorrected(row) && row.appStatedHash?.equals(hash) === true;
  if (!isRepeat || statement.correctedBy !== undefined) return asStated;
  const corrected = wantedBefore(ledger, row, statement);
  if (corrected === undefined) return asStated;
  const document = sentBy(statement.document, corrected);
  return { statement: { ...statement, document }, hash: row.wantedHash, isRepeat };
}

/** The content under the version and the rights of who states it now. */
function sentBy({ sourceVersion, actor }: AnyDocument, content: AnyDocument): AnyDocument {
  const { sourceVersion: _, actor: __, ...rest } = content;
  return {
    ...rest,
    ...(sourceVersion === undefined ? {} : { sourceVersion }),
    ...(actor === undefined ? {} : { actor }),
  } as AnyDocument;
}

/** A person corrects contents; the rights stay those of whoever stated it in the app. */
export function withRightsOf(before: AnyDocument, corrected: AnyDocument): AnyDocument {
  const { sourceVersion: _, ...said } = before;
  return sentBy(said as AnyDocument, corrected);
}

/** What a new revision leaves of a correction. */
export function correctionAfter(
  ledger: Ledger,
  row: DocumentRow,
  statement: Statement,
  hash: Buffer,
): Partial<CorrectionColumns> {
  const { kind, externalId, correctedBy } = statement;
  if (correctedBy === undefined) {
    return isCorrected(row) && row.wantedHash.equals(hash) ? {} : NONE;
  }
  const stands = isCorrected(row);
  const appStatedHash = stands ? row.appStatedHash : row.wantedHash;
  // Back to what the app states: there is nothing left to stand against it.
  if (appStatedHash?.equals(hash) === true) return NONE;
  const kept = stands ? {} : { appStatedCipher: keptStatement(ledger, row, { kind, externalId }) };
  const correctedAt = ledger.clock();
  return { ...kept, appStatedHash, correctedHash: hash, correctedBy, correctedAt };
}

/** The app's statement under a place of its own, as it cannot be read in two. */
function keptStatement(
  { cipher }: Ledger,
  { connectionId, wantedCipher }: DocumentRow,
  address: { kind: DocumentKind; externalId: string },
): Buffer {
  const key = { connectionId, ...address };
  return cipher.encrypt(PLACES.appStated(key), cipher.decrypt(PLACES.wanted(key), wantedCipher));
}

/** The app states what the correction says: it is its own now. */
export async function endCorrection(tx: Transaction, { id }: DocumentRow): Promise<void> {
  await tx`update documents set ${tx({ ...NONE })} where id = ${id}`;
}

/** What of a document decides whether it can be corrected. */
export type CorrectableFacts = Pick<
  DocumentRow,
  'kind' | 'status' | 'dependencyKey' | 'statedIn' | 'withdrawal'
>;

const TAKEN_BACK: ReadonlySet<string> = new Set<DocumentStatus>([
  'voided',
  'deleted',
  'cancelled',
  'deleted_in_quickbooks',
]);

/** Why nobody can correct the document; undefined where somebody can. */
export function uncorrectable(facts: CorrectableFacts): string | undefined {
  const { kind, status, dependencyKey, statedIn, withdrawal } = facts;
  if (dependencyKey !== null || !traitsOf(kind as DocumentKind).isStated) {
    return 'It is made on the way for other documents: correct those.';
  }
  if (statedIn !== null) return 'It is stated inside another document: correct that one.';
  if (withdrawal !== null || TAKEN_BACK.has(status)) return 'It was taken back.';
  return undefined;
}

/** Who corrected it and when, as answers say it; null where what the app stated is wanted. */
export function correctedOf({
  correctedBy,
  correctedAt,
}: Pick<DocumentRow, 'correctedBy' | 'correctedAt'>): DocumentAnswer['corrected'] {
  if (correctedBy === null || correctedAt === null) return null;
  return { by: correctedBy, at: correctedAt.toISOString() };
}

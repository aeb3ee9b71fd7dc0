import {
  type AnyDocument,
  type DocumentByKind,
  type DocumentKind,
  type StatedPart,
  statedPartsOf,
  traitsOf,
} from '../../contract/documents/index.js';
import { UnreadableCiphertext } from '../database/cipher.js';
import type { Ledger, Transaction } from '../database/open.js';
import { moveDocuments } from '../documents/moves.js';
import type { DocumentRow } from '../rows.js';
import { filesOf } from './attached.js';
import type { Owner, Statement } from './statements.js';
import { decryptWanted, hashWanted } from './wanted.js';

/**
 * Documents that are stated inside another one: the payments of an invoice, the credit of a memo. Each
 * is a document of its own, and the same one where the app also states it by itself: then its own
 * statement rules.
 */

/** What a statement contains, and what the one before it contained. */
export interface Parts {
  before: readonly StatedPart[];
  now: readonly StatedPart[];
}

/** A payment that the statement of another invoice contains already. */
export class StatedElsewhere extends Error {
  override name = 'StatedElsewhere';

  constructor(
    /** The payment's place in the statement. */
    readonly index: number,
    readonly externalId: string,
  ) {
    super('A payment is stated in another invoice already');
  }
}

export type SubmitPart = (statement: Statement) => Promise<unknown>;

/** @param row the document as it was stored before this statement */
export function partsOf(ledger: Ledger, statement: Statement, row: DocumentRow | undefined): Parts {
  const { kind, externalId, document, withdrawal } = statement;
  if (!HAS_PARTS.has(kind)) return { before: [], now: [] };
  return {
    before: row === undefined ? [] : partsOfRow(ledger, kind, row),
    now: withdrawal === null ? statedPartsOf(kind, externalId, document) : [],
  };
}

const HAS_PARTS: ReadonlySet<DocumentKind> = new Set(['invoice', 'credit_memo']);

/** What no configured key reads any more contains nothing: it is stated anew. */
function partsOfRow(ledger: Ledger, kind: DocumentKind, row: DocumentRow): StatedPart[] {
  const { connectionId, externalId, wantedCipher, withdrawal } = row;
  if (withdrawal !== null) return [];
  try {
    const key = { connectionId, kind, externalId };
    const document: AnyDocument = decryptWanted(ledger, key, wantedCipher);
    return statedPartsOf(kind, externalId, document);
  } catch (error) {
    if (error instanceof UnreadableCiphertext) return [];
    throw error;
  }
}

/**
 * Runs a statement of many under a savepoint where it may be refused alone.
 *
 * @returns the refusal, with nothing of the statement done
 */
export async function apart<Result>(
  tx: Transaction,
  { kind, document }: Pick<Statement, 'kind' | 'document'>,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result | StatedElsewhere> {
  const mayBeRefused =
    kind === 'invoice' && (document as DocumentByKind['invoice']).payments.length > 0;
  if (!mayBeRefused) return work(tx);
  try {
    return (await tx.savepoint((inner) => work(inner as Transaction))) as Result;
  } catch (error) {
    if (error instanceof StatedElsewhere) return error;
    throw error;
  }
}

interface Stating {
  connectionId: string;
  owner: Owner;
  parts: Parts;
}

/**
 * States what a statement contains and takes back what it contains no more.
 *
 * @throws StatedElsewhere where a payment belongs to another invoice
 */
export async function stateParts(
  ledger: Ledger,
  tx: Transaction,
  { connectionId, owner, parts: { before, now } }: Stating,
  submit: SubmitPart,
): Promise<void> {
  const rows = await rowsOf(tx, connectionId, [...before, ...now]);
  const earlier = new Map(before.map((part) => [keyOf(part), part]));
  const kept = new Set(now.map(keyOf));
  for (const [index, part] of now.entries()) {
    const row = rows.get(keyOf(part));
    const old = earlier.get(keyOf(part));
    const isSaidBefore = old !== undefined && isSame(ledger, old, part);
    if (!isTaken(row, owner, isSaidBefore, { index, part })) continue;
    // Nothing new, and QuickBooks has it: an invoice may have a thousand payments.
    if (isSaidBefore && row?.status === 'synced') continue;
    await submit({ ...part, withdrawal: null, within: owner });
  }
  for (const part of before) {
    const row = rows.get(keyOf(part));
    if (kept.has(keyOf(part)) || row === undefined) continue;
    if (row.statedIn !== owner.id || row.withdrawal !== null) continue;
    const { removals } = traitsOf(part.kind);
    await submit({ ...part, withdrawal: removals[0] ?? 'delete', within: owner });
  }
}

const keyOf = ({ kind, externalId }: Pick<StatedPart, 'kind' | 'externalId'>) =>
  `${kind} ${externalId}`;

function isSame(ledger: Ledger, one: StatedPart, other: StatedPart): boolean {
  return hashWanted(ledger, one.document, null).equals(hashWanted(ledger, other.document, null));
}

/** Whether the owner's statement decides about the part. */
function isTaken(
  row: DocumentRow | undefined,
  owner: Owner,
  isSaidBefore: boolean,
  { index, part }: { index: number; part: StatedPart },
): boolean {
  if (row === undefined) return true;
  // Taken back by itself: it stays so until the statement says something new of it.
  if (row.withdrawal !== null) return !isSaidBefore;
  if (row.statedIn !== null && row.statedIn !== owner.id) {
    throw new StatedElsewhere(index, part.externalId);
  }
  return row.statedIn === owner.id;
}

async function rowsOf(
  tx: Transaction,
  connectionId: string,
  parts: readonly StatedPart[],
): Promise<Map<string, DocumentRow>> {
  if (parts.length === 0) return new Map();
  const keys = parts.map(({ kind, externalId }) => ({ kind, external_id: externalId }));
  // In the order of ids, as everywhere: two transactions never wait for each other in a circle.
  const rows = await tx<DocumentRow[]>`
    select * from documents where connection_id = ${connectionId} and (kind, external_id) in (
      select kind, external_id from jsonb_to_recordset(${tx.json(keys)})
        as k(kind text, external_id text))
    order by id for update`;
  return new Map(rows.map((row) => [`${row.kind} ${row.externalId}`, row]));
}

/** Documents that came before the one they need: it is stated now. */
export async function releaseUnstated(
  tx: Transaction,
  connectionId: string,
  { kind, externalId }: Pick<Statement, 'kind' | 'externalId'>,
): Promise<void> {
  if (!traitsOf(kind).isTransaction) return;
  // Looked for one by one: what waits for it is known, and little of all that waits so.
  const rows = await tx<{ id: number }[]>`
    select d.id from (
      select a.document_id from applications a where a.connection_id = ${connectionId}
        and a.kind = ${kind} and a.external_id = ${externalId}
      union all ${filesOf(tx, connectionId, { kind, externalId })}
    ) a cross join lateral (
      select id, status, reason, blocked_by from documents where id = a.document_id offset 0) d
    where d.status = 'waiting' and d.reason = 'blocked_by' and d.blocked_by is null`;
  await moveDocuments(
    tx,
    rows.map(({ id }) => id),
    () => ({ to: 'queued', what: 'released', dueInMs: 0 }),
    'worker',
  );
}

import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';
import type { idempotencyKeys } from '../schema.js';

/**
 * Answers to requests that carried an Idempotency-Key: asked again with the same key, the same
 * request gets the same answer and is not done again.
 */

type Row = typeof idempotencyKeys.$inferSelect;

/** Answers are kept this long. */
const KEPT = '30 days';
/** A request still without an answer after this was cut off; the next one may do it again. */
const ABANDONED_AFTER = '2 minutes';
/** Old rows removed with each new key, so that the table stays as large as 30 days of keys. */
const SWEPT_PER_KEY = 10;

export interface KeyedRequest {
  appId: string;
  key: string;
  /** Method, address and body as text; stored as a keyed hash. */
  request: string;
}

export interface StoredAnswer {
  status: number;
  contentType: string;
  body: string;
}

export type Beginning =
  /** Do it, then {@link finishKeyed} or {@link abandonKeyed}. */
  | { kind: 'begun' }
  | { kind: 'replay'; answer: StoredAnswer }
  /** The key was used for another request. */
  | { kind: 'mismatch' }
  /** The first request with this key is still being worked on. */
  | { kind: 'in_flight' };

/** Claims the key, or says what became of it. One of many at the same time begins. */
export async function beginKeyed(ledger: Ledger, keyed: KeyedRequest): Promise<Beginning> {
  const { sql } = ledger;
  const requestHash = ledger.hash.hash('idempotency_key', keyed.request);
  await sql`
    delete from idempotency_keys where (app_id, key) in (
      select app_id, key from idempotency_keys
      where created_at < now() - ${KEPT}::interval order by created_at limit ${SWEPT_PER_KEY}
      for update skip locked)`;
  const [claimed] = await sql`
    insert into idempotency_keys as k (app_id, key, request_hash)
    values (${keyed.appId}, ${keyed.key}, ${requestHash})
    on conflict (app_id, key) do update set created_at = now(),
      request_hash = excluded.request_hash, status = null, answer_cipher = null
    where (k.status is null and k.request_hash = excluded.request_hash
        and k.created_at < now() - ${ABANDONED_AFTER}::interval)
      or k.created_at < now() - ${KEPT}::interval
    returning 1 as one`;
  if (claimed !== undefined) return { kind: 'begun' };
  const [row] = await sql<Row[]>`
    select * from idempotency_keys where app_id = ${keyed.appId} and key = ${keyed.key}`;
  if (row === undefined) return { kind: 'in_flight' };
  if (!row.requestHash.equals(requestHash)) return { kind: 'mismatch' };
  if (row.status === null || row.answerCipher === null) return { kind: 'in_flight' };
  const { contentType, body } = JSON.parse(
    ledger.cipher.decrypt(PLACES.idempotencyAnswer(keyed), row.answerCipher),
  ) as Omit<StoredAnswer, 'status'>;
  return { kind: 'replay', answer: { status: row.status, contentType, body } };
}

/** Stores the answer; an answer that is there already stays. */
export async function finishKeyed(
  ledger: Ledger,
  keyed: KeyedRequest,
  { status, contentType, body }: StoredAnswer,
): Promise<void> {
  const cipher = ledger.cipher.encrypt(
    PLACES.idempotencyAnswer(keyed),
    JSON.stringify({ contentType, body }),
  );
  await ledger.sql`
    update idempotency_keys set status = ${status}, answer_cipher = ${cipher}
    where app_id = ${keyed.appId} and key = ${keyed.key} and status is null`;
}

/** Frees the key after a failure of ours, so that the request may be tried again at once. */
export async function abandonKeyed(ledger: Ledger, keyed: KeyedRequest): Promise<void> {
  await ledger.sql`
    delete from idempotency_keys
    where app_id = ${keyed.appId} and key = ${keyed.key} and status is null`;
}

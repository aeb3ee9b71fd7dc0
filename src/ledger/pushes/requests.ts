import type { DocumentKind } from '../../contract/documents/index.js';
import type { RequestStore, WriteEnding, WriteRequest } from '../../qbo/stores.js';
import type { Ledger, Transaction } from '../database/open.js';
import { PLACES } from '../database/places.js';
import { matchedLinks, type NewLink } from '../documents/links.js';
import { type ClaimedPush, heldPush, LeaseLost } from './pushes.js';

/** What one item of a push is about to ask. */
export interface PlannedItem {
  documentId: number;
  revision: number;
  operation: 'create' | 'update' | 'void' | 'delete';
  batchItemId: string | null;
  /** The kind it is sent as, where that is another one than the document's. */
  sentAs: DocumentKind | null;
  settingsVersion: number;
}

/** A request as it is read back: what was sent, when, and what is known of it. */
export interface StoredRequest extends WriteRequest {
  state: 'open' | 'answered' | 'not_executed' | 'unknown';
  /** Milliseconds since the bytes first left, on the database's clock; null: they never did. */
  sinceSentMs: number | null;
  sends: number;
  lookups: number;
  sinceLookUpMs: number | null;
  answerStatus: number | null;
  answerBody: string | null;
  intuitTid: string | null;
  /** What left a sending of it in doubt, the last time that happened; null: it never did. */
  cause: string | null;
}

/**
 * A request's handle says under which lease it is used, so that a worker fenced off cannot send, and
 * whose it is, which its ciphertexts are bound to.
 */
interface Handle {
  id: number;
  lease: number;
  companyId: string;
  requestId: string;
}

const handleOf = ({ id, lease, companyId, requestId }: Handle) =>
  [id, lease, companyId, requestId].join('/');

function partsOf(handle: string): Handle {
  const [id, lease, companyId = '', requestId = ''] = handle.split('/');
  return { id: Number(id), lease: Number(lease), companyId, requestId };
}

/**
 * Commits a request and what its items ask, before anything is sent, with the links its references
 * earned: where the answer is lost nobody matches them again. @throws LeaseLost
 */
export async function storeRequest(
  ledger: Ledger,
  push: ClaimedPush,
  request: Omit<WriteRequest, 'id' | 'companyId'>,
  items: readonly PlannedItem[],
  matched: readonly NewLink[] = [],
): Promise<WriteRequest> {
  const { companyId } = push;
  const { requestId, path, body, call } = request;
  const { sql, cipher } = ledger;
  const [row] = await sql<{ id: number }[]>`
    with held as (${heldPush(sql, push)}), stored as (
      insert into requests (push_id, company_id, request_id, generation, call, path_cipher, body_cipher)
      select held.id, ${companyId}, ${requestId},
        1 + (select count(*)::int from requests where push_id = ${push.id}), ${call},
        ${cipher.encrypt(PLACES.requestPath(companyId, requestId), path)}::bytea,
        ${cipher.encrypt(PLACES.requestBody(companyId, requestId), body)}::bytea
      from held returning id
    ), asked as (
      update push_items i set revision = p.revision, operation = p.operation,
        batch_item_id = p."batchItemId", sent_as = p."sentAs",
        settings_version = p."settingsVersion"
      from held, jsonb_to_recordset(${sql.json(items as never)}) as p("documentId" bigint,
        revision int, operation text, "batchItemId" text, "sentAs" text, "settingsVersion" int)
      where i.push_id = held.id and i.document_id = p."documentId"
    ), matched as (${matchedLinks(sql, matched)})
    select id from stored`;
  if (row === undefined) throw new LeaseLost(push.id);
  const handle = { id: row.id, lease: push.lease, companyId, requestId };
  return { id: handleOf(handle), companyId, ...request };
}

/** A request as its table holds it. */
export interface RequestRow {
  id: number;
  requestId: string;
  call: 'single' | 'batch';
  pathCipher: Buffer | null;
  bodyCipher: Buffer | null;
  answerCipher: Buffer | null;
  state: StoredRequest['state'] | 'given_up';
  sinceSentMs: number | null;
  sends: number;
  lookups: number;
  sinceLookUpMs: number | null;
  answerStatus: number | null;
  intuitTid: string | null;
  cause: string | null;
}

/** The last request of a push, however that ended. */
export async function lastRequest(
  tx: Transaction,
  pushId: number,
): Promise<RequestRow | undefined> {
  const [row] = await tx<RequestRow[]>`
    select id, request_id, call, path_cipher, body_cipher, answer_cipher, state, sends, lookups,
      answer_status, intuit_tid, cause,
      (extract(epoch from now() - sent_at) * 1000)::float8 as since_sent_ms,
      (extract(epoch from now() - looked_up_at) * 1000)::float8 as since_look_up_ms
    from requests where push_id = ${pushId} order by id desc limit 1`;
  return row;
}

/** The request a push still has to resolve or to settle, if its last one is that. */
export function unresolvedRequest(
  ledger: Ledger,
  push: ClaimedPush,
  row: RequestRow | undefined,
): StoredRequest | undefined {
  if (row === undefined || row.state === 'given_up') return undefined;
  const { companyId } = push;
  const { id, pathCipher, bodyCipher, answerCipher, ...rest } = row;
  // Retention keeps those of open pushes. Without them nobody could say what was sent.
  if (pathCipher === null || bodyCipher === null) throw new Error('An open request has no bytes');
  return {
    ...rest,
    state: row.state,
    id: handleOf({ id, lease: push.lease, companyId, requestId: row.requestId }),
    companyId,
    path: ledger.cipher.decrypt(PLACES.requestPath(companyId, row.requestId), pathCipher),
    body: ledger.cipher.decrypt(PLACES.requestBody(companyId, row.requestId), bodyCipher),
    answerBody:
      answerCipher === null
        ? null
        : ledger.cipher.decrypt(PLACES.requestAnswer(companyId, row.requestId), answerCipher),
  };
}

/** A request that surely never left, or that is over: it is not looked at again. */
export async function giveUpRequest(ledger: Ledger, request: WriteRequest): Promise<void> {
  const { id } = partsOf(request.id);
  await ledger.sql`update requests set state = 'given_up', ended_at = now() where id = ${id}`;
}

/** Notes a look-up that found nothing. */
export async function noteLookUp(ledger: Ledger, request: WriteRequest): Promise<void> {
  const { id } = partsOf(request.id);
  await ledger.sql`
    update requests set lookups = lookups + 1, looked_up_at = now() where id = ${id}`;
}

/** The QuickBooks client's view of the requests table. */
export function requestStore(ledger: Ledger): RequestStore {
  return {
    async markSent(handle) {
      const { id, lease } = partsOf(handle);
      const marked = await ledger.sql`
        update requests r set sent_at = coalesce(r.sent_at, now()), last_sent_at = now(),
          sends = r.sends + 1, state = 'open',
          cause = case when r.state = 'open' and r.sent_at is not null
            then coalesce(r.cause, 'sender_died') else r.cause end
        from pushes p where r.id = ${id} and p.id = r.push_id and p.lease = ${lease}
          and p.lease_until > now() and r.state in ('open', 'not_executed', 'unknown') returning 1`;
      if (marked.count === 0) throw new LeaseLost(id);
    },
    async markEnded(handle, ending) {
      const { id, companyId, requestId } = partsOf(handle);
      const answer =
        ending.kind === 'answered'
          ? ledger.cipher.encrypt(PLACES.requestAnswer(companyId, requestId), ending.body)
          : null;
      // An answer ends a request for ever: a later word about it changes nothing. A replay that was
      // not executed says nothing of the sending before it: that one stays in doubt. And a late word
      // that nothing was executed does not take up again what was given up.
      await ledger.sql`
        update requests set
          state = case when ${ending.kind === 'not_executed'} and cause is not null
            then 'unknown' else ${ending.kind} end,
          answer_status = ${statusOf(ending)},
          answer_cipher = ${answer}, intuit_tid = coalesce(${ending.intuitTid}, intuit_tid),
          cause = coalesce(${ending.kind === 'unknown' ? ending.cause : null}, cause),
          ended_at = case when ${ending.kind === 'answered'} then now() end
        where id = ${id} and state <> 'answered'
          and (state <> 'given_up' or ${ending.kind !== 'not_executed'})`;
    },
  };
}

function statusOf(ending: WriteEnding): number | null {
  return ending.kind === 'unknown' ? null : ending.status;
}

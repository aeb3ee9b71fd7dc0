import type { Ledger } from '../database/open.js';
import { PLACES } from '../database/places.js';
import { type ClaimedPush, heldPush, LeaseLost } from './pushes.js';

/** A sending that may have created a document, and nobody knows whether it did. */
export interface DoubtedSending {
  documentId: number;
  call: 'single' | 'batch';
  /** The bytes that were sent: of a batch those of all its documents. */
  body: string;
  batchItemId: string | null;
  /** Milliseconds since the bytes first left, on the database's clock. */
  sinceSentMs: number;
  /** How it ended is not known. The others were answered, and are looked for all the same. */
  isLost: boolean;
  /** Milliseconds since a look that found nothing; null where there was none since the sending. */
  sinceLookedMs: number | null;
}

/** As many of one document as are looked for: those whose answer was lost first, then the newest. */
const SENDINGS_MAX = 5;

/**
 * What was sent to create documents since the last time it was known how they stand in QuickBooks.
 * Retention keeps it for as long as they are in doubt.
 */
export async function doubtedSendings(
  ledger: Ledger,
  companyId: string,
  documentIds: readonly number[],
): Promise<DoubtedSending[]> {
  if (documentIds.length === 0) return [];
  const rows = await ledger.sql<
    (Omit<DoubtedSending, 'body'> & { requestId: string; bodyCipher: Buffer })[]
  >`
    select document_id, batch_item_id, call, request_id, body_cipher, since_sent_ms, is_lost,
      since_looked_ms from (
      select i.document_id, i.batch_item_id, r.call, r.request_id, r.body_cipher,
        (extract(epoch from now() - r.sent_at) * 1000)::float8 as since_sent_ms,
        (r.cause is not null or r.state <> 'answered') as is_lost,
        case when d.looked_for_at >= r.last_sent_at
          then (extract(epoch from now() - d.looked_for_at) * 1000)::float8 end as since_looked_ms,
        row_number() over (partition by i.document_id
          order by (r.cause is not null or r.state <> 'answered') desc, r.id desc) as place
      from push_items i join requests r on r.push_id = i.push_id
        join documents d on d.id = i.document_id
      where i.document_id = any(${documentIds as number[]}::bigint[])
        and i.operation = 'create' and i.outcome is not null
        and r.sent_at is not null and r.state in ('open', 'unknown', 'answered')
        and r.body_cipher is not null
        and i.push_id > coalesce((
          select max(s.push_id) from push_items s where s.document_id = i.document_id
            and s.outcome in ('synced', 'voided', 'deleted', 'deleted_in_quickbooks')), 0)
    ) sent where place <= ${SENDINGS_MAX} order by document_id, place`;
  return rows.map(({ requestId, bodyCipher, ...row }) => ({
    ...row,
    body: ledger.cipher.decrypt(PLACES.requestBody(companyId, requestId), bodyCipher),
  }));
}

/** Notes that a look for documents in doubt found nothing, under the lease of their push. @throws LeaseLost */
export async function noteLookedFor(
  ledger: Ledger,
  push: ClaimedPush,
  documentIds: readonly number[],
): Promise<void> {
  if (documentIds.length === 0) return;
  const { sql } = ledger;
  const [row] = await sql<{ held: number }[]>`
    with held as (${heldPush(sql, push)}), noted as (
      update documents set looked_for_at = now() from held
      where documents.id = any(${documentIds as number[]}::bigint[])
    )
    select count(*)::int as held from held`;
  if (row?.held !== 1) throw new LeaseLost(push.id);
}

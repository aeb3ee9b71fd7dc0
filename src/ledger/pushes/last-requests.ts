import type { Ledger, Transaction } from '../database/open.js';
import { PLACES } from '../database/places.js';

/** The last sending of a document that QuickBooks took, as its bytes and the answer to them. */
export interface LastRequest {
  call: 'single' | 'batch';
  /** Which item of a batch was the document's. */
  batchItemId: string | null;
  body: string;
  answer: { status: number; body: string };
}

interface Row {
  documentId: number;
  companyId: string;
  requestId: string;
  call: LastRequest['call'];
  batchItemId: string | null;
  bodyCipher: Buffer;
  answerCipher: Buffer;
  answerStatus: number;
}

/** By document; those whose bytes were forgotten, or whose answer was lost, are left out. */
export async function readLastRequests(
  { cipher }: Ledger,
  tx: Transaction,
  documentIds: readonly number[],
): Promise<Map<number, LastRequest>> {
  const rows = await tx<Row[]>`
    select i.document_id, r.company_id, r.request_id, r.call, i.batch_item_id, r.body_cipher,
      r.answer_cipher, r.answer_status
    from unnest(${documentIds as number[]}::bigint[]) as d(id)
    cross join lateral (
      select * from push_items where document_id = d.id and outcome = 'synced'
        and operation in ('create', 'update') order by push_id desc limit 1) i
    cross join lateral (
      select * from requests where push_id = i.push_id order by id desc limit 1) r
    where r.state = 'answered' and r.body_cipher is not null and r.answer_cipher is not null`;
  return new Map(
    rows.map(({ documentId, companyId, requestId, call, batchItemId, ...row }) => [
      documentId,
      {
        call,
        batchItemId,
        body: cipher.decrypt(PLACES.requestBody(companyId, requestId), row.bodyCipher),
        answer: {
          status: row.answerStatus,
          body: cipher.decrypt(PLACES.requestAnswer(companyId, requestId), row.answerCipher),
        },
      },
    ]),
  );
}

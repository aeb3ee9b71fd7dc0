import type { BulkStanding } from '../../contract/bulk-action.js';
import type { ReasonName } from '../../contract/reasons.js';
import type { DocumentStatus } from '../../contract/status.js';
import { type AnswerSource, answerRow, documentSelect } from '../answers/answers.js';
import type { Ledger } from '../database/open.js';
import { readBulkAction } from './bulk-actions.js';

/** Documents one answer looks at: it is asked for again and again while they go. */
const LOOKED_AT_MAX = 10_000;

interface Stand {
  status: DocumentStatus;
  reason: ReasonName | null;
  documents: number;
  newest: number;
}

/** Where the documents stand that an action has come to; undefined where there is none. */
export async function readBulkStanding(
  ledger: Ledger,
  id: string,
): Promise<BulkStanding | undefined> {
  const action = await readBulkAction(ledger, {}, id);
  if (action === undefined) return undefined;
  const { sql } = ledger;
  const stands = await sql<Stand[]>`
    select d.status, d.reason, count(*)::int as documents, max(d.id) as newest
    from (
      select document_id from bulk_action_items
      where bulk_action_id = ${Number(id)} order by document_id limit ${LOOKED_AT_MAX}
    ) i join documents d on d.id = i.document_id
    group by 1, 2 order by 3 desc, 1, 2`;
  const rows = await sql<AnswerSource[]>`
    ${documentSelect(sql)} where d.id = any(${stands.map(({ newest }) => newest)}::bigint[])`;
  const details = new Map(rows.map((row) => [row.id, answerRow(ledger, row).details]));
  return {
    id,
    endedAt: action.endedAt,
    documents: action.documents,
    isAtLeast: action.done + action.refused > LOOKED_AT_MAX,
    standing: stands.map(({ newest, ...stand }) => ({
      ...stand,
      details: details.get(newest) ?? '',
    })),
  };
}

import type { OpsDocument, OpsDocumentPage, OpsDocumentRow } from '../contract/ops.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../contract/status.js';
import {
  type AnswerSource,
  answerRow,
  type DocumentFilter,
  documentSelect,
  filterSql,
  pageOf,
  withHistory,
} from './answers.js';
import type { Ledger } from './open.js';

/** What people with a role see: the documents of every connection. */

const placeOf = (row: AnswerSource) => ({
  id: String(row.id),
  connection: { id: row.connectionId, name: row.connectionName },
  app: row.appName,
  ageSeconds: Math.max(0, row.ageSeconds),
});

/** One page over all connections, newest first, with the number of documents per status. */
export async function listOpsDocuments(
  ledger: Ledger,
  filter: DocumentFilter,
): Promise<OpsDocumentPage> {
  const { sql } = ledger;
  const rows = await sql<AnswerSource[]>`
    ${documentSelect(sql)} where true ${filterSql(sql, filter)}
    order by d.id desc limit ${filter.limit + 1}`;
  const { page, after } = pageOf(rows, filter.limit);
  const counted = await sql<{ status: DocumentStatus; count: number }[]>`
    select status, count(*)::int as count from documents group by status`;
  const counts = Object.fromEntries(DOCUMENT_STATUSES.map((status) => [status, 0])) as Record<
    DocumentStatus,
    number
  >;
  for (const { status, count } of counted) counts[status] = count;
  const documents: OpsDocumentRow[] = page.map((row) => ({ ...answerRow(row), ...placeOf(row) }));
  return { documents, after, counts };
}

export async function readOpsDocument(
  ledger: Ledger,
  id: number,
): Promise<OpsDocument | undefined> {
  const { sql } = ledger;
  const [row] = await sql<AnswerSource[]>`${documentSelect(sql)} where d.id = ${id}`;
  return row === undefined ? undefined : { ...(await withHistory(ledger, row)), ...placeOf(row) };
}

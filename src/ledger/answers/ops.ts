import type { OpsDocument, OpsDocumentPage, OpsDocumentRow } from '../../contract/ops.js';
import { DOCUMENT_STATUSES, type DocumentStatus } from '../../contract/status.js';
import type { Ledger } from '../database/open.js';
import { uncorrectable } from '../statements/corrected.js';
import { type AnswerSource, answerRow, documentSelect, readPage, withHistory } from './answers.js';
import { COUNT_MAX, countByStatus, type DocumentFilter } from './document-pages.js';

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
  const { documents, after } = await pageOfOpsDocuments(ledger, filter);
  const counted = await countByStatus(ledger);
  const counts = Object.fromEntries(
    DOCUMENT_STATUSES.map((status) => [status, counted.get(status) ?? 0]),
  ) as Record<DocumentStatus, number>;
  return { documents, after, counts, countMax: COUNT_MAX };
}

/** The rows of a page alone. */
export async function pageOfOpsDocuments(
  ledger: Ledger,
  filter: DocumentFilter,
): Promise<{ documents: OpsDocumentRow[]; after: string | null }> {
  const { rows, after } = await readPage(ledger, {}, filter);
  return { documents: rows.map((row) => ({ ...answerRow(ledger, row), ...placeOf(row) })), after };
}

export async function readOpsDocument(
  ledger: Ledger,
  id: number,
): Promise<OpsDocument | undefined> {
  const { sql } = ledger;
  const [row] = await sql<AnswerSource[]>`${documentSelect(sql)} where d.id = ${id}`;
  return row === undefined
    ? undefined
    : {
        ...(await withHistory(ledger, row, { inLine: true })),
        ...placeOf(row),
        uncorrectable: uncorrectable(row) ?? null,
      };
}

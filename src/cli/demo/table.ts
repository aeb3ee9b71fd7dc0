import Table from 'cli-table3';
import type { DocumentRow } from '../../client/index.js';
import { kindWord } from '../../contract/documents/index.js';

const WIDTH_MIN = 120;
/** Where stdout is no terminal. */
const WIDTH_ELSEWHERE = 160;
const WIDTH_MAX = 220;
/** Borders and padding of five columns. */
const FRAME = 16;

/** Sync Status and Sync Details of all documents, as a table that fits the terminal. */
export function documentTable(
  rows: readonly { company: string; row: DocumentRow }[],
  terminalColumns: number | undefined,
): string {
  const cells = rows.map(({ company, row }) => [
    row.number ?? row.party ?? row.externalId,
    kindWord(row.kind),
    company,
    row.label,
    row.details,
  ]);
  const head = ['Document', 'Kind', 'Company', 'Sync Status', 'Sync Details'];
  const narrow = [0, 1, 2, 3].map((column) =>
    Math.max(...[head, ...cells].map((row) => row[column]?.length ?? 0)),
  );
  const width =
    Math.min(WIDTH_MAX, Math.max(WIDTH_MIN, terminalColumns ?? WIDTH_ELSEWHERE)) - FRAME;
  const rest = Math.max(40, width - narrow.reduce((sum, one) => sum + one, 0));
  const table = new Table({
    head,
    colWidths: [...narrow, rest].map((one) => one + 2),
    wordWrap: true,
    style: { head: [], border: [], compact: true },
  });
  table.push(...cells);
  return table.toString();
}

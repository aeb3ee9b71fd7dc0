import { z } from 'zod';

/** Rows of one read. */
export const CSV_PAGE = 200;
/** Rows of one file: spreadsheets end at a million. */
const ROWS_MAX = 1_000_000;
/** Long enough for a file of that many rows, in milliseconds. */
export const EXPORT_MS_MAX = 30 * 60_000;

export const CSV_ANSWER = {
  description: 'CSV, a line each',
  content: { 'text/csv': { schema: z.unknown() } },
};

/** A list as a file for a spreadsheet, written while it is read page by page. */
export async function* csvOf<Row>(
  columns: Readonly<Record<string, (row: Row) => string | number | null>>,
  page: (
    after: string | undefined,
    limit: number,
  ) => Promise<{ rows: readonly Row[]; after: string | null }>,
): AsyncGenerator<string> {
  // Spreadsheets take UTF-8 for it only behind this mark.
  yield `\uFEFF${csvLine(Object.keys(columns))}`;
  let after: string | undefined;
  for (let rows = 0; rows < ROWS_MAX; rows += CSV_PAGE) {
    const read = await page(after, CSV_PAGE);
    for (const row of read.rows) {
      yield csvLine(Object.values(columns).map((cell) => cell(row)));
    }
    if (read.after === null) return;
    after = read.after;
  }
}

/** Cells a spreadsheet would run as a formula (OWASP, "CSV injection"); amounts are none. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** One line of CSV (RFC 4180); a cell that would be run begins with an apostrophe instead. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(value: string | number | null): string {
  if (value === null) return '';
  const text = String(value);
  const isRun = FORMULA.test(text) && !NUMBER.test(text);
  const safe = isRun ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

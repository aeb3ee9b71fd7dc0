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

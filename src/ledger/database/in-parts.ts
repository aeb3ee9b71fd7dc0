/** Rows of one insert: with a parameter per column they stay far below the 65,534 of a statement. */
const ROWS_MAX = 1_000;

/**
 * Rows in parts that one statement has room for. Where they cost work to make, that is done part by
 * part as well, and others have their turn between.
 */
export function* inParts<Row>(rows: readonly Row[]): Generator<readonly Row[]> {
  for (let at = 0; at < rows.length; at += ROWS_MAX) yield rows.slice(at, at + ROWS_MAX);
}

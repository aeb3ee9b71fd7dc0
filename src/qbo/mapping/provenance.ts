/**
 * The provenance mark: one line at the end of a private note, by which our own writing is known
 * again after a lost answer. The token in it is opaque here; whoever makes it uses a keyed hash, so
 * that it tells nothing and cannot be guessed.
 */

const TOKEN = /^[A-Za-z0-9_-]{1,64}$/;
/**
 * Voiding puts "Voided - " before the note, on its first line (recorded for Invoice and Payment), in
 * other languages perhaps another word.
 */
const MARK_LINE =
  /^(?:(?:voided|\p{L}{1,30} ?[-–:])[ \t]*)?\[qbo-sync ([A-Za-z0-9_-]{1,64})\][ \t\r]*$/gimu;

/**
 * The line that carries a token.
 * @throws RangeError where the token has other characters than A–Z, a–z, 0–9, `_`, `-`, or over 64
 */
export function markLine(token: string): string {
  if (!TOKEN.test(token))
    throw new RangeError('a provenance token has 1 to 64 characters of A-Za-z0-9_-');
  return `[qbo-sync ${token}]`;
}

/** The private note of a memo and a mark; undefined where there is neither. */
export function noteWithMark(memo: string | undefined, token: string | null): string | undefined {
  const parts = [memo, token === null ? undefined : markLine(token)];
  const filled = parts.filter((part) => part !== undefined && part.trim() !== '');
  return filled.length === 0 ? undefined : filled.join('\n');
}

/**
 * The token of the last mark in a private note, or null. People write below it and QuickBooks
 * writes before it when voiding, so any line of its own counts.
 */
export function readMark(privateNote: string | undefined): string | null {
  const marks = [...(privateNote ?? '').matchAll(MARK_LINE)];
  return marks.at(-1)?.[1] ?? null;
}

/** How many characters of a private note the mark at its end takes, with its line break. */
export function markLength(privateNote: string): number {
  const last = [...privateNote.matchAll(MARK_LINE)].at(-1);
  if (last === undefined || last.index + last[0].length !== privateNote.length) return 0;
  return privateNote.length - Math.max(last.index - 1, 0);
}

/** Text as LIKE finds it: its own `%`, `_` and `\` are letters. */
export function escapedForLike(text: string): string {
  return text.replace(/[\\%_]/g, (found) => `\\${found}`);
}

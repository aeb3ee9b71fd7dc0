/** Counted things as people write them, for Details and for descriptions. */

/** `"6"` and "device" → "6 devices"; what is measured and not counted has no word: "quantity 2.5". */
export function countedUnits(quantity: string, unitWord: string): string {
  const number = Number(quantity);
  const shown = number.toLocaleString('en-US', { maximumFractionDigits: 7 });
  if (!Number.isInteger(number)) return `quantity ${shown}`;
  return `${shown} ${number === 1 ? unitWord : pluralOf(unitWord)}`;
}

/** By the rule for regular English words: a setting names one thing, never several. */
export function pluralOf(word: string): string {
  if (/[^aeiou]y$/i.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/i.test(word) ? `${word}es` : `${word}s`;
}

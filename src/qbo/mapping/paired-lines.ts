import { filled } from './members.js';
import { expenseDetailOf } from './purchase-lines.js';
import type { QuickBooksPurchaseLine } from './quickbooks-types.js';

type Line = QuickBooksPurchaseLine;
/** What is the same for two lines that may be one. */
type Likeness = (line: Line, index: number) => unknown[];

const target = (line: Line) => [line.DetailType, targetId(line)];
const customer = (line: Line) => expenseDetailOf(line)?.CustomerRef?.value;
const amount = (line: Line) => expenseDetailOf(line)?.TaxInclusiveAmt ?? line.Amount;
const text = (line: Line) => filled(line.Description?.replaceAll('\r\n', '\n'));

/** The closest first. */
const LIKENESSES: readonly Likeness[] = [
  (line) => [amount(line), text(line), customer(line)],
  (line) => [amount(line), text(line)],
  (line) => [text(line), customer(line)],
  (line) => [text(line)],
  (line) => [amount(line), customer(line)],
  (line) => [amount(line)],
  (_, index) => [index],
];

/**
 * For each line of an update the line QuickBooks holds that it states again; undefined for a new one.
 * Both are for the same item or account. Of several such, description, amount and customer tell, and
 * where none of these is as it was, the place.
 */
export function pairedLines<Held extends Line>(
  lines: readonly Line[],
  held: readonly Held[],
): (Held | undefined)[] {
  const pairs: (Held | undefined)[] = lines.map(() => undefined);
  const free = new Set(held.keys());
  for (const likeness of LIKENESSES) {
    const keyOf = (line: Line, index: number) =>
      JSON.stringify([...target(line), ...likeness(line, index)]);
    const alike = new Map<string, number[]>();
    for (const [at, line] of held.entries()) {
      if (!free.has(at)) continue;
      const key = keyOf(line, at);
      const group = alike.get(key);
      if (group === undefined) alike.set(key, [at]);
      else group.push(at);
    }
    for (const [index, line] of lines.entries()) {
      if (pairs[index] !== undefined) continue;
      const at = alike.get(keyOf(line, index))?.shift();
      if (at === undefined) continue;
      free.delete(at);
      pairs[index] = held[at];
    }
  }
  return pairs;
}

function targetId(line: Line): string | undefined {
  const detail = expenseDetailOf(line);
  return detail?.ItemRef?.value ?? detail?.AccountRef?.value;
}

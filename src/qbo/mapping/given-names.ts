import { createHash } from 'node:crypto';
import { nameKey } from './names.js';

/**
 * Names QuickBooks gets where it cannot take the one that is wanted: it does not fit, or somebody
 * has it already. Pure functions of the wanted name, so that the same name is made again after a
 * restart and found again in the mirror.
 */

/** Longest names: Intuit's reference pages of Customer and Vendor (DisplayName) and Item (Name). */
export const NAME_LENGTH_MAX = { customer: 500, vendor: 500, item: 100 } as const;

/** Other names that are tried behind a taken one before a person has to choose. */
const SUFFIXES_MAX = 20;

/**
 * The name as QuickBooks takes it: no colon, tab or line break, and not too long. Two long names stay
 * two: what is cut off leaves a short mark made from the whole name.
 */
export function fittingName(wanted: string, kind: keyof typeof NAME_LENGTH_MAX): string {
  const plain = nameKey(wanted.replace(/\s*:\s*/g, ' - '));
  return cutTo(plain, NAME_LENGTH_MAX[kind]);
}

function cutTo(name: string, most: number): string {
  if (name.length <= most) return name;
  const mark = ` ~${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
  return `${wholeCharacters(name, most - mark.length)}${mark}`;
}

/** The first UTF-16 units of a text, without half a character at the end. */
export function wholeCharacters(text: string, most: number): string {
  const cut = text.slice(0, most);
  return (/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut).trimEnd();
}

/**
 * The next name to try for a customer or a supplier whose name is taken: with the suffix, then numbered behind it.
 * A suffix is never put behind another one. Undefined once there were too many.
 *
 * @param tried the name QuickBooks refused, or undefined for the first other one
 */
export function nextName(
  wanted: string,
  suffix: string,
  tried: string | undefined,
): string | undefined {
  const ending = suffix.trimEnd();
  const base = wanted.endsWith(ending) ? wanted.slice(0, -ending.length).trimEnd() : wanted;
  const names = Array.from({ length: SUFFIXES_MAX }, (_, index) => {
    const behind = `${ending}${index === 0 ? '' : ` ${index + 1}`}`;
    return `${cutTo(base, NAME_LENGTH_MAX.customer - behind.length)}${behind}`;
  }).filter((name) => name !== wanted);
  return names[tried === undefined ? 0 : names.indexOf(tried) + 1];
}

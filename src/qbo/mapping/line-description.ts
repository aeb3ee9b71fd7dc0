import type { PurchaseLine } from '../../contract/documents/purchase-form.js';
import { wholeCharacters } from './given-names.js';
import { filled } from './members.js';

/** The description of a line, made from its attributes by the setting `item.description`. */

/** Longest Description of a line (Intuit's reference page of Invoice). */
const DESCRIPTION_LENGTH_MAX = 4_000;

const PLACEHOLDER = /\{([^{}]*)\}/;
/** What stands between two parts and must not be left at an end of the description. */
const LEADING_SEPARATORS = /^[\s·•|,;:/–—-]+/;
const TRAILING_SEPARATORS = /[\s·•|,;:/–—-]+$/;
const TOUCHING = /^[^\s·•|,;:/–—-]+/;

/** A value of the template with the words that belong to it: ` · Condition {condition}`. */
interface Part {
  before: string;
  value: string;
  /** What touches it: `GB` of `{storage}GB`, `)` of `({storage})`. */
  after: string;
}

/**
 * The template filled in; undefined where it is empty or none of its values is there. A value that is
 * missing takes the words before it and what touches it with it, and nothing that separates is left
 * at an end. Values are attributes and, by these names, the line's own `name`, `sku` and
 * `description`; several lines that are one show all their different values.
 */
export function describedBy(template: string, lines: readonly PurchaseLine[]): string | undefined {
  const pieces = template.split(PLACEHOLDER);
  if (pieces.length === 1) return filled(template);
  const tail = splitBehind(pieces.at(-1) ?? '').rest.replace(TRAILING_SEPARATORS, '');
  const parts: Part[] = [];
  for (let at = 1; at < pieces.length; at += 2) {
    const value = valuesOf(lines, (pieces[at] ?? '').trim());
    if (value === undefined) continue;
    const literal = pieces[at - 1] ?? '';
    parts.push({
      before: at === 1 ? literal : splitBehind(literal).rest,
      value,
      after: splitBehind(pieces[at + 1] ?? '').touching,
    });
  }
  const [first] = parts;
  if (first === undefined) return undefined;
  first.before = first.before.replace(LEADING_SEPARATORS, '');
  return parts.map(({ before, value, after }) => `${before}${value}${after}`).join('') + tail;
}

/** What stands behind a value: what touches it, and what leads to the next one. */
function splitBehind(literal: string): { touching: string; rest: string } {
  const [touching = ''] = TOUCHING.exec(literal) ?? [];
  return { touching, rest: literal.slice(touching.length) };
}

function valuesOf(lines: readonly PurchaseLine[], name: string): string | undefined {
  return joined(lines.map((line) => filled(ownText(line, name)) ?? attributeOf(line, name)));
}

function ownText(line: PurchaseLine, name: string): string | undefined {
  return name === 'name' || name === 'sku' || name === 'description' ? line[name] : undefined;
}

/** An attribute the app filled in. */
export function attributeOf({ attributes }: PurchaseLine, name: string): string | undefined {
  return Object.hasOwn(attributes, name) ? filled(attributes[name]) : undefined;
}

/** Different texts one after the other, each once; undefined where there is none. */
export function joined(texts: readonly (string | undefined)[]): string | undefined {
  return filled([...new Set(texts.filter((text) => text !== undefined))].join(', '));
}

/**
 * A description with what was counted behind it, as long as QuickBooks takes it: the description is
 * cut before the counts are.
 */
export function fittingDescription(text: string | undefined, counts = ''): string | undefined {
  const behind = cut(counts, DESCRIPTION_LENGTH_MAX / 2);
  if (text === undefined) return filled(behind.replace(LEADING_SEPARATORS, ''));
  return `${cut(text, DESCRIPTION_LENGTH_MAX - behind.length)}${behind}`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${wholeCharacters(text, most - 1)}…`;
}

/** Compares two answers member by member, and explains the differences that are known. */

import { isObject, type JsonObject, type JsonValue } from '../../../src/simulator/json.js';

export interface Difference {
  /** Where: `Invoice.Line.0.Amount`. */
  path: string;
  recorded: JsonValue | undefined;
  ours: JsonValue | undefined;
}

export interface Comparison {
  /** Values that are the same, counted at the leaves. */
  equal: number;
  differences: Difference[];
}

/** Members left aside, by their name anywhere in the answer. */
export type Aside = ReadonlySet<string>;

export function compare(
  recorded: JsonValue | undefined,
  ours: JsonValue | undefined,
  aside: Aside,
  path = '',
): Comparison {
  if (isObject(recorded) && isObject(ours)) {
    return compareMembers(recorded, ours, aside, path);
  }
  if (Array.isArray(recorded) && Array.isArray(ours) && recorded.length > 0) {
    const length = Math.max(recorded.length, ours.length);
    return sum(
      Array.from({ length }, (_, index) =>
        compare(recorded[index], ours[index], aside, join(path, String(index))),
      ),
    );
  }
  const same = JSON.stringify(recorded) === JSON.stringify(ours);
  return same
    ? { equal: 1, differences: [] }
    : { equal: 0, differences: [{ path, recorded, ours }] };
}

function compareMembers(
  recorded: JsonObject,
  ours: JsonObject,
  aside: Aside,
  path: string,
): Comparison {
  const members = new Set([...Object.keys(recorded), ...Object.keys(ours)]);
  const compared = [...members]
    .filter((member) => !aside.has(member))
    .filter((member) => recorded[member] !== undefined || ours[member] !== undefined)
    .map((member) => compare(recorded[member], ours[member], aside, join(path, member)));
  return sum(compared);
}

function sum(parts: readonly Comparison[]): Comparison {
  return {
    equal: parts.reduce((all, { equal }) => all + equal, 0),
    differences: parts.flatMap(({ differences }) => differences),
  };
}

function join(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}

/** Why a difference is not one of behaviour. */
export interface Explanation {
  /** Files and names it is about: `item.samples.json: Create a category`. */
  where: RegExp;
  /** Members it is about. */
  path: RegExp;
  /** Holds only where this is so; default: always. */
  when?: (difference: Difference) => boolean;
  because: string;
}

/** Splits differences by whether an explanation covers them, and notes which ones were needed. */
export class Explained {
  readonly #used = new Set<Explanation>();

  constructor(readonly explanations: readonly Explanation[]) {}

  /** The explanation of a difference, if there is one. */
  of(where: string, difference: Difference): Explanation | undefined {
    const found = this.explanations.find(
      (each) =>
        each.where.test(where) &&
        each.path.test(difference.path) &&
        (each.when?.(difference) ?? true),
    );
    if (found !== undefined) this.#used.add(found);
    return found;
  }

  /** Explanations that explained nothing: the difference is gone, so must they be. */
  unused(): string[] {
    return this.explanations
      .filter((each) => !this.#used.has(each))
      .map((each) => `${each.where} ${each.path}: ${each.because}`);
  }
}

export interface Tally {
  equal: number;
  explained: number;
  unexplained: string[];
}

/** One line per difference that nothing explains, for a person to read. */
export function tally(where: string, comparison: Comparison, explained: Explained): Tally {
  const unexplained: string[] = [];
  let count = 0;
  for (const difference of comparison.differences) {
    if (explained.of(where, difference) !== undefined) count += 1;
    else unexplained.push(`${where}: ${lineOf(difference)}`);
  }
  return { equal: comparison.equal, explained: count, unexplained };
}

function lineOf({ path, recorded, ours }: Difference): string {
  return `${path} recorded ${JSON.stringify(recorded)} ours ${JSON.stringify(ours)}`;
}

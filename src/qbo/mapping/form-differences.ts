import type { CodedPart, ContentPart } from '../../contract/settings-check.js';
import type { Coded, CodedForm } from './coded-form.js';

/** What two bodies of one document say differently: where its lines are booked, and with what contents. */

/** Id of a record, or what stands in its place. */
export type CodeId = { is: 'id'; id: string } | { is: 'none' } | { is: 'several' };

export interface CodingDifference {
  what: CodedPart;
  from: CodeId;
  to: CodeId;
  /** 0 for what belongs to the form. */
  lines: number;
}

export interface ContentDifference {
  what: ContentPart;
  /** Place of the line, from 0; null for the form itself. */
  line: number | null;
  from: string | null;
  to: string | null;
}

export interface FormDifferences {
  /** Lines of the first. */
  lines: number;
  /** Of these, how many the second books otherwise or says otherwise. */
  changedLines: number;
  coding: CodingDifference[];
  contents: ContentDifference[];
}

/**
 * Lines are compared one by one where each has its counterpart. Where they were put together
 * otherwise there is none: then the codes they have in common are compared, each with the lines of
 * the first that have it.
 */
export function formDifferences(before: CodedForm, after: CodedForm): FormDifferences {
  const found = new Differences();
  found.compare(before, after, null);
  const isEven = before.lines.length === after.lines.length;
  if (!isEven) found.content('lines', null, `${before.lines.length}`, `${after.lines.length}`);
  const changedLines =
    isEven || isLonger(before.lines, after.lines)
      ? compareLines(found, before.lines, after.lines)
      : compareGroups(found, before.lines, after.lines);
  const { coding, contents } = found;
  return { lines: before.lines.length, changedLines, coding: [...coding.values()], contents };
}

/** The longer one only has more lines at its end, such as shipping or a rounding line. */
function isLonger(before: readonly Coded[], after: readonly Coded[]): boolean {
  const shared = Math.min(before.length, after.length);
  return before.slice(0, shared).every((line, index) => {
    const other = after[index];
    return other !== undefined && isCounterpart(line, other);
  });
}

/** A quantity is written only where it fits the price; one that grows is of several lines. */
function isCounterpart({ contents }: Coded, other: Coded): boolean {
  const [quantity, theirs] = [contents.get('quantity'), other.contents.get('quantity')];
  const isOther = quantity !== undefined && theirs !== undefined && quantity !== theirs;
  return !isOther && contents.get('description') === other.contents.get('description');
}

/** @returns how many of the first differ or have no counterpart */
function compareLines(
  found: Differences,
  before: readonly Coded[],
  after: readonly Coded[],
): number {
  let changed = 0;
  for (const [index, line] of before.entries()) {
    const other = after[index];
    if (other === undefined || found.compare(line, other, index)) changed += 1;
  }
  return changed;
}

/** Lines were put together otherwise: all of the first are another line now. */
function compareGroups(
  found: Differences,
  before: readonly Coded[],
  after: readonly Coded[],
): number {
  const parts = new Set([...before, ...after].flatMap(({ coding }) => [...coding.keys()]));
  for (const what of parts) {
    const ours = countByCode(before, what);
    const theirs = countByCode(after, what);
    const only = (counts: ReadonlyMap<string | undefined, number>) =>
      counts.size === 1 ? codeId([...counts.keys()][0]) : ({ is: 'several' } as const);
    const gone = [...ours].filter(([id]) => !theirs.has(id));
    for (const [id, lines] of gone) found.coded(what, codeId(id), only(theirs), lines);
    if (gone.length > 0) continue;
    for (const [id, lines] of theirs) {
      if (!ours.has(id)) found.coded(what, only(ours), codeId(id), lines);
    }
  }
  return before.length;
}

function countByCode(lines: readonly Coded[], what: CodedPart): Map<string | undefined, number> {
  const counts = new Map<string | undefined, number>();
  for (const { coding } of lines) {
    const id = coding.get(what);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

const codeId = (id: string | undefined): CodeId =>
  id === undefined ? { is: 'none' } : { is: 'id', id };

class Differences {
  readonly coding = new Map<string, CodingDifference>();
  readonly contents: ContentDifference[] = [];

  /** @returns whether they differ */
  compare(before: Coded, after: Coded, line: number | null): boolean {
    const noted = this.coding.size + this.contents.length;
    let isCoded = false;
    for (const what of keysOf(before.coding, after.coding)) {
      const from = before.coding.get(what);
      const to = after.coding.get(what);
      if (from === to) continue;
      isCoded = true;
      this.coded(what, codeId(from), codeId(to), line === null ? 0 : 1);
    }
    for (const what of keysOf(before.contents, after.contents)) {
      const from = before.contents.get(what) ?? null;
      const to = after.contents.get(what) ?? null;
      if (from !== to) this.content(what, line, from, to);
    }
    return isCoded || this.coding.size + this.contents.length > noted;
  }

  coded(what: CodedPart, from: CodeId, to: CodeId, lines: number): void {
    const key = JSON.stringify([what, from, to]);
    const known = this.coding.get(key);
    if (known === undefined) this.coding.set(key, { what, from, to, lines });
    else known.lines += lines;
  }

  content(what: ContentPart, line: number | null, from: string | null, to: string | null): void {
    this.contents.push({ what, line, from, to });
  }
}

function keysOf<Key>(left: ReadonlyMap<Key, unknown>, right: ReadonlyMap<Key, unknown>): Set<Key> {
  return new Set([...left.keys(), ...right.keys()]);
}

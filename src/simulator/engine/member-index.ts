/** One index of a collection: its rows in the order of one member. */

import type { JsonObject } from '../json.js';
import type { Property } from './property.js';
import { type Key, SortedIndex } from './sorted-index.js';

/** A stored object's place in the collection; it stays the same while the object changes. */
export interface Row {
  readonly id: string;
  object: JsonObject;
  /** Grows with every change in the collection, so of two changes in one second the later is newer. */
  change: number;
}

/**
 * `compared`: as conditions compare, texts without case. `sorted`: as ORDERBY sorts, capitals first.
 * For anything but texts the two are one.
 */
export type IndexOrder = 'compared' | 'sorted';

/** Ids are digits, or words such as `TAX`: shorter ones first makes digits compare as numbers. */
export function compareIds(a: Row, b: Row): number {
  if (a.id.length !== b.id.length) return a.id.length - b.id.length;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}

export function compareChanges(a: Row, b: Row): number {
  return a.change - b.change;
}

export class MemberIndex {
  readonly #rows: SortedIndex<Row>;
  readonly #isId: boolean;
  /** The key of an object without the member: it sorts before all others. */
  readonly #missing: Key;

  constructor(
    readonly property: Property,
    readonly order: IndexOrder,
    /** Whether rows of one key lie in the order of their changes, not of their ids. */
    readonly byChange: boolean,
  ) {
    this.#rows = new SortedIndex(byChange ? compareChanges : compareIds);
    this.#isId = property.name === 'Id';
    const { kind } = property;
    this.#missing = kind === 'time' || kind === 'number' || kind === 'integer' ? -Infinity : '';
  }

  add(row: Row): void {
    for (const key of this.#keysOf(row.object)) this.#rows.insert(key, row);
  }

  remove(row: Row): void {
    for (const key of this.#keysOf(row.object)) this.#rows.remove(key, row);
  }

  /** Whether a row has to be taken out and put in again when its object is replaced. */
  movesFor(before: JsonObject, after: JsonObject): boolean {
    const [member = ''] = this.property.path;
    if (this.byChange) return true;
    if (this.#isId || before[member] === after[member]) return false;
    const old = this.#keysOf(before);
    const now = this.#keysOf(after);
    return old.length !== now.length || old.some((key, index) => key !== now[index]);
  }

  get size(): number {
    return this.#rows.size;
  }

  /** Whether places found for a condition hold in this index. */
  get answersConditions(): boolean {
    return this.order === 'compared' || (this.property.kind !== 'text' && !this.property.many);
  }

  /** The places of the rows that have the member. */
  present(): [from: number, to: number] {
    return [this.#rows.placeOf(this.#missing, true), this.#rows.size];
  }

  missing(): [from: number, to: number] {
    return [0, this.#rows.placeOf(this.#missing, true)];
  }

  /** The place of the first row at that key or above; with `after`, above. */
  placeOf(key: Key, after = false): number {
    return this.#rows.placeOf(key, after);
  }

  /** The places of all rows with the key of the row at that place. */
  runAt(place: number): [from: number, to: number] {
    const key = this.#rows.keyAt(place) ?? this.#missing;
    return [this.#rows.placeOf(key), this.#rows.placeOf(key, true)];
  }

  rows(from = 0, to = this.size, descending = false): Generator<Row> {
    return this.#rows.rows({ from, to, descending });
  }

  #keysOf(object: JsonObject): readonly Key[] {
    // The ids themselves decide between equal keys.
    if (this.#isId) return [''];
    if (this.order === 'sorted') return [this.property.sortKeyOf(object) ?? this.#missing];
    if (!this.property.many) return [this.property.keyOf(object) ?? this.#missing];
    const keys = this.property.keysOf(object);
    return keys.length === 0 ? [this.#missing] : [...new Set(keys)];
  }
}

/**
 * All objects of one entity in one company, with their indexes. Those the definition asks for are
 * kept from the start; any other member gets its index when a query first needs one.
 */

import { type JsonObject, textOf } from '../json.js';
import type { EntityDefinition } from './definition.js';
import { Deletions } from './deletions.js';
import { type IndexOrder, MemberIndex, type Row } from './member-index.js';
import { findProperty, type Property } from './property.js';
import type { Key } from './sorted-index.js';

export const CHANGED = 'MetaData.LastUpdatedTime';

/** Below this size an index costs more than looking at every object. */
export const INDEX_FROM = 1_000;

export class Collection {
  readonly #rows = new Map<string, Row>();
  readonly #properties = new Map<string, Property | undefined>();
  readonly #indexes = new Map<string, MemberIndex>();
  readonly #changes: MemberIndex | undefined;
  readonly #deletions = new Deletions();
  readonly #listeners = new Set<(id: string) => void>();
  #inactive = 0;
  #lastChange = 0;

  constructor(readonly definition: EntityDefinition) {
    const { equalityIndexes, sortedIndexes } = definition;
    const changed = this.property(CHANGED);
    if (changed !== undefined) this.#changes = this.#addIndex(changed, 'sorted', true);
    for (const member of ['Id', ...sortedIndexes]) this.#declare(member, 'sorted');
    for (const member of [...equalityIndexes, ...sortedIndexes]) this.#declare(member, 'compared');
  }

  get size(): number {
    return this.#rows.size;
  }

  get activeCount(): number {
    return this.#rows.size - this.#inactive;
  }

  get(id: string): JsonObject | undefined {
    return this.#rows.get(id)?.object;
  }

  row(id: string): Row | undefined {
    return this.#rows.get(id);
  }

  rows(): IterableIterator<Row> {
    return this.#rows.values();
  }

  *objects(): Generator<JsonObject> {
    for (const row of this.#rows.values()) yield row.object;
  }

  /** Stores the object under its `Id`, replacing the one there. */
  put(object: JsonObject): void {
    const id = textOf(object, 'Id');
    if (id === undefined) throw new TypeError('an object to store needs an Id');
    const row = this.#rows.get(id);
    if (row === undefined) this.#insert({ id, object, change: this.#nextChange() });
    else this.#replace(row, object);
    this.#deletions.forget(id);
    for (const listener of this.#listeners) listener(id);
  }

  /** @param time when, as in `MetaData`: deletes are listed in change data */
  delete(id: string, time: string): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    for (const index of this.#indexes.values()) index.remove(row);
    if (row.object['Active'] === false) this.#inactive -= 1;
    this.#rows.delete(id);
    this.#deletions.note(id, time);
    for (const listener of this.#listeners) listener(id);
  }

  wasDeleted(id: string): boolean {
    return this.#deletions.has(id);
  }

  /** When the object was deleted, as in `MetaData`. */
  deletedAt(id: string): string | undefined {
    return this.#deletions.timeOf(id);
  }

  /** Deletions at that time or later, in epoch milliseconds, the earliest first. */
  deletionsSince(fromMs: number): Generator<[id: string, time: string]> {
    return this.#deletions.since(fromMs);
  }

  deletions(): [id: string, time: string][] {
    return [...this.#deletions.since(-Infinity)];
  }

  restoreDeletions(deletions: readonly [id: string, time: string][]): void {
    for (const [id, time] of deletions) this.#deletions.note(id, time);
  }

  /** Calls back with the id of each object that is stored or deleted. */
  onChange(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The property of that name in any case, or `undefined`. */
  property(path: string): Property | undefined {
    if (!this.#properties.has(path)) {
      this.#properties.set(path, findProperty(this.definition.fields, path));
    }
    return this.#properties.get(path);
  }

  /** Ids of the objects whose member equals that key, or `undefined` where no index knows. */
  withKey(member: string, key: Key): ReadonlySet<string> | undefined {
    const property = this.property(member);
    const index = property && this.#indexes.get(nameOf(property, 'compared', false));
    if (index === undefined) return undefined;
    const ids = new Set<string>();
    for (const row of index.rows(index.placeOf(key), index.placeOf(key, true))) ids.add(row.id);
    return ids;
  }

  /** The objects in the order of their last change. Of one second the later change is newer. */
  *byChange({ fromMs = -Infinity, newestFirst = false } = {}): Generator<JsonObject> {
    const index = this.#changes;
    if (index === undefined) return;
    for (const row of index.rows(index.placeOf(fromMs), index.size, newestFirst)) yield row.object;
  }

  /** The index of a member, where there is one. */
  index(property: Property, order: IndexOrder, byChange = false): MemberIndex | undefined {
    const known = this.#indexes.get(nameOf(property, order, byChange));
    // Conditions do not care how the rows of one key lie.
    return known ?? (order === 'compared' ? this.#byChangeToo(property) : undefined);
  }

  /** The same, made now where there is none yet, unless there are too few objects to be worth it. */
  indexMade(property: Property, order: IndexOrder, byChange = false): MemberIndex | undefined {
    const known = this.index(property, order, byChange);
    if (known !== undefined || this.#rows.size < INDEX_FROM) return known;
    return this.#addIndex(property, order, byChange);
  }

  #byChangeToo(property: Property): MemberIndex | undefined {
    return property === this.#changes?.property ? this.#changes : undefined;
  }

  #declare(member: string, order: IndexOrder): void {
    const property = this.property(member);
    if (property === undefined) throw new TypeError(`${this.definition.name} has no ${member}`);
    if (!this.#indexes.has(nameOf(property, order, false))) this.#addIndex(property, order, false);
  }

  #addIndex(property: Property, order: IndexOrder, byChange: boolean): MemberIndex {
    const index = new MemberIndex(property, order, byChange);
    for (const row of this.#rows.values()) index.add(row);
    this.#indexes.set(nameOf(property, order, byChange), index);
    return index;
  }

  #nextChange(): number {
    this.#lastChange += 1;
    return this.#lastChange;
  }

  #insert(row: Row): void {
    this.#rows.set(row.id, row);
    for (const index of this.#indexes.values()) index.add(row);
    if (row.object['Active'] === false) this.#inactive += 1;
  }

  #replace(row: Row, object: JsonObject): void {
    const moved: MemberIndex[] = [];
    for (const index of this.#indexes.values()) {
      if (!index.movesFor(row.object, object)) continue;
      index.remove(row);
      moved.push(index);
    }
    if (row.object['Active'] === false) this.#inactive -= 1;
    if (object['Active'] === false) this.#inactive += 1;
    row.object = object;
    row.change = this.#nextChange();
    for (const index of moved) index.add(row);
  }
}

/** Only texts sort otherwise than they compare, and lists, which sort by their first value. */
function nameOf({ name, kind, many }: Property, order: IndexOrder, byChange: boolean): string {
  const differ = many || (kind === 'text' && name !== 'Id');
  return `${name} ${differ ? order : 'sorted'}${byChange ? ' by change' : ''}`;
}

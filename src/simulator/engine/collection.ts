/** All objects of one entity in one company, with the indexes its definition asks for. */

import type { JsonObject } from '../json.js';
import { textOf } from '../json.js';
import { parsePacific } from '../pacific.js';
import type { EntityDefinition } from './definition.js';
import { findProperty, type Property } from './property.js';
import { type Key, SortedIndex } from './sorted-index.js';

interface Entry {
  object: JsonObject;
  /** Grows with every put, so of two changes in one second the later one sorts as newer. */
  tie: number;
}

const CHANGED = 'MetaData.LastUpdatedTime';

export class Collection {
  readonly #entries = new Map<string, Entry>();
  readonly #properties = new Map<string, Property | undefined>();
  readonly #equal = new Map<string, Map<Key, Set<string>>>();
  readonly #sorted = new Map<string, SortedIndex>();
  readonly #deleted = new Map<string, { time: string; tie: number }>();
  readonly #deletedByTime = new SortedIndex();
  #inactive = 0;
  #ties = 0;

  constructor(readonly definition: EntityDefinition) {
    for (const member of definition.equalityIndexes) this.#equal.set(member, new Map());
    for (const member of ['Id', CHANGED, ...definition.sortedIndexes]) {
      this.#sorted.set(member, new SortedIndex());
    }
  }

  get size(): number {
    return this.#entries.size;
  }

  get activeCount(): number {
    return this.#entries.size - this.#inactive;
  }

  get(id: string): JsonObject | undefined {
    return this.#entries.get(id)?.object;
  }

  *ids(): Generator<string> {
    yield* this.#entries.keys();
  }

  *objects(): Generator<JsonObject> {
    for (const entry of this.#entries.values()) yield entry.object;
  }

  /** Stores the object under its `Id`, replacing the one there. */
  put(object: JsonObject): void {
    const id = textOf(object, 'Id');
    if (id === undefined) throw new TypeError('an object to store needs an Id');
    const before = this.#entries.get(id);
    if (before !== undefined) this.#unindex(id, before);
    this.#ties += 1;
    const entry = { object, tie: this.#ties };
    this.#entries.set(id, entry);
    this.#index(id, entry);
    this.#forgetDeletion(id);
  }

  /** @param time when, as in `MetaData`: deletes are listed in change data */
  delete(id: string, time: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#unindex(id, entry);
    this.#entries.delete(id);
    this.#noteDeletion(id, time);
  }

  wasDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  deletions(): [id: string, time: string][] {
    return [...this.#deleted].map(([id, { time }]) => [id, time]);
  }

  /** Deletions at that time or later, in epoch milliseconds, the earliest first. */
  *deletionsSince(fromMs: number): Generator<[id: string, time: string]> {
    for (const id of this.#deletedByTime.ascending({ from: fromMs })) {
      yield [id, this.#deleted.get(id)?.time ?? ''];
    }
  }

  restoreDeletions(deletions: readonly [id: string, time: string][]): void {
    for (const [id, time] of deletions) this.#noteDeletion(id, time);
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
    const index = this.#equal.get(member);
    return index === undefined ? undefined : (index.get(key) ?? new Set());
  }

  sortedBy(member: string): SortedIndex | undefined {
    return this.#sorted.get(member);
  }

  #noteDeletion(id: string, time: string): void {
    this.#forgetDeletion(id);
    this.#ties += 1;
    const tie = this.#ties;
    this.#deleted.set(id, { time, tie });
    this.#deletedByTime.insert({ key: parsePacific(time) ?? 0, tie, id });
  }

  #forgetDeletion(id: string): void {
    const deletion = this.#deleted.get(id);
    if (deletion === undefined) return;
    const { time, tie } = deletion;
    this.#deleted.delete(id);
    this.#deletedByTime.remove({ key: parsePacific(time) ?? 0, tie, id });
  }

  #index(id: string, { object, tie }: Entry): void {
    for (const [member, index] of this.#equal) {
      const key = this.property(member)?.keyOf(object);
      if (key === undefined) continue;
      const ids = index.get(key);
      if (ids === undefined) index.set(key, new Set([id]));
      else ids.add(id);
    }
    for (const [member, index] of this.#sorted) {
      index.insert({ key: this.#sortKey(member, object), tie, id });
    }
    if (object['Active'] === false) this.#inactive += 1;
  }

  #unindex(id: string, { object, tie }: Entry): void {
    for (const [member, index] of this.#equal) {
      const key = this.property(member)?.keyOf(object);
      if (key === undefined) continue;
      const ids = index.get(key);
      ids?.delete(id);
      if (ids?.size === 0) index.delete(key);
    }
    for (const [member, index] of this.#sorted) {
      index.remove({ key: this.#sortKey(member, object), tie, id });
    }
    if (object['Active'] === false) this.#inactive -= 1;
  }

  /** An object without the member sorts before all others. */
  #sortKey(member: string, object: JsonObject): Key {
    const property = this.property(member);
    const numeric =
      property?.kind === 'time' || property?.kind === 'number' || property?.kind === 'integer';
    return property?.sortKeyOf(object) ?? (numeric ? -Infinity : '');
  }
}

/** One QuickBooks company: its objects, counters, names and settings. */

import { type JsonObject, objectOf, type Reference, textOf } from '../json.js';
import type { Behaviours } from './behaviours.js';
import { Collection } from './collection.js';
import type { Change, EntityDefinition } from './definition.js';
import { NameRegistry } from './names.js';
import { Posted } from './posted.js';
import { ReferencePool } from './references.js';

export type Country = 'US' | 'GB';
export type Plan = 'simple_start' | 'essentials' | 'plus' | 'advanced';

export type Subscription = 'active' | 'lapsed';

export interface CompanyFacts {
  realmId: string;
  country: Country;
  plan: Plan;
  /** Once it has lapsed everything can be read and nothing written (fault 6190). */
  subscription?: Subscription;
  /** Whether the closing date has a password: fault 6210 then, else 6200. */
  closedWithPassword: boolean;
}

const PEOPLE = ['Customer', 'Vendor', 'Employee'] as const;

export class Company {
  readonly names = new NameRegistry();
  readonly references = new ReferencePool();
  readonly posted = new Posted();
  readonly sequences = new Map<string, number>();
  /** The last document number of each numbering sequence. */
  readonly lastNumbers = new Map<string, string>();
  readonly #collections = new Map<string, Collection>();
  readonly #changeListeners = new Set<(change: Change) => void>();

  constructor(
    readonly facts: CompanyFacts,
    readonly definitions: ReadonlyMap<string, EntityDefinition>,
    readonly behaviours: Behaviours,
  ) {
    for (const definition of definitions.values()) {
      this.#collections.set(definition.name, new Collection(definition));
    }
  }

  get realmId(): string {
    return this.facts.realmId;
  }

  /** The company's own currency. */
  get currency(): Reference {
    return this.facts.country === 'US'
      ? this.references.to('Currency', 'USD', 'United States Dollar')
      : this.references.to('Currency', 'GBP', 'British Pound Sterling');
  }

  collection(entity: string): Collection {
    const collection = this.#collections.get(entity);
    if (collection === undefined) throw new TypeError(`no entity ${entity}`);
    return collection;
  }

  collections(): IterableIterator<Collection> {
    return this.#collections.values();
  }

  find(entity: string, id: string | undefined): JsonObject | undefined {
    return id === undefined ? undefined : this.#collections.get(entity)?.get(id);
  }

  /** One group of the Preferences object, such as `SalesFormsPrefs`. */
  preference(group: string): JsonObject | undefined {
    return objectOf(this.find('Preferences', '1'), group);
  }

  /** The shared reference to an object of this company. */
  referenceTo(entity: string, id: string): Reference {
    const label = this.labelOf(entity, id);
    return label === undefined ? { value: id } : this.references.to(entity, id, label);
  }

  /** Which of the three lists of people has the id. */
  personEntity(id: string): 'Customer' | 'Vendor' | 'Employee' | undefined {
    return PEOPLE.find((entity) => this.find(entity, id) !== undefined);
  }

  /** The shared reference to a customer, vendor or employee; undefined where there is none. */
  referenceToPerson(kind: 'plain' | 'typed', id: string): Reference | undefined {
    const entity = this.personEntity(id);
    if (entity === undefined) return undefined;
    const label = this.labelOf(entity, id) ?? '';
    return kind === 'typed'
      ? this.references.typed(entity, id, label)
      : this.references.to(entity, id, label);
  }

  labelOf(entity: string, id: string): string | undefined {
    const member = this.definitions.get(entity)?.label;
    return member === undefined ? undefined : textOf(this.find(entity, id), member);
  }

  nextId(series: string, first: number): string {
    const next = Math.max(first, (this.sequences.get(series) ?? 0) + 1);
    this.sequences.set(series, next);
    return String(next);
  }

  /** Stores an object as it stands and keeps names, labels and counters in step. */
  store(definition: EntityDefinition, object: JsonObject): void {
    const id = textOf(object, 'Id') ?? '';
    const collection = this.collection(definition.name);
    const unique = definition.uniqueName;
    if (unique !== undefined) {
      const holder = `${definition.name}:${id}`;
      const before = textOf(collection.get(id), unique.member);
      const after = textOf(object, unique.member);
      if (before !== after) {
        if (before !== undefined) this.names.release(unique.namespace, before, holder);
        if (after !== undefined) this.names.take(unique.namespace, after, holder);
      }
    }
    const isNew = collection.get(id) === undefined;
    collection.put(object);
    const number = textOf(object, 'DocNumber');
    if (isNew && number !== undefined && definition.numberSequence !== undefined) {
      this.lastNumbers.set(definition.numberSequence, number);
    }
    const label = this.labelOf(definition.name, id);
    if (label !== undefined) this.references.rename(definition.name, id, label);
  }

  remove(definition: EntityDefinition, id: string, time: string): void {
    const unique = definition.uniqueName;
    const held = unique && textOf(this.find(definition.name, id), unique.member);
    if (unique !== undefined && held !== undefined) {
      this.names.release(unique.namespace, held, `${definition.name}:${id}`);
    }
    this.collection(definition.name).delete(id, time);
  }

  /** Calls back after each change of an object, until the returned function is called. */
  onChange(listener: (change: Change) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  announce(change: Change): void {
    for (const listener of this.#changeListeners) listener(change);
  }

  /** Moves a counter past an id that was given from outside. */
  notePastId(series: string, id: string): void {
    const number = Number(id);
    if (Number.isSafeInteger(number) && number > (this.sequences.get(series) ?? 0)) {
      this.sequences.set(series, number);
    }
  }
}

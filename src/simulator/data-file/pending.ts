/** What of a simulator's state is not yet in a data file. */

import type { Collection } from '../engine/collection.js';
import type { Company } from '../engine/company.js';
import type { QuickBooks } from '../quickbooks.js';
import { type Line, textOfLine } from './line.js';

/** Ids in the order in which they came; one that is taken may come again. */
class Queue {
  readonly #ids = new Set<string>();
  #next: Iterator<string> | undefined;

  add(id: string): void {
    this.#ids.add(id);
  }

  take(): string | undefined {
    if (this.#ids.size === 0) return undefined;
    // One iterator for all: a new one would step over everything that was taken before.
    this.#next ??= this.#ids.values();
    const { done, value } = this.#next.next();
    if (done) {
      this.#next = undefined;
      return this.take();
    }
    this.#ids.delete(value);
    return value;
  }
}

interface Watched {
  company: Company;
  collection: Collection;
  ids: Queue;
}

export class Pending {
  #watched: Watched[] = [];
  readonly #companies = new Set<Company>();
  readonly #replays = new Queue();
  /** Small things are written whole when they read otherwise than the last time. */
  readonly #written = new Map<string, string>();
  readonly #stops: (() => void)[] = [];

  /** @param written whether all that is there now is in the file already */
  constructor(
    private readonly quickbooks: QuickBooks,
    written: boolean,
  ) {
    for (const company of quickbooks.companies.values()) this.#watch(company, written);
    const { replays } = quickbooks;
    if (!written) for (const key of replays.keys()) this.#replays.add(key);
    this.#stops.push(replays.onChange((key) => this.#replays.add(key)));
  }

  /** Notes nothing any more. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }

  /**
   * The lines to write. They may be taken with pauses: what changes meanwhile comes too, and an
   * object never before the one that it refers to, so that names still follow after a restart.
   */
  *lines(): Generator<string> {
    yield* this.#removed();
    for (const company of this.quickbooks.companies.values()) this.#watch(company, false);
    yield* this.#small();
    for (;;) {
      const line = this.#nextObject() ?? this.#nextReplay();
      if (line === undefined) break;
      yield textOfLine(line);
    }
    yield* this.#small();
  }

  #watch(company: Company, written: boolean): void {
    if (this.#companies.has(company)) return;
    this.#companies.add(company);
    const queues = new Map<string, Queue>();
    for (const collection of company.collections()) {
      const ids = new Queue();
      if (!written) for (const { id } of collection.rows()) ids.add(id);
      if (!written) for (const [id] of collection.deletions()) ids.add(id);
      this.#watched.push({ company, collection, ids });
      queues.set(collection.definition.name, ids);
      this.#stops.push(collection.onChange((id) => ids.add(id)));
    }
    this.#stops.push(company.posted.onChange((entity, id) => queues.get(entity)?.add(id)));
  }

  *#removed(): Generator<string> {
    for (const company of this.#companies) {
      if (this.#isThere(company)) continue;
      const { realmId } = company;
      this.#companies.delete(company);
      this.#watched = this.#watched.filter((watched) => watched.company !== company);
      this.#written.delete(realmId);
      yield textOfLine({ kind: 'removed', realmId });
    }
  }

  /** Another company may have its realmId by now. */
  #isThere(company: Company): boolean {
    return this.quickbooks.companies.get(company.realmId) === company;
  }

  #nextObject(): Line | undefined {
    for (const { company, collection, ids } of this.#watched) {
      if (!this.#isThere(company)) continue;
      for (let id = ids.take(); id !== undefined; id = ids.take()) {
        const about = { realmId: company.realmId, entity: collection.definition.name };
        const object = collection.get(id);
        if (object !== undefined) {
          const posted = company.posted.of(about.entity, id);
          return { kind: 'object', ...about, object, ...(posted === undefined ? {} : { posted }) };
        }
        const time = collection.deletedAt(id);
        if (time !== undefined) return { kind: 'deleted', ...about, id, time };
      }
    }
    return undefined;
  }

  #nextReplay(): Line | undefined {
    const key = this.#replays.take();
    if (key === undefined) return undefined;
    const kept = this.quickbooks.replays.get(key);
    return kept === undefined ? { kind: 'forgotten', key } : { kind: 'replay', key, kept };
  }

  *#small(): Generator<string> {
    const { clock, grants, files } = this.quickbooks;
    const { nowMs, stopped } = clock.state();
    const offsetMs = Math.round((nowMs - Date.now()) / 1_000) * 1_000;
    yield* this.#ifNew('clock', {
      kind: 'clock',
      stopped,
      ...(stopped ? { nowMs } : { offsetMs }),
    });
    for (const company of this.#companies) {
      if (!this.#isThere(company)) continue;
      const { facts, sequences, lastNumbers } = company;
      yield* this.#ifNew(facts.realmId, {
        kind: 'company',
        facts,
        sequences: [...sequences],
        lastNumbers: [...lastNumbers],
      });
    }
    yield* this.#ifNew('grants', { kind: 'grants', grants: grants.snapshot() });
    yield* this.#ifNew('files', { kind: 'files', files: files.snapshot() });
  }

  *#ifNew(name: string, line: Line): Generator<string> {
    const text = textOfLine(line);
    if (this.#written.get(name) === text) return;
    this.#written.set(name, text);
    yield text;
  }
}

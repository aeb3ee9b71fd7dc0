/** What has been deleted from a collection, and when: change data tells of it. */

import { parsePacific } from '../pacific.js';
import { SortedIndex } from './sorted-index.js';

interface Deletion {
  id: string;
  time: string;
  /** Of two deletions in one second the later has the larger number. */
  number: number;
}

export class Deletions {
  readonly #byId = new Map<string, Deletion>();
  readonly #byTime = new SortedIndex<Deletion>((a, b) => a.number - b.number);
  #lastNumber = 0;

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  timeOf(id: string): string | undefined {
    return this.#byId.get(id)?.time;
  }

  /** @param time as in `MetaData` */
  note(id: string, time: string): void {
    this.forget(id);
    this.#lastNumber += 1;
    const deletion = { id, time, number: this.#lastNumber };
    this.#byId.set(id, deletion);
    this.#byTime.insert(keyOf(deletion), deletion);
  }

  forget(id: string): void {
    const deletion = this.#byId.get(id);
    if (deletion === undefined) return;
    this.#byId.delete(id);
    this.#byTime.remove(keyOf(deletion), deletion);
  }

  *since(fromMs: number): Generator<[id: string, time: string]> {
    const from = this.#byTime.placeOf(fromMs);
    for (const { id, time } of this.#byTime.rows({ from })) yield [id, time];
  }
}

function keyOf({ time }: Deletion): number {
  return parsePacific(time) ?? 0;
}

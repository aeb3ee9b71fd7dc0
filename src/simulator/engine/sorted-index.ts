/**
 * Entries kept in order while they come and go, in chunks of bounded size: insert and remove cost
 * a binary search and one short array move, so a million entries stay cheap to keep sorted.
 */

export type Key = string | number;

export interface IndexEntry {
  key: Key;
  /** Unique; decides between equal keys. */
  tie: number;
  id: string;
}

const CHUNK_MAX = 512;

function compare(a: IndexEntry, b: IndexEntry): number {
  if (a.key < b.key) return -1;
  if (a.key > b.key) return 1;
  return a.tie - b.tie;
}

export class SortedIndex {
  #chunks: IndexEntry[][] = [];

  insert(entry: IndexEntry): void {
    const position = this.#chunkFor(entry);
    const chunk = this.#chunks[position];
    if (chunk === undefined) {
      this.#chunks.push([entry]);
      return;
    }
    chunk.splice(lowerBound(chunk, entry), 0, entry);
    if (chunk.length > CHUNK_MAX) {
      this.#chunks.splice(position + 1, 0, chunk.splice(CHUNK_MAX / 2));
    }
  }

  remove(entry: IndexEntry): void {
    const position = this.#chunkFor(entry);
    const chunk = this.#chunks[position];
    if (chunk === undefined) return;
    const at = lowerBound(chunk, entry);
    const found = chunk[at];
    if (found === undefined || compare(found, entry) !== 0) return;
    chunk.splice(at, 1);
    if (chunk.length === 0) this.#chunks.splice(position, 1);
  }

  /** Ids from the smallest key up, or from the first key of `from` or more. */
  *ascending({ from, skip = 0 }: { from?: Key; skip?: number } = {}): Generator<string> {
    const start = from === undefined ? undefined : { key: from, tie: -Infinity, id: '' };
    const first = start === undefined ? 0 : this.#chunkFor(start);
    let left = skip;
    for (let c = first; c < this.#chunks.length; c += 1) {
      const chunk = this.#chunks[c] ?? [];
      const begin = start !== undefined && c === first ? lowerBound(chunk, start) : 0;
      const size = chunk.length - begin;
      if (left >= size) {
        left -= size;
        continue;
      }
      for (let i = begin + left; i < chunk.length; i += 1) yield chunk[i]?.id ?? '';
      left = 0;
    }
  }

  /** Ids from the largest key down. */
  *descending({ skip = 0 }: { skip?: number } = {}): Generator<string> {
    let left = skip;
    for (let c = this.#chunks.length - 1; c >= 0; c -= 1) {
      const chunk = this.#chunks[c] ?? [];
      if (left >= chunk.length) {
        left -= chunk.length;
        continue;
      }
      for (let i = chunk.length - 1 - left; i >= 0; i -= 1) yield chunk[i]?.id ?? '';
      left = 0;
    }
  }

  /** The last chunk whose first entry is not above `entry`; the first chunk when there is none. */
  #chunkFor(entry: IndexEntry): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.#chunks[middle]?.[0];
      if (first !== undefined && compare(first, entry) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function lowerBound(chunk: readonly IndexEntry[], entry: IndexEntry): number {
  let low = 0;
  let high = chunk.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const probe = chunk[middle];
    if (probe !== undefined && compare(probe, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

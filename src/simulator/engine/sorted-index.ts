/**
 * Rows kept in the order of a key while they come and go, in chunks of bounded size: insert, remove
 * and finding a place cost a binary search and one short array move. Places are counted from 0, so
 * the size of a range and a page deep inside it are known without walking there.
 */

export type Key = string | number;

interface Chunk<Row> {
  /** Beside the rows and not inside them: two flat arrays need a fraction of the memory. */
  keys: Key[];
  rows: Row[];
}

export interface Span {
  /** The first place; default 0. */
  from?: number;
  /** The place behind the last; default: behind all. */
  to?: number;
  /** From the last row to the first. */
  descending?: boolean;
}

const CHUNK_MAX = 512;

export class SortedIndex<Row> {
  #chunks: Chunk<Row>[] = [];
  #size = 0;

  /** @param ties orders the rows of one key; different rows must never be equal in it */
  constructor(private readonly ties: (a: Row, b: Row) => number) {}

  get size(): number {
    return this.#size;
  }

  insert(key: Key, row: Row): void {
    this.#size += 1;
    const position = this.#chunkFor(key, row);
    const chunk = this.#chunks[position];
    if (chunk === undefined) {
      this.#chunks.push({ keys: [key], rows: [row] });
      return;
    }
    const at = this.#lowerBound(chunk, key, row);
    const full = chunk.keys.length >= CHUNK_MAX;
    if (full && at === chunk.keys.length && position === this.#chunks.length - 1) {
      // What comes in order, as new objects do, leaves full chunks behind instead of halves.
      this.#chunks.push({ keys: [key], rows: [row] });
      return;
    }
    chunk.keys.splice(at, 0, key);
    chunk.rows.splice(at, 0, row);
    if (!full) return;
    const half = CHUNK_MAX / 2;
    const upper = { keys: chunk.keys.splice(half), rows: chunk.rows.splice(half) };
    this.#chunks.splice(position + 1, 0, upper);
  }

  /** @param key the key under which the row was inserted */
  remove(key: Key, row: Row): void {
    const position = this.#chunkFor(key, row);
    const chunk = this.#chunks[position];
    if (chunk === undefined) return;
    const at = this.#lowerBound(chunk, key, row);
    if (chunk.rows[at] !== row) return;
    this.#size -= 1;
    chunk.keys.splice(at, 1);
    chunk.rows.splice(at, 1);
    if (chunk.keys.length === 0) this.#chunks.splice(position, 1);
  }

  /** The place of the first row with that key or a larger one; with `after`, only a larger one. */
  placeOf(key: Key, after = false): number {
    const position = this.#chunkFor(key, after);
    const chunk = this.#chunks[position];
    return chunk === undefined
      ? 0
      : this.#firstPlaceIn(position) + this.#lowerBound(chunk, key, after);
  }

  /** The key of the row at that place. */
  keyAt(place: number): Key | undefined {
    let left = place;
    for (const { keys } of this.#chunks) {
      if (left < keys.length) return keys[left];
      left -= keys.length;
    }
    return undefined;
  }

  *rows({ from = 0, to = this.#size, descending = false }: Span = {}): Generator<Row> {
    let left = Math.min(to, this.#size) - Math.max(from, 0);
    if (left <= 0) return;
    const step = descending ? -1 : 1;
    let [position, at] = this.#locate(descending ? from + left - 1 : from);
    while (left > 0) {
      const rows = this.#chunks[position]?.rows ?? [];
      for (; at >= 0 && at < rows.length && left > 0; at += step) {
        const row = rows[at];
        if (row !== undefined) yield row;
        left -= 1;
      }
      position += step;
      at = descending ? (this.#chunks[position]?.rows.length ?? 0) - 1 : 0;
    }
  }

  /** The chunk of a place, and where in it. */
  #locate(place: number): [position: number, at: number] {
    let left = place;
    let position = 0;
    for (const { keys } of this.#chunks) {
      if (left < keys.length) break;
      left -= keys.length;
      position += 1;
    }
    return [position, left];
  }

  #firstPlaceIn(position: number): number {
    let place = 0;
    for (let c = 0; c < position; c += 1) place += this.#chunks[c]?.keys.length ?? 0;
    return place;
  }

  /** The last chunk that does not begin above the wanted place; the first when all do. */
  #chunkFor(key: Key, tie: Row | boolean): number {
    let low = 0;
    let high = this.#chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const chunk = this.#chunks[middle];
      if (chunk !== undefined && this.#order(chunk, 0, key, tie) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #lowerBound(chunk: Chunk<Row>, key: Key, tie: Row | boolean): number {
    let low = 0;
    let high = chunk.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order(chunk, middle, key, tie) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Below 0 where the row lies before the wanted place. A tie of false: before all equal keys. */
  #order(chunk: Chunk<Row>, at: number, key: Key, tie: Row | boolean): number {
    const own = chunk.keys[at] ?? key;
    if (own < key) return -1;
    if (own > key) return 1;
    if (typeof tie === 'boolean') return tie ? -1 : 1;
    const row = chunk.rows[at];
    return row === undefined ? 1 : this.ties(row, tie);
  }
}

/**
 * What each transaction has moved in the books, kept as it was moved: a later change takes back
 * exactly that, whatever has become of accounts, items and rates meanwhile.
 */

/** Cents by what they were added to: `Account:84`, `Customer:1`, `Vendor:31`. */
export type Moves = Readonly<Record<string, number>>;

type Listener = (entity: string, id: string) => void;

export class Posted {
  /** As JSON: a million texts take a third of the memory of a million objects. */
  readonly #texts = new Map<string, Map<string, string>>();
  readonly #listeners = new Set<Listener>();

  /** Undefined where nothing is known of it: a loaded object came with its balances. */
  of(entity: string, id: string): Moves | undefined {
    const text = this.#texts.get(entity)?.get(id);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** @param moves what the transaction has moved in all; undefined forgets it */
  note(entity: string, id: string, moves: Moves | undefined): void {
    const texts = this.#texts.get(entity) ?? new Map<string, string>();
    this.#texts.set(entity, texts);
    if (moves === undefined) texts.delete(id);
    else texts.set(id, JSON.stringify(moves));
    for (const listener of this.#listeners) listener(entity, id);
  }

  /** What was moved on one of two merged names or accounts is moved on the other. */
  merge(entity: string, from: string, into: string): void {
    const [gone, stays] = [`${entity}:${from}`, `${entity}:${into}`];
    const quoted = JSON.stringify(gone);
    for (const [poster, texts] of this.#texts) {
      for (const [id, text] of texts) {
        if (!text.includes(quoted)) continue;
        const { [gone]: moved = 0, ...rest } = this.of(poster, id) ?? {};
        this.note(poster, id, { ...rest, [stays]: (rest[stays] ?? 0) + moved });
      }
    }
  }

  /** Calls back with each transaction whose moves are noted anew. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

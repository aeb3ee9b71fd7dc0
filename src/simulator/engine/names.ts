/** Who holds which name. Names are compared trimmed and without case. */

export class NameRegistry {
  readonly #holders = new Map<string, Set<string>>();

  /** Whether anyone but `holder` has the name in that namespace. */
  isTaken(namespace: string, name: string, holder: string): boolean {
    const holders = this.#holders.get(keyOf(namespace, name));
    if (holders === undefined) return false;
    return holders.size > (holders.has(holder) ? 1 : 0);
  }

  take(namespace: string, name: string, holder: string): void {
    const key = keyOf(namespace, name);
    const holders = this.#holders.get(key);
    if (holders === undefined) this.#holders.set(key, new Set([holder]));
    else holders.add(holder);
  }

  release(namespace: string, name: string, holder: string): void {
    const key = keyOf(namespace, name);
    const holders = this.#holders.get(key);
    holders?.delete(holder);
    if (holders?.size === 0) this.#holders.delete(key);
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}:${name.trim().toLowerCase()}`;
}

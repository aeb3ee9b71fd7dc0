/** Who holds which name. Names are compared trimmed and without case. */

export class NameRegistry {
  /** The one that has a name, or several: loaded objects and inactive ones may share it. */
  readonly #holders = new Map<string, string | Set<string>>();

  /** Whether anyone but `holder` has the name in that namespace. */
  isTaken(namespace: string, name: string, holder: string): boolean {
    const holders = this.#holders.get(keyOf(namespace, name));
    if (holders === undefined || holders === holder) return false;
    return typeof holders === 'string' || holders.size > (holders.has(holder) ? 1 : 0);
  }

  take(namespace: string, name: string, holder: string): void {
    const key = keyOf(namespace, name);
    const holders = this.#holders.get(key);
    if (holders === undefined) this.#holders.set(key, holder);
    else if (typeof holders !== 'string') holders.add(holder);
    else if (holders !== holder) this.#holders.set(key, new Set([holders, holder]));
  }

  release(namespace: string, name: string, holder: string): void {
    const key = keyOf(namespace, name);
    const holders = this.#holders.get(key);
    if (holders === holder) this.#holders.delete(key);
    if (holders === undefined || typeof holders === 'string') return;
    holders.delete(holder);
    if (holders.size === 0) this.#holders.delete(key);
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}:${name.trim().toLowerCase()}`;
}

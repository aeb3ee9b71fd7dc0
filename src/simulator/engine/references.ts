/**
 * One reference object per target, shared by everything that points to it. QuickBooks shows the
 * current name of a customer on its old invoices; sharing gives that without touching them.
 */

import type { Reference } from '../json.js';

export class ReferencePool {
  readonly #named = new Map<string, Reference>();

  /** @param label the target's current name */
  to(entity: string, id: string, label: string): Reference {
    const key = `${entity}:${id}`;
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const reference = { value: id, name: label };
    this.#named.set(key, reference);
    return reference;
  }

  rename(entity: string, id: string, label: string): void {
    const known = this.#named.get(`${entity}:${id}`);
    if (known !== undefined) known.name = label;
  }
}

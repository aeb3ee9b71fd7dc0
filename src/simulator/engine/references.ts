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

  /** The same with the entity as its `type`, as references to people of any kind have it. */
  typed(entity: string, id: string, label: string): Reference {
    const key = typedKey(entity, id);
    const known = this.#named.get(key);
    if (known !== undefined) return known;
    const reference = { value: id, name: label, type: entity };
    this.#named.set(key, reference);
    return reference;
  }

  rename(entity: string, id: string, label: string): void {
    for (const key of [`${entity}:${id}`, typedKey(entity, id)]) {
      const known = this.#named.get(key);
      if (known !== undefined) known.name = label;
    }
  }
}

function typedKey(entity: string, id: string): string {
  return `typed ${entity}:${id}`;
}

import type { EntityName } from './entities.js';
import { faultsInJson, isObject, type JsonObject, type QuickBooksFault } from './fault.js';

/** How one object of a write fared. */
export type ItemResult =
  /** The object as QuickBooks has it now; of a deleted one only `Id` and `status`. */
  | { kind: 'ok'; entity: JsonObject }
  | { kind: 'refused'; status: number; faults: QuickBooksFault[] }
  /** The answer does not mention it: it may have been done or not. */
  | { kind: 'missing' };

/** Reads the object out of an answer or of one item of a batch answer. */
export function readItem(json: JsonObject, entity: EntityName, status: number): ItemResult {
  const faults = faultsInJson(json);
  if (faults.length > 0) return { kind: 'refused', status, faults };
  const found = json[entity];
  // Without an id nothing is known about the object, whatever else is there.
  return isObject(found) && typeof found['Id'] === 'string'
    ? { kind: 'ok', entity: found }
    : { kind: 'missing' };
}

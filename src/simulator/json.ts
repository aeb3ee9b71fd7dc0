/** Plain JSON, and the few readers the simulator needs to look into it without casts. */

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. A member may be `undefined`: it is then absent from the answer. */
export interface JsonObject {
  [member: string]: JsonValue | undefined;
}

/** A reference as QuickBooks writes it: the id of another object, and its name as a label. */
export interface Reference extends JsonObject {
  value: string;
  name?: string;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How deep objects and lists may lie in one another; no answer of QuickBooks comes near. */
const DEPTH_MAX = 64;

/** Whether what was parsed is nested deeper than anything here should have to walk. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEPTH_MAX) return true;
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each === 'object' && each !== null) {
        for (const inner of Object.values(each)) {
          if (typeof inner === 'object' && inner !== null) next.push(inner);
        }
      }
    }
    level = next;
  }
  return false;
}

/** The member as text, or `undefined` when it is absent or something else. */
export function textOf(object: JsonObject | undefined, member: string): string | undefined {
  const value = object?.[member];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(object: JsonObject | undefined, member: string): number | undefined {
  const value = object?.[member];
  return typeof value === 'number' ? value : undefined;
}

export function objectOf(object: JsonObject | undefined, member: string): JsonObject | undefined {
  const value = object?.[member];
  return isObject(value) ? value : undefined;
}

/** The objects in a list member; empty when the member is absent. */
export function objectsOf(object: JsonObject | undefined, member: string): JsonObject[] {
  const value = object?.[member];
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The id a reference member points to. */
export function refIdOf(object: JsonObject | undefined, member: string): string | undefined {
  return textOf(objectOf(object, member), 'value');
}

/** The value at a dotted path such as `MetaData.LastUpdatedTime`. */
export function valueAt(object: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = object;
  for (const member of path) {
    if (!isObject(value)) return undefined;
    value = value[member];
  }
  return value;
}

/** The object without members that are undefined. */
export function present(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** Equal as JSON: an absent member and an `undefined` one are the same. */
export function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => sameJson(value, b[index]));
  }
  if (!isObject(a) || !isObject(b)) return false;
  for (const member in a) if (!sameJson(a[member], b[member])) return false;
  for (const member in b) if (b[member] !== undefined && a[member] === undefined) return false;
  return true;
}

/** `base` with the members of `changes` laid over it, object by object; lists are replaced. */
export function mergeJson(base: JsonObject, changes: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [member, value] of Object.entries(changes)) {
    const before = merged[member];
    merged[member] = isObject(value) && isObject(before) ? mergeJson(before, value) : value;
  }
  return merged;
}

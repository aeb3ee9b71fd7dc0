/** A member as the query language sees it: where it lies, and as what its values compare. */

import { type JsonObject, type JsonValue, valueAt } from '../json.js';
import { parsePacific } from '../pacific.js';
import type { Field, FieldKind, Shape } from './fields.js';
import type { Key } from './sorted-index.js';

export interface Property {
  /** The members to walk, in the spelling of the entity. */
  path: readonly string[];
  kind: FieldKind;
  filterable: boolean;
  sortable: boolean;
  /** What an object's value compares as in a condition; `undefined` where it has none. */
  keyOf(object: JsonObject): Key | undefined;
  /** What it sorts as. Recorded: capitals sort before small letters, though they compare equal. */
  sortKeyOf(object: JsonObject): Key | undefined;
  /** What a literal of a query compares as; `undefined` where it is not such a value. */
  keyOfLiteral(literal: string): Key | undefined;
}

/** The property of that name, whatever its case; `undefined` when the entity has none. */
export function findProperty(fields: Shape, path: string): Property | undefined {
  const names: string[] = [];
  let shape: Shape | undefined = fields;
  let found: Field | undefined;
  for (const part of path.split('.')) {
    const member: string | undefined = shape && memberNamed(shape, part);
    if (member === undefined) return undefined;
    found = shape?.[member];
    names.push(member);
    shape = found?.kind === 'reference' ? undefined : found?.shape?.();
  }
  if (found === undefined) return undefined;
  return propertyOf(found, names);
}

function memberNamed(shape: Shape, part: string): string | undefined {
  if (shape[part] !== undefined) return part;
  const wanted = part.toLowerCase();
  return Object.keys(shape).find((member) => member.toLowerCase() === wanted);
}

function propertyOf(field: Field, names: string[]): Property {
  const inner = field.queriedBy;
  const path = inner === undefined ? names : [...names, inner];
  const isId = names.length === 1 && names[0] === 'Id';
  const kind = inner === undefined ? field.kind : 'text';
  const present = (object: JsonObject): JsonValue | undefined => valueAt(object, path) ?? undefined;
  const toKey = (value: JsonValue | undefined): Key | undefined => {
    if (value === undefined) return undefined;
    return isId ? idKey(value) : keyOfValue(kind, value);
  };
  return {
    path,
    kind,
    filterable: field.filterable,
    sortable: field.sortable,
    keyOf: (object) => toKey(present(object)),
    sortKeyOf(object) {
      const value = present(object);
      return kind === 'text' && !isId && typeof value === 'string' ? value : toKey(value);
    },
    keyOfLiteral: (literal) => (isId ? idKey(literal) : keyOfLiteral(kind, literal)),
  };
}

/** Ids are digits, or words such as `TAX`; padding makes digits compare as numbers. */
function idKey(value: JsonValue): Key {
  return String(value).padStart(20, '0');
}

function keyOfValue(kind: FieldKind, value: JsonValue): Key | undefined {
  if (kind === 'time') return parsePacific(String(value));
  if (kind === 'number' || kind === 'integer') return Number(value);
  if (typeof value === 'object') return undefined;
  return String(value).toLowerCase();
}

function keyOfLiteral(kind: FieldKind, literal: string): Key | undefined {
  if (kind === 'time') return parsePacific(literal);
  if (kind !== 'number' && kind !== 'integer') return literal.toLowerCase();
  const number = Number(literal);
  return literal.trim() === '' || Number.isNaN(number) ? undefined : number;
}

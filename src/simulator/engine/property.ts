/** A member as the query language sees it: where it lies, and as what its values compare. */

import { isObject, type JsonObject, type JsonValue, valueAt } from '../json.js';
import { parsePacific } from '../pacific.js';
import type { Field, FieldKind, Shape } from './fields.js';
import type { Key } from './sorted-index.js';

export interface Property {
  /** As the entity spells it: `CustomerRef`, `MetaData.CreateTime`. */
  name: string;
  /** The members to walk. */
  path: readonly string[];
  kind: FieldKind;
  filterable: boolean;
  sortable: boolean;
  /** Whether a list lies on the path, so that an object may have several values. */
  many: boolean;
  /** What an object's value, or the first of several, compares as; `undefined` where it has none. */
  keyOf(object: JsonObject): Key | undefined;
  /** What all its values compare as. */
  keysOf(object: JsonObject): readonly Key[];
  /** What it sorts as. Recorded: capitals sort before small letters, though they compare equal. */
  sortKeyOf(object: JsonObject): Key | undefined;
  /** What a literal of a query compares as; `undefined` where it is not such a value. */
  keyOfLiteral(literal: string): Key | undefined;
}

interface Found {
  field: Field;
  names: string[];
  many: boolean;
}

/** The property of that name, whatever its case; `undefined` when the entity has none. */
export function findProperty(fields: Shape, path: string): Property | undefined {
  let shape: Shape | undefined = fields;
  let found: Found | undefined;
  for (const part of path.split('.')) {
    const member: string | undefined = shape && memberNamed(shape, part);
    const field: Field | undefined = member === undefined ? undefined : shape?.[member];
    if (member === undefined || field === undefined) return undefined;
    const many: boolean = field.many || found?.many === true;
    found = { field, names: [...(found?.names ?? []), member], many };
    shape = field.kind === 'reference' ? insideReference(field) : field.shape?.();
  }
  return found && propertyOf(found);
}

/** `AttachableRef.EntityRef.Type`: a reference lets its parts be asked for as it may be itself. */
function insideReference(reference: Field): Shape {
  const part: Field = { ...reference, kind: 'text', many: false, sortable: false };
  delete part.queriedBy;
  return { value: part, name: part, type: part };
}

function memberNamed(shape: Shape, part: string): string | undefined {
  if (Object.hasOwn(shape, part)) return part;
  const wanted = part.toLowerCase();
  return Object.keys(shape).find((member) => member.toLowerCase() === wanted);
}

function propertyOf({ field, names, many }: Found): Property {
  const inner = field.queriedBy;
  const path = inner === undefined ? names : [...names, inner];
  const isId = names.length === 1 && names[0] === 'Id';
  const kind = inner === undefined ? field.kind : 'text';
  const toKey = isId ? idKey : keyMaker(kind);
  const first = (object: JsonObject): JsonValue | undefined =>
    many ? valuesAt(object, path)[0] : valueIn(object, path);
  return {
    name: names.join('.'),
    path,
    kind,
    filterable: field.filterable,
    sortable: field.sortable,
    many,
    keyOf(object) {
      const value = first(object);
      return value === undefined ? undefined : toKey(value);
    },
    keysOf(object) {
      const values = valuesAt(object, path);
      return values.map(toKey).filter((key) => key !== undefined);
    },
    sortKeyOf(object) {
      const value = first(object);
      if (value === undefined) return undefined;
      return kind === 'text' && !isId && typeof value === 'string' ? value : toKey(value);
    },
    keyOfLiteral: (literal) => (isId ? idKey(literal) : keyOfLiteral(kind, literal)),
  };
}

/** What lies at a path without lists; an absent value and an empty text are no values. */
function valueIn(object: JsonObject, path: readonly string[]): JsonValue | undefined {
  const value = valueAt(object, path);
  return value === null || value === '' ? undefined : value;
}

/** All that lies at a path, through its lists. */
function valuesAt(object: JsonObject, path: readonly string[]): JsonValue[] {
  let values: JsonValue[] = [object];
  for (const member of path) {
    const inner: JsonValue[] = [];
    for (const value of values) {
      const below = isObject(value) ? value[member] : undefined;
      if (Array.isArray(below)) inner.push(...below);
      else if (below !== undefined && below !== null && below !== '') inner.push(below);
    }
    values = inner;
  }
  return values;
}

/** Ids are digits, or words such as `TAX`; padding makes digits compare as numbers. */
function idKey(value: JsonValue): Key {
  return String(value).padStart(20, '0');
}

function keyMaker(kind: FieldKind): (value: JsonValue) => Key | undefined {
  if (kind === 'time') return timeKeys();
  if (kind === 'number' || kind === 'integer') {
    return (value) => {
      const number = Number(value);
      return Number.isNaN(number) ? undefined : number;
    };
  }
  return (value) => (typeof value === 'object' ? undefined : String(value).toLowerCase());
}

/** Objects that change together have the same time: the last one read is worth keeping. */
function timeKeys(): (value: JsonValue) => Key | undefined {
  let lastText = '';
  let lastKey: Key | undefined;
  return (value) => {
    const text = String(value);
    if (text !== lastText) {
      lastText = text;
      lastKey = parsePacific(text);
    }
    return lastKey;
  };
}

const DATE = /^\d{4}-\d{2}-\d{2}(?=$|T)/;

function keyOfLiteral(kind: FieldKind, literal: string): Key | undefined {
  if (kind === 'time') return parsePacific(literal);
  if (kind === 'date') return DATE.exec(literal)?.[0];
  if (kind !== 'number' && kind !== 'integer') return literal.toLowerCase();
  const number = Number(literal);
  return literal.trim() === '' || Number.isNaN(number) ? undefined : number;
}

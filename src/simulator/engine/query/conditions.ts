/** Conditions of a query, bound to an entity's members and ready to test objects. */

import type { JsonObject } from '../../json.js';
import type { Collection } from '../collection.js';
import type { MemberIndex } from '../member-index.js';
import type { Property } from '../property.js';
import { queryInvalid, ServiceFault } from '../service-fault.js';
import type { Key } from '../sorted-index.js';
import type { Condition, Operator } from './parse.js';

/** Places of an index, from the first to the one behind the last. */
export type Places = readonly [from: number, to: number];

export interface Bound {
  property: Property;
  operator: Operator;
  keys: readonly Key[];
  matches(object: JsonObject): boolean;
  /** Where an index of the member holds what may match; `undefined` where it cannot tell. */
  placesIn?: (index: MemberIndex) => Places[];
  /** Whether everything in those places does match. */
  exact: boolean;
}

/** @throws ServiceFault 4001 for an unknown or unfilterable member, or a value of the wrong kind */
export function bind(condition: Condition, collection: Collection): Bound {
  const { operator, values } = condition;
  const property = filterableProperty(condition.property, collection);
  if (property.name === 'Id' && operator !== '=' && operator !== 'IN') {
    throw invalid(`Operator ${operator} is not supported for property Id`);
  }
  const [value = ''] = values;
  if (operator === 'LIKE') return like(property, value);
  if (operator === '=' && value.trim() === '') return absent(property);
  const keys = values.map((one) => literalKey(property, one));
  return {
    property,
    operator,
    keys,
    matches: anyKey(property, comparing(operator, keys)),
    placesIn: (index) => placesOf(index, operator, keys),
    exact: true,
  };
}

/** `Active IN (true, false)` lets everything through. */
export function isSelective({ property, operator, keys }: Bound): boolean {
  const all = operator === 'IN' && keys.includes('true') && keys.includes('false');
  return property.name !== 'Active' || !all;
}

function filterableProperty(path: string, collection: Collection): Property {
  const { name } = collection.definition;
  const property = collection.property(path);
  if (property === undefined) throw invalid(`Property ${path} not found for Entity ${name}`);
  if (!property.filterable) throw invalid(`property '${path}' is not queryable`);
  return property;
}

function literalKey(property: Property, literal: string): Key {
  const key = property.keyOfLiteral(literal);
  if (key === undefined) throw invalid(`value ${literal} is not a valid ${property.kind}`);
  return key;
}

/** An object with several values matches when one of them does. */
function anyKey(property: Property, test: (key: Key) => boolean): (object: JsonObject) => boolean {
  if (property.many) return (object) => property.keysOf(object).some(test);
  return (object) => {
    const key = property.keyOf(object);
    return key !== undefined && test(key);
  };
}

/** `= ' '` asks for objects without the member. */
function absent(property: Property): Bound {
  return {
    property,
    operator: '=',
    keys: [],
    matches: (object) => property.keysOf(object).length === 0,
    placesIn: (index) => [index.missing()],
    exact: true,
  };
}

/** Sorts behind every text that begins with what stands before it. */
const BEHIND = '\uffff';

/** `%` stands for any text; case does not matter. */
function like(property: Property, pattern: string): Bound {
  const parts = pattern.toLowerCase().split('%');
  const [prefix = ''] = parts;
  const bound: Bound = {
    property,
    operator: 'LIKE',
    keys: [],
    matches: anyKey(property, (key) => hasInOrder(String(key), parts)),
    exact: parts.length === 2 && parts[1] === '',
  };
  const inText = property.kind === 'text' || property.kind === 'date';
  if (!inText || prefix === '') return bound;
  const end = parts.length === 1 ? prefix : prefix + BEHIND;
  return {
    ...bound,
    placesIn: (index) => [[index.placeOf(prefix), index.placeOf(end, true)]],
    exact: bound.exact || parts.length === 1,
  };
}

/** Whether the text begins with the first part, ends with the last and has the others between. */
function hasInOrder(text: string, parts: readonly string[]): boolean {
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return text === first;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

function comparing(operator: Operator, keys: readonly Key[]): (key: Key) => boolean {
  const [limit = ''] = keys;
  switch (operator) {
    case '<':
      return (key) => key < limit;
    case '<=':
      return (key) => key <= limit;
    case '>':
      return (key) => key > limit;
    case '>=':
      return (key) => key >= limit;
    default:
      return (key) => keys.includes(key);
  }
}

function placesOf(index: MemberIndex, operator: Operator, keys: readonly Key[]): Places[] {
  const [limit = ''] = keys;
  const [first, end] = index.present();
  switch (operator) {
    case '<':
      return [[first, index.placeOf(limit)]];
    case '<=':
      return [[first, index.placeOf(limit, true)]];
    case '>':
      return [[index.placeOf(limit, true), end]];
    case '>=':
      return [[index.placeOf(limit), end]];
    default:
      return [...new Set(keys)].map((key) => [index.placeOf(key), index.placeOf(key, true)]);
  }
}

function invalid(detail: string): ServiceFault {
  return new ServiceFault([queryInvalid(detail)]);
}

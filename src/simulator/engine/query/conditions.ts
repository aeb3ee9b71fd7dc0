/** Conditions of a query, bound to an entity's members and ready to test objects. */

import type { JsonObject } from '../../json.js';
import { pacificDate } from '../../pacific.js';
import type { Collection } from '../collection.js';
import type { Property } from '../property.js';
import { queryInvalid, ServiceFault } from '../service-fault.js';
import type { Key } from '../sorted-index.js';
import type { Condition, Operator } from './parse.js';

export interface Bound {
  /** The member whose index may answer: its name as the definition spells it. */
  member: string;
  operator: Operator;
  keys: Key[];
  /** Whether values sort as they compare: texts do not. */
  inOrder: boolean;
  matches(object: JsonObject): boolean;
}

/** @throws ServiceFault 4001 for an unknown or unfilterable member, or a value of the wrong kind */
export function bind(condition: Condition, collection: Collection, nowMs: number): Bound {
  const { operator } = condition;
  const property = filterableProperty(condition.property, collection);
  const member = memberName(property);
  if (member === 'Id' && operator !== '=' && operator !== 'IN') {
    throw invalid(`Operator ${operator} is not supported for property Id`);
  }
  const inOrder = property.kind !== 'text';
  if (operator === 'LIKE') {
    const matches = like(property, condition.values[0] ?? '');
    return { member, operator, keys: [], inOrder, matches };
  }
  const isNull = operator === '=' && condition.values[0]?.trim() === '';
  if (isNull) {
    const matches = (object: JsonObject) => property.keyOf(object) === undefined;
    return { member, operator: 'LIKE', keys: [], inOrder, matches };
  }
  const keys = condition.values.map((value) => literalKey(property, value, nowMs));
  return { member, operator, keys, inOrder, matches: comparing(property, operator, keys) };
}

/** `Active IN (true, false)` lets everything through. */
export function isSelective({ member, operator, keys }: Bound): boolean {
  const all = operator === 'IN' && keys.includes('true') && keys.includes('false');
  return member !== 'Active' || !all;
}

function filterableProperty(path: string, collection: Collection): Property {
  const { name } = collection.definition;
  const property = collection.property(path);
  if (property === undefined) throw invalid(`Property ${path} not found for Entity ${name}`);
  if (!property.filterable) throw invalid(`property '${path}' is not queryable`);
  return property;
}

/** `CustomerRef` for a reference's value, `MetaData.CreateTime` for a nested member. */
function memberName(property: Property): string {
  const [first = '', second] = property.path;
  return first === 'MetaData' && second !== undefined ? `${first}.${second}` : first;
}

function literalKey(property: Property, literal: string, nowMs: number): Key {
  const value = literal.toUpperCase() === 'CURRENT_DATE' ? pacificDate(nowMs) : literal;
  const key = property.keyOfLiteral(value);
  if (key === undefined) throw invalid(`value ${literal} is not a valid ${property.kind}`);
  return key;
}

/** `%` stands for any text; case does not matter. */
function like(property: Property, pattern: string): (object: JsonObject) => boolean {
  const source = pattern
    .toLowerCase()
    .split('%')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*');
  const expression = new RegExp(`^${source}$`);
  return (object) => {
    const key = property.keyOf(object);
    return key !== undefined && expression.test(String(key));
  };
}

function comparing(
  property: Property,
  operator: Operator,
  keys: readonly Key[],
): (object: JsonObject) => boolean {
  const [limit = ''] = keys;
  return (object) => {
    const key = property.keyOf(object);
    if (key === undefined) return false;
    return operator === 'IN' ? keys.includes(key) : compares(key, operator, limit);
  };
}

function compares(key: Key, operator: Operator, limit: Key): boolean {
  switch (operator) {
    case '<':
      return key < limit;
    case '<=':
      return key <= limit;
    case '>':
      return key > limit;
    case '>=':
      return key >= limit;
    default:
      return key === limit;
  }
}

function invalid(detail: string): ServiceFault {
  return new ServiceFault([queryInvalid(detail)]);
}

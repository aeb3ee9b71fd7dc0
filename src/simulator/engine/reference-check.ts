/** Checks every reference a request sends and swaps it for the shared, named one. */

import { isObject, type JsonObject, type JsonValue, textOf } from '../json.js';
import type { Company } from './company.js';
import type { Draft } from './definition.js';
import type { Field, Shape } from './fields.js';
import {
  type FaultError,
  inactiveAccount,
  objectNotFound,
  referenceNotFound,
} from './service-fault.js';

/** Members of `after` that the request sent, with their references checked and named. */
export function linkReferences({ company, definition, sent, after, errors }: Draft): void {
  const link = linker(company, errors);
  for (const member in sent) {
    const field = definition.fields[member];
    const value = after[member];
    if (field !== undefined && value !== undefined && sent[member] !== null) {
      after[member] = link(value, field);
    }
  }
}

type Link = (value: JsonValue, field: Field) => JsonValue;

function linker(company: Company, errors: FaultError[]): Link {
  const link: Link = (value, field) => {
    if (Array.isArray(value)) return value.map((item) => link(item, field));
    if (!isObject(value)) return value;
    if (field.kind === 'reference') return linkOne(company, value, field, errors);
    const shape = field.kind === 'object' ? field.shape?.() : undefined;
    return shape === undefined ? value : linkMembers(value, shape, link);
  };
  return link;
}

function linkMembers(value: JsonObject, shape: Shape, link: Link): JsonObject {
  const linked: JsonObject = {};
  for (const member in value) {
    const field = shape[member];
    const inner = value[member];
    linked[member] = field === undefined || inner === undefined ? inner : link(inner, field);
  }
  return linked;
}

function linkOne(
  company: Company,
  value: JsonObject,
  { refersTo: listed, unnamed, words, person }: Field,
  errors: FaultError[],
): JsonObject {
  const id = textOf(value, 'value') ?? '';
  const refersTo = person === undefined ? listed : (company.personEntity(id) ?? 'Customer');
  if (refersTo === undefined || words?.has(id)) return value;
  if (refersTo === 'Currency') {
    return company.currency.value === id ? company.currency : value;
  }
  const target = company.find(refersTo, id);
  if (target === undefined) {
    errors.push(referenceNotFound(company.definitions.get(refersTo)?.listName ?? refersTo, id));
    return value;
  }
  if (target['Active'] === false) {
    errors.push(refersTo === 'Account' ? inactiveAccount() : objectNotFound());
  }
  if (unnamed) return { value: id };
  const typed = person === undefined ? undefined : company.referenceToPerson(person, id);
  return typed ?? company.referenceTo(refersTo, id);
}

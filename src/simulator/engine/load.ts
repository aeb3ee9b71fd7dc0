/** Puts objects into a company as they stand: no checks, ids and tokens kept. */

import { isObject, type JsonObject, type JsonValue, textOf } from '../json.js';
import { pacificSeconds } from '../pacific.js';
import type { Company } from './company.js';
import type { EntityDefinition } from './definition.js';
import type { Field, Shape } from './fields.js';

/** @throws RangeError for an entity the simulator does not know. Answers how many of each. */
export function loadObjects(
  company: Company,
  objects: Readonly<Record<string, readonly JsonObject[]>>,
  nowMs: number,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const [entity, list] of Object.entries(objects)) {
    const definition = company.definitions.get(entity);
    if (definition === undefined) throw new RangeError(`The entity ${entity} is not known`);
    for (const object of list) loadOne(company, definition, object, nowMs);
    counts[definition.name] = list.length;
  }
  return counts;
}

/** Members that every object has are added where the loaded one lacks them. */
function loadOne(
  company: Company,
  definition: EntityDefinition,
  object: JsonObject,
  nowMs: number,
): void {
  const { ids, family } = definition;
  const given = textOf(object, 'Id') ?? (family === 'company' ? '1' : undefined);
  const id = given ?? company.nextId(ids.series, ids.first);
  company.notePastId(ids.series, id);
  const time = pacificSeconds(nowMs);
  const complete: JsonObject = {
    domain: 'QBO',
    sparse: false,
    Id: id,
    SyncToken: '0',
    MetaData: { CreateTime: time, LastUpdatedTime: time },
    ...(family === 'list' ? { Active: true } : {}),
    ...named(definition, object),
    ...object,
  };
  const linked =
    definition.fields['CurrencyRef'] === undefined ? complete : home(company, complete);
  storeShared(company, definition, linked);
}

/** Stores an object with its references shared. Its targets should be stored before it. */
export function storeShared(
  company: Company,
  definition: EntityDefinition,
  object: JsonObject,
): void {
  company.store(definition, shareReferences(company, object, definition.fields));
}

/** The qualified name and display name follow from the name where only that is given. */
function named({ fields }: EntityDefinition, object: JsonObject): JsonObject {
  const own = textOf(object, 'DisplayName') ?? textOf(object, 'Name');
  const qualified = fields['FullyQualifiedName']?.filterable === true;
  return own !== undefined && qualified ? { FullyQualifiedName: own } : {};
}

function home(company: Company, object: JsonObject): JsonObject {
  return { ...object, CurrencyRef: object['CurrencyRef'] ?? company.currency };
}

/** A reference with its target's current name, or without the name it should have, is shared. */
function shareReferences(company: Company, object: JsonObject, fields: Shape): JsonObject {
  const shared: JsonObject = {};
  for (const member in object) {
    const field = fields[member];
    const value = object[member];
    shared[member] =
      field === undefined || value === undefined ? value : shareValue(company, value, field);
  }
  return shared;
}

function shareValue(company: Company, value: JsonValue, field: Field): JsonValue {
  if (Array.isArray(value)) return value.map((item) => shareValue(company, item, field));
  if (!isObject(value)) return value;
  if (field.kind === 'reference') return shareReference(company, value, field);
  const shape = field.kind === 'object' ? field.shape?.() : undefined;
  return shape === undefined ? value : shareReferences(company, value, shape);
}

function shareReference(company: Company, value: JsonObject, field: Field): JsonObject {
  const id = textOf(value, 'value');
  if (id === undefined || field.refersTo === undefined || field.unnamed) return value;
  const label = company.labelOf(field.refersTo, id);
  const name = textOf(value, 'name');
  const shares = label !== undefined && (name === undefined || name === label);
  return shares ? company.referenceTo(field.refersTo, id) : value;
}

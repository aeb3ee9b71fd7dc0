/** Puts objects into a company as they stand: no checks, ids and tokens kept. */

import { isObject, type JsonObject, type JsonValue, textOf } from '../json.js';
import { pacificSeconds } from '../pacific.js';
import type { Company } from './company.js';
import type { EntityDefinition } from './definition.js';
import type { Field, Shape } from './fields.js';

export interface LoadOptions {
  nowMs: number;
  /**
   * Fills in what QuickBooks would have: the currency, and names beside the ids of references.
   * Default false: an object keeps what it has and gets nothing but an identity.
   */
  complete?: boolean;
}

/** @throws RangeError for an entity the simulator does not know. Answers how many of each. */
export function loadObjects(
  company: Company,
  objects: Readonly<Record<string, readonly JsonObject[]>>,
  options: LoadOptions,
): Record<string, number> {
  checkObjects(company, objects);
  const counts: Record<string, number> = {};
  for (const [entity, list] of Object.entries(objects)) {
    const definition = company.definitions.get(entity);
    if (definition === undefined) continue;
    for (const object of list) loadOne(company, definition, object, options);
    counts[definition.name] = list.length;
  }
  return counts;
}

/** All before any: of a load that is refused nothing is stored. */
function checkObjects(
  company: Company,
  objects: Readonly<Record<string, readonly JsonObject[]>>,
): void {
  for (const [entity, list] of Object.entries(objects)) {
    if (!company.definitions.has(entity)) {
      throw new RangeError(`The entity ${entity} is not known`);
    }
    for (const [index, { Id }] of list.entries()) {
      if (Id !== undefined && (typeof Id !== 'string' || Id === '')) {
        throw new RangeError(`${entity}[${index}].Id must be a text`);
      }
    }
  }
}

/** Members that every object has are added where the loaded one lacks them. */
function loadOne(
  company: Company,
  definition: EntityDefinition,
  object: JsonObject,
  { nowMs, complete = false }: LoadOptions,
): void {
  const { ids, family } = definition;
  const given = textOf(object, 'Id') ?? (family === 'company' ? '1' : undefined);
  const id = given ?? company.nextId(ids.series, ids.first);
  company.notePastId(ids.series, id);
  const time = pacificSeconds(nowMs);
  const whole: JsonObject = {
    domain: 'QBO',
    sparse: false,
    Id: id,
    SyncToken: '0',
    MetaData: { CreateTime: time, LastUpdatedTime: time },
    ...(definition.fields['Active'] === undefined ? {} : { Active: true }),
    ...named(definition, object),
    ...object,
  };
  if (complete && definition.fields['CurrencyRef'] !== undefined) {
    whole['CurrencyRef'] ??= company.currency;
  }
  const full = complete ? (definition.complete?.(whole, company) ?? whole) : whole;
  storeShared(company, definition, full, complete);
  company.posted.note(definition.name, id, undefined);
}

/**
 * Stores an object with its references shared. Its targets should be stored before it.
 *
 * @param name whether a reference without a name gets its target's
 */
export function storeShared(
  company: Company,
  definition: EntityDefinition,
  object: JsonObject,
  name = false,
): void {
  const share = sharer(company, name);
  company.store(definition, share.members(object, definition.fields));
}

/** The qualified name and display name follow from the name where only that is given. */
function named({ fields }: EntityDefinition, object: JsonObject): JsonObject {
  const own = textOf(object, 'DisplayName') ?? textOf(object, 'Name');
  const qualified = fields['FullyQualifiedName']?.filterable === true;
  return own !== undefined && qualified ? { FullyQualifiedName: own } : {};
}

/** A reference with its target's current name is shared, so that it follows the next renaming. */
function sharer(company: Company, name: boolean) {
  const members = (object: JsonObject, fields: Shape): JsonObject => {
    // A copy with members replaced takes a third of the memory of one put together from nothing.
    const shared: JsonObject = { ...object };
    for (const member in object) {
      const field = fields[member];
      const inner = object[member];
      if (field !== undefined && inner !== undefined) shared[member] = value(inner, field);
    }
    return shared;
  };
  const value = (inner: JsonValue, field: Field): JsonValue => {
    if (Array.isArray(inner)) return inner.map((item) => value(item, field));
    if (!isObject(inner)) return inner;
    if (field.kind === 'reference') return reference(inner, field);
    const shape = field.kind === 'object' ? field.shape?.() : undefined;
    return shape === undefined ? inner : members(inner, shape);
  };
  const reference = (given: JsonObject, field: Field): JsonObject => {
    const { unnamed, person } = field;
    const id = textOf(given, 'value');
    const refersTo = person && id !== undefined ? company.personEntity(id) : field.refersTo;
    if (id === undefined || refersTo === undefined || unnamed) return given;
    const label = company.labelOf(refersTo, id);
    const known = textOf(given, 'name');
    const follows = label !== undefined && (known === label || (known === undefined && name));
    if (!follows) return given;
    const typed = person && company.referenceToPerson(person, id);
    return typed ?? company.referenceTo(refersTo, id);
  };
  return { members };
}

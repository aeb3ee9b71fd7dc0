/**
 * Two list objects become one, as when a person gives one the name of the other: everything that
 * points to the first points to the second afterwards, and the first is gone.
 */

import { isObject, type JsonObject, type JsonValue, numberOf, refIdOf, textOf } from '../json.js';
import { pacificSeconds } from '../pacific.js';
import type { Company } from './company.js';
import type { EntityDefinition } from './definition.js';
import type { Field, Shape } from './fields.js';
import { amountOf, cents } from './money.js';
import { touch } from './write.js';

export interface Merge {
  entity: string;
  /** The object that goes. */
  from: string;
  /** The object that stays, with its own name and settings. */
  into: string;
}

/**
 * Neither the SyncToken of the one that stays nor, by default, those of the transactions move:
 * how QuickBooks does it is not recorded.
 *
 * @throws RangeError that says why the two cannot be merged
 */
export function merge(company: Company, { entity, from, into }: Merge, nowMs: number): JsonObject {
  const definition = company.definitions.get(entity);
  const gone = company.find(entity, from);
  if (definition?.family !== 'list' || !definition.operations.includes('update')) {
    throw new RangeError(`The names of ${entity} cannot be merged`);
  }
  if (gone === undefined) throw new RangeError(`There is no ${entity} ${from}`);
  checkMerge(company, definition, { entity, from, into });
  moveAmounts(company, definition, from, into, nowMs);
  company.posted.merge(entity, from, into);
  for (const other of company.definitions.values()) {
    repoint(company, other, { entity, from, into }, nowMs);
  }
  company.remove(definition, from, pacificSeconds(nowMs));
  nameBelow(company, definition, into);
  company.announce({ entity, id: into, kind: 'merge', atMs: nowMs, mergedAwayId: from });
  return company.find(entity, into) ?? {};
}

function checkMerge(
  company: Company,
  { name, merging }: EntityDefinition,
  { from, into }: Merge,
): void {
  const [gone, stays] = [company.find(name, from), company.find(name, into)];
  if (stays === undefined || stays['Active'] === false) {
    throw new RangeError(`There is no active ${name} ${into}`);
  }
  if (from === into || [...above(company, name, into)].includes(from)) {
    throw new RangeError(`${name} ${from} cannot be merged into itself or into one below it`);
  }
  const valueIn = (object: JsonObject | undefined, member: string) =>
    member === 'CurrencyRef'
      ? (refIdOf(object, member) ?? company.currency.value)
      : object?.[member];
  for (const member of merging?.same ?? []) {
    if (valueIn(gone, member) === valueIn(stays, member)) continue;
    throw new RangeError(`Only a ${name} of the same ${member} can be merged`);
  }
}

function* above(company: Company, entity: string, id: string): Generator<string> {
  const seen = new Set([id]);
  let parent = refIdOf(company.find(entity, id), 'ParentRef');
  while (parent !== undefined && !seen.has(parent)) {
    seen.add(parent);
    yield parent;
    parent = refIdOf(company.find(entity, parent), 'ParentRef');
  }
}

function moveAmounts(
  company: Company,
  definition: EntityDefinition,
  from: string,
  into: string,
  nowMs: number,
): void {
  const { sums = [], total } = definition.merging ?? {};
  const gone = company.find(definition.name, from);
  const add = (id: string, member: string, sign: 1 | -1, source: string = member) => {
    const stored = company.find(definition.name, id);
    const amount = numberOf(gone, source);
    if (stored === undefined || amount === undefined || amount === 0) return;
    const sum = amountOf(cents(numberOf(stored, member) ?? 0) + sign * cents(amount));
    touch(company, definition, id, { [member]: sum }, { bump: false, nowMs });
  };
  for (const member of sums) add(into, member, 1);
  if (total === undefined) return;
  for (const id of above(company, definition.name, from)) add(id, total, -1);
  for (const id of [into, ...above(company, definition.name, into)]) add(id, total, 1);
}

/** Rewrites the references of all objects of one entity. */
function repoint(
  company: Company,
  definition: EntityDefinition,
  merged: Merge,
  nowMs: number,
): void {
  const collection = company.collection(definition.name);
  const bumps = company.behaviours.mergeBumpsTransactions && definition.family === 'transaction';
  const pointing: JsonObject[] = [];
  for (const object of collection.objects()) {
    if (mentions(object, merged.from)) pointing.push(object);
  }
  for (const object of pointing) {
    const moved = withReferences(company, object, definition.fields, merged);
    if (moved === object) continue;
    if (!bumps) company.store(definition, moved);
    else touch(company, definition, textOf(object, 'Id') ?? '', moved, { bump: true, nowMs });
  }
}

/** Quick to say no: most objects have nothing to do with the one that goes. */
function mentions(value: JsonValue | undefined, id: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => mentions(item, id));
  if (value['value'] === id) return true;
  for (const member in value) {
    const inner = value[member];
    if (typeof inner === 'object' && inner !== null && mentions(inner, id)) return true;
  }
  return false;
}

/** The same object where nothing in it points to the one that goes. */
function withReferences(
  company: Company,
  object: JsonObject,
  fields: Shape,
  merged: Merge,
): JsonObject {
  let changed: JsonObject | undefined;
  for (const member in object) {
    const field = fields[member];
    const before = object[member];
    if (field === undefined || before === undefined) continue;
    const after = withReference(company, before, field, merged);
    if (after === before) continue;
    changed ??= { ...object };
    changed[member] = after;
  }
  return changed ?? object;
}

function withReference(company: Company, value: JsonValue, field: Field, merged: Merge): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map((item) => withReference(company, item, field, merged));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  if (field.kind === 'reference' || isTyped(value))
    return pointsTo(company, value, field, merged) ?? value;
  const shape = field.kind === 'object' ? field.shape?.() : undefined;
  return shape === undefined ? value : withReferences(company, value, shape, merged);
}

/** An attachment's reference says itself what it points to. */
function isTyped(value: JsonObject): boolean {
  return textOf(value, 'type') !== undefined && textOf(value, 'value') !== undefined;
}

/** The reference to put in its place, where it is one to the object that goes. */
function pointsTo(
  company: Company,
  reference: JsonObject,
  { refersTo, person, unnamed }: Field,
  { entity, from, into }: Merge,
): JsonObject | undefined {
  const stated = textOf(reference, 'type')?.toLowerCase() === entity.toLowerCase();
  const listed = refersTo ?? (stated ? entity : undefined);
  const target = person === undefined ? listed : company.personEntity(from);
  if (target !== entity || textOf(reference, 'value') !== from) return undefined;
  if (unnamed) return { value: into };
  if (person !== undefined) return company.referenceToPerson(person, into);
  return refersTo === undefined ? { ...reference, value: into } : company.referenceTo(entity, into);
}

/** What lay below the one that is gone lies below the other now, and is named after it. */
function nameBelow(company: Company, definition: EntityDefinition, id: string): void {
  const own = definition.uniqueName?.renamed ?? definition.uniqueName?.member;
  const above = company.find(definition.name, id);
  if (own === undefined || definition.fields['FullyQualifiedName'] === undefined) return;
  const collection = company.collection(definition.name);
  const listed = [...(collection.withKey('ParentRef', id) ?? [])].map((one) => collection.get(one));
  const below = listed.length > 0 ? listed : [...collection.objects()];
  for (const child of below) {
    if (child === undefined || refIdOf(child, 'ParentRef') !== id) continue;
    const FullyQualifiedName = `${textOf(above, 'FullyQualifiedName')}:${textOf(child, own)}`;
    const level = child['Level'] === undefined ? {} : { Level: Number(above?.['Level'] ?? 0) + 1 };
    if (child['FullyQualifiedName'] !== FullyQualifiedName || 'Level' in level) {
      company.store(definition, { ...child, FullyQualifiedName, ...level });
    }
    nameBelow(company, definition, textOf(child, 'Id') ?? '');
  }
}

/**
 * Change data capture: what has changed in a company since a moment, by entity (reference page
 * "change data capture"). Found by index: what did not change is not looked at.
 */

import type { Company } from '../engine/company.js';
import type { EntityDefinition } from '../engine/definition.js';
import {
  changesTooOld,
  invalidDate,
  missingMember,
  queryInvalid,
  ServiceFault,
  unsupportedOperation,
} from '../engine/service-fault.js';
import { definitionByName } from '../entities/index.js';
import type { JsonObject } from '../json.js';
import { parsePacific } from '../pacific.js';
import { shuffled } from '../shuffle.js';

const LOOK_BACK_MS = 30 * 24 * 3_600_000;
/** Most objects in one answer, over all entities. */
const OBJECTS_MAX = 1000;

/** Entities the page takes out, lower case. */
const NOT_TRACKED: ReadonlySet<string> = new Set([
  'journalcode',
  'timeactivity',
  'taxagency',
  'taxcode',
  'taxrate',
]);

export interface ChangesAsked {
  /** Names separated by commas. */
  entities: string | undefined;
  changedSince: string | undefined;
}

/** The value of `CDCResponse`: one `QueryResponse` for each entity. @throws ServiceFault */
export function changeData(
  company: Company,
  asked: ChangesAsked,
  nowMs: number,
  random: () => number,
): { QueryResponse: JsonObject[] } {
  const definitions = entitiesOf(asked.entities);
  const sinceMs = sinceOf(asked.changedSince, company, nowMs);
  let room = OBJECTS_MAX;
  const groups = definitions.map((definition) => {
    const objects = changesOf(company, definition, sinceMs, room);
    room -= objects.length;
    return groupOf(definition, objects);
  });
  const mixed = company.behaviours.changeDataGroups === 'shuffled';
  return { QueryResponse: mixed ? shuffled(groups, random) : groups };
}

function entitiesOf(list: string | undefined): EntityDefinition[] {
  const names = (list ?? '').split(',').map((name) => name.trim());
  const wanted = [...new Set(names.filter((name) => name !== ''))];
  if (wanted.length === 0) throw new ServiceFault([missingMember('entities')]);
  return wanted.map((name) => {
    if (NOT_TRACKED.has(name.toLowerCase())) {
      throw new ServiceFault([unsupportedOperation(`cdc on ${name}`)]);
    }
    const definition = definitionByName(name);
    if (definition === undefined) {
      throw new ServiceFault([queryInvalid(`Metadata not found for Entity: ${name}`)]);
    }
    return definition;
  });
}

/** In epoch milliseconds, at a whole second: the times of objects have no smaller part. */
function sinceOf(text: string | undefined, { behaviours }: Company, nowMs: number): number {
  if (text === undefined || text === '') throw new ServiceFault([missingMember('changedSince')]);
  const ms = parsePacific(text);
  if (ms === undefined) throw new ServiceFault([invalidDate('changedSince', text)]);
  const oldestMs = nowMs - LOOK_BACK_MS;
  if (ms < oldestMs && behaviours.changedSinceTooOld === 'fault_500') {
    throw new ServiceFault([changesTooOld(text)]);
  }
  return Math.floor(Math.max(ms, oldestMs) / 1000) * 1000;
}

function changesOf(
  company: Company,
  definition: EntityDefinition,
  sinceMs: number,
  room: number,
): JsonObject[] {
  const collection = company.collection(definition.name);
  const newestFirst = company.behaviours.changeDataOrder === 'newest_first';
  const objects: JsonObject[] = [];
  for (const object of collection.byChange({ fromMs: sinceMs, newestFirst })) {
    if (objects.length === room) return objects;
    objects.push(definition.shown?.(object, 'row') ?? object);
  }
  const deletions = [...collection.deletionsSince(sinceMs)];
  for (const [Id, LastUpdatedTime] of newestFirst ? deletions.reverse() : deletions) {
    if (objects.length === room) return objects;
    objects.push({ status: 'Deleted', domain: 'QBO', Id, MetaData: { LastUpdatedTime } });
  }
  return objects;
}

/** Nothing changed: an empty object. The page's sample counts transactions and not names. */
function groupOf({ name, family }: EntityDefinition, objects: JsonObject[]): JsonObject {
  if (objects.length === 0) return {};
  const group: JsonObject = { [name]: objects, startPosition: 1, maxResults: objects.length };
  if (family === 'transaction') group['totalCount'] = objects.length;
  return group;
}

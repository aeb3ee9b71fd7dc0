import type { ChangingEntity } from '../qbo/changes.js';
import { isNotThere } from '../qbo/failure-class.js';
import { isObject, type JsonObject } from '../qbo/fault.js';
import { UnexpectedShapeError } from '../qbo/mapping/quickbooks-types.js';
import { select } from '../qbo/query.js';
import type { ReadOptions, Reads } from '../qbo/reads.js';

/** What a look in QuickBooks found of objects that are said, or feared, to be deleted. */
export interface Looked {
  /** They are there: what was said of them was wrong, and this is how they stand. */
  present: JsonObject[];
  gone: string[];
}

/** Ids in one statement. */
const IDS_MAX = 200;

/** Asks for each of them: change data has called objects deleted that were merely changed. */
export async function lookAt(
  reads: Reads,
  companyId: string,
  { entity, ids }: { entity: ChangingEntity; ids: readonly string[] },
  o: ReadOptions,
): Promise<Looked> {
  const looked: Looked = { present: [], gone: [] };
  for (const id of ids) {
    const stored = await readOne(reads, companyId, entity, id, o);
    if (stored === undefined) looked.gone.push(id);
    else looked.present.push(stored);
  }
  return looked;
}

/**
 * Changed objects as they stand after a look, each once: change data may bring an object and call it
 * deleted in one answer.
 */
export function standing(changed: readonly JsonObject[], { present, gone }: Looked): JsonObject[] {
  const byId = new Map([...changed, ...present].map((row) => [row['Id'], row]));
  for (const id of gone) byId.delete(id);
  return [...byId.values()];
}

/** Finds those of many that are not there any more: the rest is left out. */
export async function missingAmong(
  reads: Reads,
  companyId: string,
  { entity, ids }: { entity: ChangingEntity; ids: readonly string[] },
  o: ReadOptions,
): Promise<string[]> {
  const missing: string[] = [];
  for (let start = 0; start < ids.length; start += IDS_MAX) {
    const part = ids.slice(start, start + IDS_MAX);
    const query = select(entity).whereIn('Id', part).page(1, IDS_MAX).text();
    const rows = await reads.query<JsonObject>(companyId, query, o);
    const there = new Set(rows.map((row) => row['Id']));
    missing.push(...part.filter((id) => !there.has(id)));
  }
  return missing;
}

/** One object; undefined where QuickBooks says that it is not there (610). */
export async function readOne(
  reads: Reads,
  companyId: string,
  entity: ChangingEntity,
  id: string,
  o: ReadOptions,
): Promise<JsonObject | undefined> {
  try {
    const path = `${entity.toLowerCase()}/${encodeURIComponent(id)}`;
    const stored = (await reads.read(companyId, path, o))[entity];
    if (!isObject(stored)) throw new UnexpectedShapeError(entity, ['(whole)']);
    return stored;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

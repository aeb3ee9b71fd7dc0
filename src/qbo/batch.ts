import { type EntityName, voidStyle, type WriteOperation } from './entities.js';
import { isObject, type JsonObject, type QuickBooksFault } from './fault.js';
import { readAnswer } from './faults.js';
import { type ItemResult, readItem } from './item-result.js';
import type { WriteEnding } from './stores.js';

/** Items in one batch call at most (Intuit: "recommended maximum"; error 1040 tells the limit). */
export const MAX_BATCH_ITEMS = 30;
/** Longest `bId` where a requestid is given (Intuit developer blog, 2015-04-06). */
const MAX_BATCH_ID_LENGTH = 10;

export interface BatchItem {
  /** Unique in the batch, 1 to 10 characters; a replay needs the same ids. */
  bId: string;
  operation: WriteOperation;
  entity: EntityName;
  body: JsonObject;
}

/**
 * JSON text of a batch of writes. A void is told as in a single call: an operation of its own for
 * invoices, `optionsData: "void"` on an update elsewhere (schema of the batch request).
 * @throws RangeError with no item, too many, or ids that are too long or not unique
 */
export function batchBody(items: readonly BatchItem[]): string {
  checkIds(items.map(({ bId }) => bId));
  return JSON.stringify({
    BatchItemRequest: items.map(({ bId, operation, entity, body }) => {
      if (operation !== 'void' || voidStyle(entity) === 'operation') {
        return { bId, operation, [entity]: body };
      }
      return { bId, operation: 'update', optionsData: 'void', [entity]: body };
    }),
  });
}

/** JSON text of a batch of queries, with the ids its answers come under. */
export function queryBatchBody(queries: readonly string[]): { body: string; ids: string[] } {
  const ids = queries.map((_, index) => `q${index + 1}`);
  checkIds(ids);
  return {
    ids,
    body: JSON.stringify({
      BatchItemRequest: queries.map((Query, index) => ({ bId: ids[index], Query })),
    }),
  };
}

function checkIds(ids: readonly string[]): void {
  if (ids.length === 0 || ids.length > MAX_BATCH_ITEMS) {
    throw new RangeError(`A batch has 1 to ${MAX_BATCH_ITEMS} items, not ${ids.length}`);
  }
  if (new Set(ids).size !== ids.length) throw new RangeError('Batch item ids must differ');
  if (ids.some((id) => id.length === 0 || id.length > MAX_BATCH_ID_LENGTH)) {
    throw new RangeError(`A batch item id has 1 to ${MAX_BATCH_ID_LENGTH} characters`);
  }
}

/** What a batch answer says, or the fault that took the whole batch. */
export type BatchResult =
  | { kind: 'items'; items: Map<string, ItemResult> }
  | { kind: 'refused'; status: number; faults: QuickBooksFault[] }
  /** No batch answer at all: every item is unknown. */
  | { kind: 'missing' };

/**
 * Reads the stored answer of a batch of writes. Items are found by id, in whatever order they came;
 * one that is not there, or is there twice, is `missing`: nothing is known about it.
 */
export function readBatch(
  items: readonly Pick<BatchItem, 'bId' | 'entity'>[],
  ending: Extract<WriteEnding, { kind: 'answered' }>,
): BatchResult {
  const answer = readAnswer({ ...ending, contentType: null });
  if (answer.kind === 'refused') {
    return { kind: 'refused', status: ending.status, faults: answer.faults };
  }
  if (answer.kind !== 'ok') return { kind: 'missing' };
  const answers = batchAnswers(answer.json);
  if (answers === undefined) return { kind: 'missing' };
  return {
    kind: 'items',
    items: new Map(
      items.map(({ bId, entity }) => {
        const item = answers.get(bId);
        const result: ItemResult = item ? readItem(item, entity, 400) : { kind: 'missing' };
        return [bId, result];
      }),
    ),
  };
}

/** The items of a batch answer by id; undefined where it is none. */
export function batchAnswers(json: JsonObject): Map<string, JsonObject> | undefined {
  const listed = json['BatchItemResponse'];
  if (!Array.isArray(listed)) return undefined;
  const found = new Map<string, JsonObject>();
  const twice = new Set<string>();
  for (const item of listed) {
    if (!isObject(item) || typeof item['bId'] !== 'string') continue;
    if (found.has(item['bId'])) twice.add(item['bId']);
    found.set(item['bId'], item);
  }
  for (const bId of twice) found.delete(bId);
  return found;
}

/** The body one item was sent with, out of a request's bytes; undefined where they have none. */
export function writtenBody(
  request: { call: 'single' | 'batch'; body: string },
  { bId, entity }: Pick<BatchItem, 'bId' | 'entity'>,
): JsonObject | undefined {
  const sent: unknown = JSON.parse(request.body);
  if (!isObject(sent)) return undefined;
  if (request.call === 'single') return sent;
  const items = sent['BatchItemRequest'];
  if (!Array.isArray(items)) return undefined;
  const own: unknown = items.find((one: unknown) => isObject(one) && one['bId'] === bId);
  const body = isObject(own) ? own[entity] : undefined;
  return isObject(body) ? body : undefined;
}

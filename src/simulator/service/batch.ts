/** Batch calls: up to 30 items, each with an answer or a fault of its own, no rollback. */

import type { EntityDefinition, WriteOperation } from '../engine/definition.js';
import {
  batchTooLarge,
  invalidRequestId,
  missingMember,
  resultTooBig,
  ServiceFault,
  unsupportedOperation,
} from '../engine/service-fault.js';
import { definitionByName } from '../entities/index.js';
import type { ActiveFault, FaultStage } from '../faults/rules.js';
import { isObject, type JsonObject, numberOf, objectOf, objectsOf, textOf } from '../json.js';
import type { QuickBooks } from '../quickbooks.js';
import { tell } from '../tell.js';
import { faultBody, serviceFaultFor } from './answers.js';
import { changeData } from './change-data.js';
import type { Execution } from './execute.js';
import { query, writeAndLog } from './operations.js';

/** Longest bId when the batch has a requestid. */
const BID_MAX = 10;
/** Most objects in the answers of all queries of a batch together (page "batch"). */
const OBJECTS_MAX = 1000;

interface BatchRun {
  quickbooks: QuickBooks;
  execution: Execution;
  nowMs: number;
  /** Objects that queries may still answer with. */
  room: number;
}

export function batchItems(body: JsonObject): JsonObject[] {
  return objectsOf(body, 'BatchItemRequest');
}

/** The answers, in the order of the items. @throws ServiceFault where the whole batch is refused */
export function runBatch(
  quickbooks: QuickBooks,
  execution: Execution,
  nowMs: number,
): JsonObject[] {
  const { call, body } = execution;
  const items = batchItems(body);
  if (items.length === 0) throw new ServiceFault([missingMember('BatchItemRequest')]);
  const limit = quickbooks.behaviours.batchItemsMax;
  if (items.length > limit) throw new ServiceFault([batchTooLarge(limit)]);
  if (call.requestid !== undefined && items.some((item) => bIdOf(item).length > BID_MAX)) {
    throw new ServiceFault([invalidRequestId()]);
  }
  const batch: BatchRun = { quickbooks, execution, nowMs, room: OBJECTS_MAX };
  const answers = new Map<number, JsonObject | undefined>();
  const run = (item: JsonObject, index: number) => {
    answers.set(index, answerItem(batch, item, index));
  };
  // An item cannot see another item of its batch: queries are answered before anything is written.
  for (const [index, item] of items.entries()) if (asksFor(item)) run(item, index);
  for (const [index, item] of items.entries()) if (!asksFor(item)) run(item, index);
  return items.map((_, index) => answers.get(index)).filter((answer) => answer !== undefined);
}

/** What an item reads, where it writes nothing. */
function asksFor(item: JsonObject): 'query' | 'cdc' | undefined {
  if (textOf(item, 'Query') !== undefined) return 'query';
  return objectOf(item, 'CDCQuery') === undefined ? undefined : 'cdc';
}

/** How many items only read: a batch with any counts as a read of the month. */
export function batchQueries(body: JsonObject): number {
  return batchItems(body).filter((item) => asksFor(item) !== undefined).length;
}

function bIdOf(item: JsonObject): string {
  const bId = item['bId'];
  return bId === undefined || bId === null ? '' : String(bId);
}

/** One item's answer; undefined where a fault on order leaves it out. */
function answerItem(batch: BatchRun, item: JsonObject, index: number): JsonObject | undefined {
  const { quickbooks, execution } = batch;
  const bId = bIdOf(item);
  const target = targetOf(item);
  const hit = (stage: FaultStage) =>
    quickbooks.faults.take(
      {
        realm: execution.call.realmId,
        method: 'POST',
        path: execution.path,
        entity: target?.definition.name,
        operation: asksFor(item) ?? target?.operation,
        item: { index, bId },
      },
      stage,
    )[0];
  const before = hit('before_commit');
  if (before !== undefined) return faultedItem(before, bId);
  const answer = answered(batch, item, target);
  const after = hit('after_commit');
  return after === undefined ? { ...answer, bId } : faultedItem(after, bId);
}

function faultedItem(fault: ActiveFault, bId: string): JsonObject | undefined {
  if (fault.do === 'drop') return undefined;
  if (fault.do === 'body' && isObject(fault.body)) return { ...fault.body, bId };
  const status = fault.do === 'throttle' ? 429 : (fault.status ?? 500);
  return { Fault: faultBody(serviceFaultFor(status)), bId };
}

interface Target {
  definition: EntityDefinition;
  operation: WriteOperation;
  body: JsonObject;
}

function answered(batch: BatchRun, item: JsonObject, target: Target | undefined): JsonObject {
  const { quickbooks, execution, nowMs } = batch;
  const { company, clientId, call } = execution;
  try {
    if (bIdOf(item) === '') throw new ServiceFault([missingMember('bId')]);
    if (asksFor(item) !== undefined) return readingOf(batch, item);
    if (target === undefined) {
      throw new ServiceFault([unsupportedOperation(textOf(item, 'operation') ?? '')]);
    }
    const allowDuplicateNumber = optionsOf(item).includes('allowduplicatedocnum');
    const source = { clientId, requestid: call.requestid ?? null, bId: bIdOf(item) };
    const request = { ...target, company, options: { allowDuplicateNumber }, nowMs };
    return { [target.definition.name]: writeAndLog(quickbooks, request, source) };
  } catch (error) {
    if (error instanceof ServiceFault) return { Fault: faultBody(error) };
    // An item of its own must not take along those that are committed already.
    tell(error);
    return { Fault: faultBody(serviceFaultFor(500)) };
  }
}

/** The answer to a query or a question for changes. @throws ServiceFault */
function readingOf(batch: BatchRun, item: JsonObject): JsonObject {
  const { quickbooks, execution, nowMs } = batch;
  const { company } = execution;
  const statement = textOf(item, 'Query');
  if (statement !== undefined) {
    const QueryResponse = query(company, statement, nowMs);
    take(batch, [QueryResponse]);
    return { QueryResponse };
  }
  const asked = objectOf(item, 'CDCQuery');
  const entities = textOf(asked, 'Entities');
  const changedSince = textOf(asked, 'ChangedSince');
  const changes = changeData(company, { entities, changedSince }, nowMs, quickbooks.random);
  take(batch, changes.QueryResponse);
  return { CDCResponse: changes };
}

/** Which fault a batch that answers too much gets is not recorded. @throws ServiceFault 10100 */
function take(batch: BatchRun, responses: readonly JsonObject[]): void {
  const objects = responses.reduce((sum, one) => sum + (numberOf(one, 'maxResults') ?? 0), 0);
  if (objects > batch.room) throw new ServiceFault([resultTooBig(OBJECTS_MAX)]);
  batch.room -= objects;
}

function optionsOf(item: JsonObject): string {
  return textOf(item, 'optionsData') ?? '';
}

const NOT_ENTITIES = new Set(['bId', 'operation', 'optionsData', 'Query', 'CDCQuery']);

function targetOf(item: JsonObject): Target | undefined {
  const entity = Object.keys(item).find((member) => !NOT_ENTITIES.has(member));
  const definition = entity === undefined ? undefined : definitionByName(entity);
  const body = entity === undefined ? undefined : objectOf(item, entity);
  if (definition === undefined || body === undefined) return undefined;
  const operation = itemOperation(item);
  if (operation === undefined) return undefined;
  return { definition, body, operation };
}

function itemOperation(item: JsonObject): WriteOperation | undefined {
  const operation = textOf(item, 'operation');
  if (operation === 'update' && optionsOf(item).includes('void')) return 'void';
  switch (operation) {
    case 'create':
    case 'update':
    case 'delete':
    case 'void':
      return operation;
    default:
      return undefined;
  }
}

/** Does what an accepted call asks for, at once and without waiting, and gives its answer. */

import type { Company } from '../engine/company.js';
import type { EntityDefinition, WriteOperation } from '../engine/definition.js';
import {
  invalidRequestId,
  objectNotFound,
  ServiceFault,
  transactionDeleted,
  unsupportedOperation,
} from '../engine/service-fault.js';
import type { JsonObject } from '../json.js';
import { pacificMillis } from '../pacific.js';
import type { QuickBooks } from '../quickbooks.js';
import { type Answer, faultAnswer, jsonAnswer } from './answers.js';
import { runBatch } from './batch.js';
import type { Call } from './call.js';
import { query, writeAndLog } from './operations.js';

export interface Execution {
  call: Call;
  company: Company;
  clientId: string;
  body: JsonObject;
  /** The body as text: a query, when sent by POST. */
  text: string;
  path: string;
}

/** Longest requestid; a batch's is shorter because item ids are appended to it. */
const REQUESTID_MAX = 50;
const BATCH_REQUESTID_MAX = 36;

export function execute(quickbooks: QuickBooks, execution: Execution): Answer {
  const nowMs = quickbooks.nowMs();
  try {
    checkRequestId(execution.call);
    return answerOf(quickbooks, execution, nowMs);
  } catch (error) {
    if (error instanceof ServiceFault) return faultAnswer(error, nowMs);
    throw error;
  }
}

function checkRequestId({ kind, requestid }: Call): void {
  const longest = kind === 'batch' ? BATCH_REQUESTID_MAX : REQUESTID_MAX;
  if ((requestid?.length ?? 0) > longest) throw new ServiceFault([invalidRequestId()]);
}

function answerOf(quickbooks: QuickBooks, execution: Execution, nowMs: number): Answer {
  const { call, company, clientId, body, text } = execution;
  const time = pacificMillis(nowMs);
  switch (call.kind) {
    case 'read':
      return jsonAnswer(200, { ...read(company, call), time });
    case 'query': {
      const QueryResponse = query(company, call.statement ?? text, nowMs);
      return jsonAnswer(200, { QueryResponse, time });
    }
    case 'batch':
      return jsonAnswer(200, { BatchItemResponse: runBatch(quickbooks, execution, nowMs), time });
    case 'write': {
      const { definition, operation, allowDuplicateNumber } = call;
      if (definition === undefined || operation === undefined) break;
      const source = { clientId, requestid: call.requestid ?? null, bId: null };
      const options = { allowDuplicateNumber };
      const asked = operation === 'send' ? sendRequest(call) : body;
      const request = { company, definition, operation, body: asked, options, nowMs };
      const object = writeAndLog(quickbooks, request, source);
      return jsonAnswer(200, { [definition.name]: object, time });
    }
  }
  throw new ServiceFault([unsupportedOperation(`${call.method} ${call.resource}`)]);
}

function read(company: Company, { definition, id }: Call): JsonObject {
  if (definition === undefined) throw new ServiceFault([objectNotFound()]);
  const wanted = definition.family === 'company' ? '1' : (id ?? '');
  const object = company.find(definition.name, wanted);
  if (object !== undefined) return { [definition.name]: object };
  const deleted = company.collection(definition.name).wasDeleted(wanted);
  throw new ServiceFault([deleted ? transactionDeleted() : objectNotFound()]);
}

/** Sending has no body: the address names the object, a parameter who gets it. */
function sendRequest({ id, parameters }: Call): JsonObject {
  const sendTo = parameters.get('sendTo');
  return sendTo === null ? { Id: id } : { Id: id, sendTo };
}

/** A body without an Id creates; the objects a company has once are only ever updated. */
export function operationOf(
  { family }: EntityDefinition,
  operation: WriteOperation,
  body: JsonObject,
): WriteOperation {
  const hasId = body['Id'] !== undefined && body['Id'] !== null && body['Id'] !== '';
  return operation === 'update' && !hasId && family !== 'company' ? 'create' : operation;
}

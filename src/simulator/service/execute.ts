/** Does what an accepted call asks for, at once and without waiting, and gives its answer. */

import type { Company } from '../engine/company.js';
import type { EntityDefinition, WriteOperation } from '../engine/definition.js';
import {
  invalidId,
  invalidRequestId,
  objectNotFound,
  ServiceFault,
  unsupportedOperation,
} from '../engine/service-fault.js';
import { absence } from '../engine/write.js';
import { isObject, type JsonObject, type JsonValue } from '../json.js';
import { pacificMillis } from '../pacific.js';
import type { QuickBooks } from '../quickbooks.js';
import { type Answer, faultAnswer, serviceAnswer } from './answers.js';
import { runBatch } from './batch.js';
import type { Call } from './call.js';
import { changeData } from './change-data.js';
import { makeTaxCode, query, writeAndLog } from './operations.js';
import { transactionPdf } from './pdf.js';
import { download, upload, withDownload } from './upload.js';

export interface Execution {
  call: Call;
  company: Company;
  clientId: string;
  body: JsonObject;
  /** The body as text: a query, when sent by POST. Empty for an upload. */
  text: string;
  /** The body as it came, unpacked. */
  bytes: Buffer;
  contentType: string | undefined;
  path: string;
  /** The simulator's own address, for links to files. */
  origin: string;
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
  const shown = (answer: JsonObject) => withDownloads(quickbooks, execution, answer, nowMs);
  switch (call.kind) {
    case 'read':
      return serviceAnswer(200, { ...shown(read(company, call, nowMs)), time });
    case 'query': {
      const QueryResponse = shown(query(company, call.statement ?? text, nowMs));
      return serviceAnswer(200, { QueryResponse, time });
    }
    case 'cdc': {
      const entities = call.parameters.get('entities') ?? undefined;
      const changedSince = call.parameters.get('changedSince') ?? undefined;
      const asked = { entities, changedSince };
      const changes = changeData(company, asked, nowMs, quickbooks.random);
      const QueryResponse = changes.QueryResponse.map(shown);
      return serviceAnswer(200, { CDCResponse: [{ QueryResponse }], time });
    }
    case 'batch':
      return serviceAnswer(200, {
        BatchItemResponse: runBatch(quickbooks, execution, nowMs),
        time,
      });
    case 'write': {
      const { definition, operation, allowDuplicateNumber } = call;
      if (definition === undefined || operation === undefined) break;
      const source = { clientId, requestid: call.requestid ?? null, bId: null };
      const options = { allowDuplicateNumber };
      const asked = operation === 'send' ? sendRequest(call) : body;
      const request = { company, definition, operation, body: asked, options, nowMs };
      const object = writeAndLog(quickbooks, request, source);
      return serviceAnswer(200, { ...shown({ [definition.name]: object }), time });
    }
    case 'upload': {
      const AttachableResponse = upload(quickbooks, execution, nowMs);
      return serviceAnswer(200, { AttachableResponse, time });
    }
    case 'download':
      return download(quickbooks, execution, nowMs);
    case 'pdf':
      return pdf(company, call);
    case 'taxservice':
      // The one answer without the name of an entity around it.
      return serviceAnswer(200, { ...makeTaxCode(quickbooks, execution, nowMs), time });
  }
  throw notServed(call);
}

/** What no resource answers. The texts were seen in answers, the status of the first was not. */
function notServed({ method, resource }: Call): ServiceFault {
  if (method !== 'GET' && method !== 'POST') {
    const sentence = `No resource method found for ${method}, return 405 with Allow header`;
    return new ServiceFault([unsupportedOperation(sentence)], 405);
  }
  return new ServiceFault([
    unsupportedOperation(`operation could not find resource for entity ${resource}`),
  ]);
}

/** Attachments in an answer get an address to fetch their file from. */
function withDownloads(
  quickbooks: QuickBooks,
  execution: Execution,
  answer: JsonObject,
  nowMs: number,
): JsonObject {
  const found = answer['Attachable'];
  if (found === undefined || found === null) return answer;
  const linked = (one: JsonValue) =>
    isObject(one) ? withDownload(quickbooks, execution, one, nowMs) : one;
  return { ...answer, Attachable: Array.isArray(found) ? found.map(linked) : linked(found) };
}

/** Whatever can be sent can be had on paper. @throws ServiceFault 500, 610 */
function pdf(company: Company, call: Call): Answer {
  const { definition } = call;
  if (definition === undefined || !definition.operations.includes('send')) throw notServed(call);
  const object = stored(company, definition, call.id ?? '');
  const bytes = transactionPdf(company, definition, object);
  return { status: 200, contentType: 'application/pdf', body: '', bytes };
}

function read(company: Company, { definition, id, parameters }: Call, nowMs: number): JsonObject {
  if (definition === undefined) throw new ServiceFault([objectNotFound()]);
  const { name, family, onDemand } = definition;
  const wanted = family === 'company' ? '1' : (id ?? '');
  const object =
    onDemand !== undefined && id === undefined
      ? onDemand.read(company, parameters, nowMs)
      : stored(company, definition, wanted);
  return { [name]: definition.shown?.(object, 'single') ?? object };
}

/** @throws ServiceFault 610; 2030 for what is no id of a transaction */
function stored(company: Company, definition: EntityDefinition, id: string): JsonObject {
  const object = company.find(definition.name, id);
  if (object !== undefined) return object;
  if (definition.family === 'transaction' && !/^\d+$/.test(id)) {
    throw new ServiceFault([invalidId(id)]);
  }
  throw new ServiceFault([absence(company, definition, id)]);
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

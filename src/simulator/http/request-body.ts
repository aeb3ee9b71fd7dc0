/** What a request's body says, by its content type. */

import {
  malformedJson,
  ServiceFault,
  unknownMember,
  unsupportedOperation,
} from '../engine/service-fault.js';
import { isObject, isTooDeep, type JsonObject } from '../json.js';
import type { Call } from '../service/call.js';
import { MalformedXml } from '../xml/parse.js';
import { readXmlBatch, readXmlObject } from '../xml/read.js';

export interface RequestBody {
  /** Absent where the call carries no object, and where it could not be read. */
  body?: JsonObject;
  /** What is wrong with it. It waits until the gateway has let the call pass. */
  fault?: ServiceFault;
}

export function readRequestBody(
  call: Call,
  contentType: string | undefined,
  text: string,
): RequestBody {
  if (!carriesObject(call)) return {};
  try {
    const body = objectFrom(call, contentType, text);
    if (isTooDeep(body)) throw new ServiceFault([malformedJson()]);
    return { body };
  } catch (error) {
    if (error instanceof ServiceFault) return { fault: error };
    throw error;
  }
}

function carriesObject({ kind, operation }: Call): boolean {
  return (kind === 'write' && operation !== 'send') || kind === 'batch' || kind === 'taxservice';
}

/** @throws ServiceFault */
function objectFrom(call: Call, contentType: string | undefined, text: string): JsonObject {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/xml' || type === 'text/xml') return fromXml(call, text);
  const isJson = type === undefined || type === 'text/json' || /^application\/.*json$/.test(type);
  if (isJson) return fromJson(text);
  throw new ServiceFault([unsupportedOperation('Cannot consume content type')]);
}

function fromJson(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw new ServiceFault([malformedJson()]);
  return value;
}

/** A parser's complaint comes back as an operation that is not supported (recorded for UTF-8). */
function fromXml({ kind, definition }: Call, text: string): JsonObject {
  try {
    if (kind === 'batch') return readXmlBatch(text);
    if (definition !== undefined) return readXmlObject(text, definition);
  } catch (error) {
    if (!(error instanceof MalformedXml)) throw error;
    throw new ServiceFault([unsupportedOperation(error.message)]);
  }
  throw new ServiceFault([unknownMember('body')]);
}

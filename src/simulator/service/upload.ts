/** Files and their metadata: upload, the addresses shown with an attachment, download. */

import {
  malformedJson,
  missingMember,
  notAttachable,
  objectNotFound,
  ServiceFault,
  unsupportedOperation,
} from '../engine/service-fault.js';
import { attachable } from '../entities/lists/attachable.js';
import { isObject, type JsonObject, textOf } from '../json.js';
import type { QuickBooks } from '../quickbooks.js';
import { MalformedXml, parseXml } from '../xml/parse.js';
import { readXmlObject } from '../xml/read.js';
import { type Answer, faultBody } from './answers.js';
import type { Execution } from './execute.js';
import { boundaryOf, MalformedMultipart, type Part, parseMultipart } from './multipart.js';
import { writeAndLog } from './operations.js';

/** Largest upload request (Attachable reference page). */
export const UPLOAD_MAX_BYTES = 100 * 1024 * 1024;

/** One answer for each file, a fault of its own where it was refused. @throws ServiceFault */
export function upload(quickbooks: QuickBooks, execution: Execution, nowMs: number): JsonObject[] {
  const files = filesIn(partsOf(execution));
  if (files.length === 0) throw new ServiceFault([missingMember('file_content_0')]);
  return files.map((file) => {
    try {
      return { Attachable: store(quickbooks, execution, file, nowMs) };
    } catch (error) {
      if (error instanceof ServiceFault) return { Fault: faultBody(error) };
      throw error;
    }
  });
}

function partsOf({ contentType, bytes }: Execution): Part[] {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) {
    throw new ServiceFault([unsupportedOperation('Cannot consume content type')]);
  }
  try {
    return parseMultipart(bytes, boundary);
  } catch (error) {
    if (!(error instanceof MalformedMultipart)) throw error;
    throw new ServiceFault([unsupportedOperation(error.message)]);
  }
}

interface UploadedFile {
  /** What metadata and content have in common: `0` of `file_content_0`. */
  key: string;
  metadata?: Part;
  content?: Part;
}

/** Metadata may be left out: the file is then stored without links. */
function filesIn(parts: readonly Part[]): UploadedFile[] {
  const files = new Map<string, UploadedFile>();
  for (const part of parts) {
    const [, role, key] = /^file_(metadata|content)_(\w+)$/.exec(part.name) ?? [];
    if (key === undefined) continue;
    const file = files.get(key) ?? { key };
    if (role === 'metadata') file.metadata = part;
    else file.content = part;
    files.set(key, file);
  }
  return [...files.values()];
}

function store(
  quickbooks: QuickBooks,
  execution: Execution,
  { key, metadata, content }: UploadedFile,
  nowMs: number,
): JsonObject {
  if (content === undefined) throw new ServiceFault([missingMember(`file_content_${key}`)]);
  const sent = metadata === undefined ? {} : metadataIn(metadata);
  const fileName = textOf(sent, 'FileName') || content.fileName;
  if (fileName === undefined) throw new ServiceFault([missingMember('FileName')]);
  const contentType =
    textOf(sent, 'ContentType') || content.contentType || 'application/octet-stream';
  const { company, call, clientId } = execution;
  const { Id, SyncToken, ...members } = sent;
  const body = { ...members, FileName: fileName, ContentType: contentType };
  const options = { allowDuplicateNumber: false };
  const source = { clientId, requestid: call.requestid ?? null, bId: null };
  const request = { company, definition: attachable, body, options, nowMs };
  const created = writeAndLog(quickbooks, { ...request, operation: 'create' }, source);
  const id = textOf(created, 'Id') ?? '';
  const stored = {
    ...created,
    FileAccessUri: `/v3/company/${company.realmId}/download/${id}`,
    Size: content.bytes.length,
  };
  company.store(attachable, stored);
  // A view into the request would keep all of it in memory.
  quickbooks.files.keep(company.realmId, id, {
    bytes: Buffer.from(content.bytes),
    contentType,
    fileName,
  });
  return withDownload(quickbooks, execution, stored, nowMs);
}

/** @throws ServiceFault 6040 for metadata of something else; 2010 or 500 where it is malformed */
function metadataIn({ bytes, contentType, name }: Part): JsonObject {
  const text = bytes.toString('utf8').trim();
  const isXml = /\bxml\b/i.test(contentType ?? '') || text.startsWith('<');
  return isXml ? metadataFromXml(text, name) : metadataFromJson(text, name);
}

function metadataFromXml(text: string, part: string): JsonObject {
  try {
    const root = parseXml(text).name;
    if (root !== attachable.name) throw new ServiceFault([notAttachable(root, part)]);
    return readXmlObject(text, attachable);
  } catch (error) {
    if (!(error instanceof MalformedXml)) throw error;
    throw new ServiceFault([unsupportedOperation(error.message)]);
  }
}

/** The Attachable itself, or an object that names it. */
function metadataFromJson(text: string, part: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw new ServiceFault([malformedJson()]);
  const [name = '', ...others] = Object.keys(value);
  const inner = value[name];
  if (others.length > 0 || !isObject(inner)) return value;
  if (name !== attachable.name) throw new ServiceFault([notAttachable(name, part)]);
  return inner;
}

/** An attachment with a fresh address to fetch its file from, where it has one. */
export function withDownload(
  { files }: QuickBooks,
  { company, origin }: Execution,
  object: JsonObject,
  nowMs: number,
): JsonObject {
  const id = textOf(object, 'Id') ?? '';
  const link = files.link(origin, company.realmId, id, nowMs);
  return link === undefined ? object : { ...object, TempDownloadUri: link };
}

/** The address as text, as `GET …/download/{id}` answers it. @throws ServiceFault 610 */
export function download(
  { files }: QuickBooks,
  { company, call, origin }: Execution,
  nowMs: number,
): Answer {
  const stored = company.find(attachable.name, call.id);
  const link =
    stored === undefined
      ? undefined
      : files.link(origin, company.realmId, textOf(stored, 'Id') ?? '', nowMs);
  if (link === undefined) throw new ServiceFault([objectNotFound()]);
  return { status: 200, contentType: 'text/plain;charset=UTF-8', body: link };
}

/** The one way anything changes: create, update, void and delete of any entity. */

import { type JsonObject, present, sameJson, textOf } from '../json.js';
import { pacificSeconds } from '../pacific.js';
import { acceptBody } from './accept.js';
import type { Company } from './company.js';
import { subscriptionEnded } from './company-faults.js';
import type { Draft, EntityDefinition, WriteOperation, WriteOptions } from './definition.js';
import type { Shape } from './fields.js';
import { linkReferences } from './reference-check.js';
import {
  type FaultError,
  missingMember,
  objectNotFound,
  ServiceFault,
  staleObject,
  transactionDeleted,
  unsupportedOperation,
} from './service-fault.js';

export interface WriteRequest {
  company: Company;
  definition: EntityDefinition;
  operation: WriteOperation;
  body: JsonObject;
  options: WriteOptions;
  nowMs: number;
}

export interface WriteResult {
  /** The object as it now stands; for a delete, what is left to say about it. */
  object: JsonObject;
  /** False where an update changed nothing: the stored object stays untouched. */
  changed: boolean;
}

/** The user name that stale-object faults give. */
const OTHER_USER = 'Sample Owner';

/** @throws ServiceFault with every error found */
export function write(request: WriteRequest): WriteResult {
  if (request.company.facts.subscription === 'lapsed') {
    throw new ServiceFault([subscriptionEnded(request.company.facts.plan)]);
  }
  return writeObject(byKey(request));
}

/** Objects known by a key of their own are created once and updated from then on. */
function byKey(request: WriteRequest): WriteRequest {
  const { definition, company, body, nowMs } = request;
  const id = definition.keyOf?.(body, company, nowMs);
  if (id === undefined) return request;
  const stored = company.find(definition.name, id);
  if (stored === undefined) return { ...request, operation: 'create' };
  const SyncToken = body['SyncToken'] ?? stored['SyncToken'];
  return { ...request, operation: 'update', body: { sparse: true, ...body, Id: id, SyncToken } };
}

function writeObject(request: WriteRequest): WriteResult {
  const { definition, operation, body } = request;
  if (!definition.operations.includes(operation)) {
    throw new ServiceFault([unsupportedOperation(`${operation} ${definition.path}`)]);
  }
  const errors: FaultError[] = [];
  const before = operation === 'create' ? undefined : storedFor(request);
  const sent = operation === 'send' ? body : acceptBody(body, definition.fields, errors);
  if (operation === 'delete' && before !== undefined) return remove(request, before, errors);
  const draft = draftOf(request, sent, before, errors);
  prepare(draft);
  if (errors.length > 0) throw new ServiceFault(errors);
  if (before !== undefined && sameContent(before, draft.after)) {
    return { object: before, changed: false };
  }
  return { object: commit(draft), changed: true };
}

function storedFor({ company, definition, operation, body }: WriteRequest): JsonObject {
  const collection = company.collection(definition.name);
  const id = definition.family === 'company' ? '1' : idIn(body);
  if (id === undefined) throw new ServiceFault([missingMember('Id')]);
  const stored = collection.get(id);
  if (stored === undefined) {
    throw new ServiceFault([absence(company, definition, id)]);
  }
  if (operation === 'send') return stored;
  const token = body['SyncToken'];
  if (token === undefined || token === null) {
    throw new ServiceFault([missingMember('SyncToken')]);
  }
  if (String(token) !== stored['SyncToken']) throw new ServiceFault([staleObject(OTHER_USER)]);
  return stored;
}

/** The id as text; one written as a number is taken as tokens and references are. */
function idIn({ Id }: JsonObject): string | undefined {
  return typeof Id === 'number' ? String(Id) : textOf({ Id }, 'Id');
}

/** Why an object is not there. A name that was merged away is as unknown as one that never was. */
export function absence(
  company: Company,
  { name, family }: EntityDefinition,
  id: string,
): FaultError {
  const deleted = family !== 'list' && company.collection(name).wasDeleted(id);
  return deleted ? transactionDeleted() : objectNotFound();
}

function draftOf(
  { company, definition, operation, body, options, nowMs }: WriteRequest,
  sent: JsonObject,
  before: JsonObject | undefined,
  errors: FaultError[],
): Draft {
  const whole = operation === 'void' || operation === 'send';
  const keepsUnsent = whole || body['sparse'] === true || body['sparse'] === 'true';
  const after: JsonObject = { domain: 'QBO', sparse: false };
  if (before !== undefined) {
    for (const member in before) {
      const field = definition.fields[member];
      const keep = keepsUnsent || field === undefined || field.readOnly || field.createOnly;
      if (keep) after[member] = before[member];
    }
  }
  if (!whole) overlay(after, sent, definition, before !== undefined);
  return { company, definition, operation, options, sent, before, after, errors, nowMs };
}

function overlay(
  after: JsonObject,
  sent: JsonObject,
  { fields }: EntityDefinition,
  isUpdate: boolean,
): void {
  for (const member in sent) {
    if (isUpdate && fields[member]?.createOnly) continue;
    if (sent[member] === null) delete after[member];
    else after[member] = sent[member];
  }
}

function prepare(draft: Draft): void {
  const { definition, after, errors } = draft;
  if (draft.operation === 'void') {
    for (const check of definition.checks) check(draft);
    definition.voiding?.(draft);
    return;
  }
  if (draft.operation === 'send') {
    definition.sending?.(draft);
    return;
  }
  linkReferences(draft);
  if (draft.operation === 'create') for (const step of definition.defaults) step(draft);
  for (const member of definition.required) {
    const value = after[member];
    const empty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (empty) errors.push(missingMember(member));
  }
  // Values derived from a body with errors in it would only add misleading errors.
  if (errors.length === 0) for (const step of definition.derive) step(draft);
  for (const check of definition.checks) check(draft);
}

const NOT_CONTENT = new Set(['SyncToken', 'MetaData']);

function sameContent(before: JsonObject, after: JsonObject): boolean {
  for (const member in after) {
    if (!NOT_CONTENT.has(member) && !sameJson(before[member], after[member])) return false;
  }
  for (const member in before) {
    if (before[member] !== undefined && after[member] === undefined) return false;
  }
  return true;
}

/** Stores a new object that QuickBooks itself makes as part of something else, with its effects. */
export function makeObject(
  company: Company,
  definition: EntityDefinition,
  members: JsonObject,
  nowMs: number,
): JsonObject {
  const options = { allowDuplicateNumber: false };
  const step = { operation: 'create', sent: {}, before: undefined } as const;
  return commit({ ...step, company, definition, options, after: members, errors: [], nowMs });
}

function commit(draft: Draft): JsonObject {
  const { company, definition, before, after, nowMs } = draft;
  const time = pacificSeconds(nowMs);
  const id =
    textOf(before, 'Id') ??
    definition.keyOf?.(after, company, nowMs) ??
    company.nextId(definition.ids.series, definition.ids.first);
  const token = before === undefined ? 0 : Number(before['SyncToken']) + 1;
  const stored: JsonObject = {
    ...after,
    domain: 'QBO',
    sparse: false,
    Id: id,
    SyncToken: String(token),
    MetaData: metaData(definition, before, time, company.realmId),
  };
  const complete = definition.complete?.(stored, company) ?? stored;
  const object = inOrder(definition.fields, complete);
  company.store(definition, object);
  company.announce({ entity: definition.name, id, kind: draft.operation, atMs: nowMs });
  for (const effect of definition.effects) effect(company, before, object, nowMs);
  // An effect may have touched the object itself; what stands now is the answer.
  return company.find(definition.name, id) ?? object;
}

/** Members as answers list them: in the order of the fields, whatever the order of the request. */
function inOrder(fields: Shape, object: JsonObject): JsonObject {
  const ordered: JsonObject = {};
  for (const member in fields) {
    if (object[member] !== undefined) ordered[member] = object[member];
  }
  // Loaded objects may hold members that no field describes.
  return { ...ordered, ...object };
}

function metaData(
  definition: EntityDefinition,
  before: JsonObject | undefined,
  time: string,
  realmId: string,
): JsonObject {
  const created = before?.['MetaData'];
  const createTime =
    typeof created === 'object' && created !== null && !Array.isArray(created)
      ? (created['CreateTime'] ?? time)
      : time;
  return definition.recordsModifier
    ? {
        CreateTime: createTime,
        LastModifiedByRef: { value: `${realmId}1` },
        LastUpdatedTime: time,
      }
    : { CreateTime: createTime, LastUpdatedTime: time };
}

function remove(request: WriteRequest, before: JsonObject, errors: FaultError[]): WriteResult {
  const { company, definition, nowMs } = request;
  const id = textOf(before, 'Id') ?? '';
  const draft = draftOf(request, {}, before, errors);
  for (const check of definition.checks) check(draft);
  if (errors.length > 0) throw new ServiceFault(errors);
  company.remove(definition, id, pacificSeconds(nowMs));
  company.announce({ entity: definition.name, id, kind: 'delete', atMs: nowMs });
  for (const effect of definition.effects) effect(company, before, undefined, nowMs);
  return { object: { status: 'Deleted', domain: 'QBO', Id: id }, changed: true };
}

/**
 * Changes members of a stored object as a side effect of something else.
 *
 * @param bump whether its SyncToken grows; balances of names move without it (recorded)
 */
export function touch(
  company: Company,
  definition: EntityDefinition,
  id: string,
  members: JsonObject,
  { bump, nowMs }: { bump: boolean; nowMs: number },
): void {
  const stored = company.find(definition.name, id);
  if (stored === undefined) return;
  const token = Number(stored['SyncToken']);
  const touched = present({
    ...stored,
    ...members,
    SyncToken: String(bump ? token + 1 : token),
    MetaData: metaData(definition, stored, pacificSeconds(nowMs), company.realmId),
  });
  company.store(definition, touched);
  // A balance that moves is no change of the object itself: its token stands, nobody is told.
  if (bump) company.announce({ entity: definition.name, id, kind: 'update', atMs: nowMs });
}

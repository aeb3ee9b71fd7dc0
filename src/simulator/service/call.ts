/** What an address under `/v3/company` asks for. */

import type { EntityDefinition, WriteOperation } from '../engine/definition.js';
import { definitionByPath } from '../entities/index.js';

export type CallKind =
  | 'read'
  | 'query'
  | 'write'
  | 'batch'
  | 'cdc'
  | 'pdf'
  | 'upload'
  | 'download'
  | 'taxservice'
  | 'unsupported';

export interface Call {
  realmId: string;
  kind: CallKind;
  method: string;
  /** The first part behind the realm: `invoice`, `query`, `batch`. */
  resource: string;
  definition: EntityDefinition | undefined;
  /** What a write does. */
  operation: WriteOperation | undefined;
  id: string | undefined;
  requestid: string | undefined;
  allowDuplicateNumber: boolean;
  /** The query in the address; a POST may carry it in its body instead. */
  statement: string | undefined;
  parameters: URLSearchParams;
}

/** Kinds that change something, so that a requestid makes them once. */
export function changesSomething({ kind }: Call): boolean {
  return kind === 'write' || kind === 'batch' || kind === 'upload' || kind === 'taxservice';
}

const READS: ReadonlySet<CallKind> = new Set<CallKind>(['read', 'query', 'cdc', 'pdf', 'download']);

/** Kinds that answer data and change none. A batch may do either. */
export function readsSomething({ kind }: Pick<Call, 'kind'>): boolean {
  return READS.has(kind);
}

/** Some clients end an address with a slash or double one; whether Intuit minds is not known. */
function tidy(path: string): string {
  return path.replace(/\/{2,}/g, '/').replace(/\/$/, '');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** @param asked HEAD asks what GET does */
export function readCall(asked: string, path: string, parameters: URLSearchParams): Call {
  const [, , , realmId = '', resource = '', id, action] = tidy(path).split('/');
  const method = asked === 'HEAD' ? 'GET' : asked;
  const definition = definitionByPath(resource);
  const include = parameters.get('include') ?? '';
  const call: Call = {
    realmId: decoded(realmId),
    kind: 'unsupported',
    method,
    resource,
    definition,
    operation: undefined,
    id: id === undefined ? undefined : decoded(id),
    requestid: parameters.get('requestid') || undefined,
    allowDuplicateNumber: include.split(',').includes('allowduplicatedocnum'),
    statement: parameters.get('query') ?? undefined,
    parameters,
  };
  const service = serviceKind(method, resource, id);
  if (service !== undefined) return { ...call, kind: service };
  if (definition === undefined) return call;
  if (action !== undefined) return { ...call, ...actionOn(method, action) };
  if (method === 'GET') {
    const single = definition.family === 'company' || definition.onDemand !== undefined;
    return single || id !== undefined ? { ...call, kind: 'read' } : call;
  }
  if (method !== 'POST' || id !== undefined) return call;
  const operation = writeOperation(parameters.get('operation'), include);
  return operation === undefined ? call : { ...call, kind: 'write', operation };
}

/** Addresses that name a service and no entity. */
function serviceKind(method: string, resource: string, id?: string): CallKind | undefined {
  if (method !== 'GET' && method !== 'POST') return undefined;
  if (resource === 'query') return 'query';
  if (resource === 'cdc' && method === 'GET') return 'cdc';
  if (resource === 'download' && method === 'GET' && id !== undefined) return 'download';
  if (method !== 'POST') return undefined;
  if (resource === 'batch' || resource === 'upload') return resource;
  return resource === 'taxservice' && id === 'taxcode' ? 'taxservice' : undefined;
}

/** `invoice/12/send` and `invoice/12/pdf`. */
function actionOn(method: string, action: string): Partial<Call> {
  if (method === 'POST' && action === 'send') return { kind: 'write', operation: 'send' };
  return method === 'GET' && action === 'pdf' ? { kind: 'pdf' } : {};
}

/** `update` stands for create as well: the body's Id tells which. */
function writeOperation(operation: string | null, include: string): WriteOperation | undefined {
  switch (operation) {
    case null:
    case '':
    case 'create':
    case 'update':
      return include.split(',').includes('void') ? 'void' : 'update';
    case 'delete':
    case 'void':
      return operation;
    default:
      return undefined;
  }
}

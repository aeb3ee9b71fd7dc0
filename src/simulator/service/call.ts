/** What an address under `/v3/company` asks for. */

import type { EntityDefinition, WriteOperation } from '../engine/definition.js';
import { definitionByPath } from '../entities/index.js';

export type CallKind = 'read' | 'query' | 'write' | 'batch' | 'unsupported';

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
}

export function readCall(method: string, path: string, parameters: URLSearchParams): Call {
  const [, , , realmId = '', resource = '', id] = path.split('/');
  const definition = definitionByPath(resource);
  const include = parameters.get('include') ?? '';
  const call: Call = {
    realmId: decodeURIComponent(realmId),
    kind: 'unsupported',
    method,
    resource,
    definition,
    operation: undefined,
    id: id === undefined ? undefined : decodeURIComponent(id),
    requestid: parameters.get('requestid') || undefined,
    allowDuplicateNumber: include.split(',').includes('allowduplicatedocnum'),
    statement: parameters.get('query') ?? undefined,
  };
  if (resource === 'query') return { ...call, kind: 'query' };
  if (resource === 'batch' && method === 'POST') return { ...call, kind: 'batch' };
  if (definition === undefined) return call;
  if (method === 'GET') {
    const single = definition.family === 'company';
    return single || id !== undefined ? { ...call, kind: 'read' } : call;
  }
  if (id !== undefined) return call;
  const operation = writeOperation(parameters.get('operation'), include);
  return operation === undefined ? call : { ...call, kind: 'write', operation };
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

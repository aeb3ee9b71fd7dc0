/** What one call, or one item of a batch, does with a company's objects. */

import type { Company } from '../engine/company.js';
import type { EntityDefinition, WriteOperation } from '../engine/definition.js';
import { parseQuery } from '../engine/query/parse.js';
import { runQuery } from '../engine/query/run.js';
import { queryInvalid, ServiceFault } from '../engine/service-fault.js';
import { write } from '../engine/write.js';
import { definitionByName } from '../entities/index.js';
import { createTaxCode } from '../entities/tax/tax-service.js';
import type { JsonObject } from '../json.js';
import { objectsOf, textOf } from '../json.js';
import { pacificDate } from '../pacific.js';
import type { QuickBooks } from '../quickbooks.js';

/** @throws ServiceFault 4000 or 4001 */
export function query(company: Company, statement: string, nowMs: number): JsonObject {
  const parsed = parseQuery(statement, pacificDate(nowMs));
  const definition = definitionByName(parsed.entity);
  if (definition === undefined) {
    throw new ServiceFault([queryInvalid(`Metadata not found for Entity: ${parsed.entity}`)]);
  }
  definition.onDemand?.forQuery(company, parsed.conditions, nowMs);
  const response = runQuery(parsed, definition.name, company);
  const { name, shown } = definition;
  if (shown === undefined || response[name] === undefined) return response;
  return { ...response, [name]: objectsOf(response, name).map((row) => shown(row, 'row')) };
}

interface LoggedWrite {
  company: Company;
  definition: EntityDefinition;
  operation: WriteOperation;
  body: JsonObject;
  options: { allowDuplicateNumber: boolean };
  nowMs: number;
}

export interface WriteSource {
  clientId: string | null;
  requestid: string | null;
  bId: string | null;
}

/** Writes and notes the commit. @throws ServiceFault */
export function writeAndLog(
  quickbooks: QuickBooks,
  request: LoggedWrite,
  source: WriteSource,
): JsonObject {
  const { company, definition, operation, nowMs } = request;
  const { object, changed } = write(request);
  const answer = operation === 'delete' ? object : shownAfter(definition, operation, object);
  if (!changed) return answer;
  quickbooks.log.commit({
    time: new Date(nowMs).toISOString(),
    realmId: company.realmId,
    entity: definition.name,
    id: textOf(object, 'Id') ?? '',
    operation,
    syncToken: textOf(object, 'SyncToken') ?? null,
    ...source,
  });
  quickbooks.noteChange();
  return answer;
}

function shownAfter(
  { shown }: EntityDefinition,
  operation: WriteOperation,
  object: JsonObject,
): JsonObject {
  return shown?.(object, operation === 'create' ? 'created' : 'single') ?? object;
}

/** Makes a tax code and notes the commit. @throws ServiceFault */
export function makeTaxCode(
  quickbooks: QuickBooks,
  { company, clientId, call, body }: TaxCodeRequest,
  nowMs: number,
): JsonObject {
  const answer = createTaxCode(company, body, nowMs);
  quickbooks.log.commit({
    time: new Date(nowMs).toISOString(),
    realmId: company.realmId,
    entity: 'TaxCode',
    id: textOf(answer, 'TaxCodeId') ?? '',
    operation: 'create',
    syncToken: '0',
    clientId,
    requestid: call.requestid ?? null,
    bId: null,
  });
  quickbooks.noteChange();
  return answer;
}

interface TaxCodeRequest {
  company: Company;
  clientId: string;
  call: { requestid: string | undefined };
  body: JsonObject;
}

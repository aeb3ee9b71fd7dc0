/** The request that would have made a recorded object: its own members, nothing QuickBooks adds. */

import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import {
  isObject,
  type JsonObject,
  objectOf,
  objectsOf,
  textOf,
} from '../../../src/simulator/json.js';

/** Members that QuickBooks fills in, whatever an entity's definition lets an app send. */
const DERIVED = new Set([
  'domain',
  'sparse',
  'MetaData',
  'Id',
  'SyncToken',
  'DocNumber',
  'LinkedTxn',
  'Balance',
  'BalanceWithJobs',
  'RemainingCredit',
  'UnappliedAmt',
  'PurchaseEx',
  'FullyQualifiedName',
  'CurrentBalance',
  'CurrentBalanceWithSubAccounts',
  'FreeFormAddress',
  'V4IDPseudonym',
  'Classification',
  'ClientEntityId',
  'CustomField',
  'SubAccount',
  'Level',
]);

/** Entities whose total is what was paid, and not the sum of their lines. */
const STATES_TOTAL = new Set(['Payment', 'BillPayment']);

/** Entities that say what they are linked to; the others are told. */
const STATES_LINKS = new Set(['Payment', 'BillPayment', 'Deposit']);

export function requestFrom(entity: string, object: JsonObject): JsonObject {
  const fields = DEFINITIONS.get(entity)?.fields ?? {};
  const request: JsonObject = {};
  for (const [member, value] of Object.entries(object)) {
    if (DERIVED.has(member) || fields[member]?.readOnly === true) continue;
    if (member === 'TotalAmt' && !STATES_TOTAL.has(entity)) continue;
    if (member === 'Line') request['Line'] = linesFrom(entity, object);
    else if (member === 'TxnTaxDetail') Object.assign(request, taxFrom(object));
    else request[member] = withoutIds(value);
  }
  return request;
}

function linesFrom(entity: string, object: JsonObject): JsonObject[] {
  return objectsOf(object, 'Line')
    .filter((line) => textOf(line, 'DetailType') !== 'SubTotalLineDetail')
    .map(({ Id, LineNum, CustomExtensions, LineEx, LinkedTxn, ...rest }) => ({
      ...rest,
      ...(STATES_LINKS.has(entity) && LinkedTxn !== undefined ? { LinkedTxn } : {}),
      ...salesDetail(rest),
    }));
}

function salesDetail(line: JsonObject): JsonObject {
  const sales = objectOf(line, 'SalesItemLineDetail');
  if (sales === undefined) return {};
  const { ItemAccountRef, ...detail } = sales;
  return { SalesItemLineDetail: detail };
}

function taxFrom(object: JsonObject): JsonObject {
  const code = objectOf(objectOf(object, 'TxnTaxDetail'), 'TxnTaxCodeRef');
  return code === undefined ? {} : { TxnTaxDetail: { TxnTaxCodeRef: code } };
}

/** Addresses carry ids of their own, which the next object cannot claim. */
function withoutIds(value: JsonObject[string]): JsonObject[string] {
  if (!isObject(value)) return value;
  const { Id, ...rest } = value;
  return rest;
}

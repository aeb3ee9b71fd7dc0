/** Purchase forms as an app sends them. */

import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, type TestCompany } from './company.js';

/** "Cascade Office Supply" and "Mill Street Plywood" of the sample company. */
export const VENDOR = '31';
export const OTHER_VENDOR = '32';
export const PAYABLE = '33';
export const CHECKING = '35';
export const SAVINGS = '36';
export const MASTERCARD = '41';
export const ADVERTISING = '7';

export const ref = (value: string): JsonObject => ({ value });

/** A line on an account. */
export function spend(amount: number, detail: JsonObject = {}, line: JsonObject = {}): JsonObject {
  return {
    Amount: amount,
    DetailType: 'AccountBasedExpenseLineDetail',
    AccountBasedExpenseLineDetail: { AccountRef: ref(ADVERTISING), ...detail },
    ...line,
  };
}

/** A line for an item: "Bench Vise", which is kept in stock, unless told otherwise. */
export function buy(amount: number, detail: JsonObject = {}, line: JsonObject = {}): JsonObject {
  return {
    Amount: amount,
    DetailType: 'ItemBasedExpenseLineDetail',
    ItemBasedExpenseLineDetail: { ItemRef: ref('11'), ...detail },
    ...line,
  };
}

export const link = (TxnType: string, object: JsonObject, TxnLineId?: string): JsonObject => ({
  TxnId: object['Id'],
  TxnType,
  ...(TxnLineId === undefined ? {} : { TxnLineId }),
});

/** What a bill payment applies. */
export const applied = (amount: number, type: string, object: JsonObject): JsonObject => ({
  Amount: amount,
  LinkedTxn: [link(type, object)],
});

/** Makes a purchase form of the sample vendor; `body` may say otherwise. */
export function make(company: TestCompany, entity: string, body: JsonObject): Promise<JsonObject> {
  const members: JsonObject = { VendorRef: ref(VENDOR), ...body };
  if (entity === 'PurchaseOrder') members['APAccountRef'] ??= ref(PAYABLE);
  return create(company, entity, members);
}

export async function create(
  company: TestCompany,
  entity: string,
  body: JsonObject,
): Promise<JsonObject> {
  return answered(await company.post(entity.toLowerCase(), body), entity);
}

/** Pays by check from the sample company's bank account. */
export function pay(
  company: TestCompany,
  amount: number,
  lines: JsonObject[],
  body: JsonObject = {},
): Promise<JsonObject> {
  return make(company, 'BillPayment', {
    TotalAmt: amount,
    PayType: 'Check',
    CheckPayment: { BankAccountRef: ref(CHECKING) },
    Line: lines,
    ...body,
  });
}

/** The stored object as it stands now. */
export async function now(
  company: TestCompany,
  entity: string,
  { Id }: JsonObject,
): Promise<JsonObject> {
  return answered(await company.get(`${entity.toLowerCase()}/${Id}`), entity);
}

/** What an update, void or delete sends besides its changes. */
export const known = ({ Id, SyncToken }: JsonObject, changes: JsonObject = {}): JsonObject => ({
  Id,
  SyncToken,
  ...changes,
});

/** The sales forms, each with the smallest body it takes and the calls a test makes of it. */

import type { CompanyOptions, JsonObject } from '../../../src/simulator/index.js';
import {
  answered,
  type Reply,
  saleLine,
  startCompany,
  type TestCompany,
} from '../support/company.js';

export const NOW = '2026-05-05T12:00:00Z';

export const FORMS = ['Invoice', 'SalesReceipt', 'CreditMemo', 'Estimate', 'RefundReceipt'];

export interface Bench {
  company: TestCompany;
  /** The form made from its smallest body and these members. */
  make(entity: string, members?: JsonObject): Promise<JsonObject>;
  post(entity: string, body: JsonObject, query?: string): Promise<Reply>;
  read(entity: string, id: unknown): Promise<JsonObject>;
  /** A sparse update of the object as it was answered. */
  change(entity: string, object: JsonObject, members: JsonObject): Promise<Reply>;
  balanceOf(entity: 'Customer' | 'Account', id: string): Promise<unknown>;
}

/** A fresh sample company whose clock stands still. */
export async function startBench(options: CompanyOptions = {}): Promise<Bench> {
  const company = await startCompany(options);
  company.simulator.control.setClock({ now: NOW, stopped: true });
  const post = (entity: string, body: JsonObject, query = '') =>
    company.post(`${entity.toLowerCase()}${query}`, body);
  const read = async (entity: string, id: unknown) =>
    answered(await company.get(`${entity.toLowerCase()}/${String(id)}`), entity);
  return {
    company,
    post,
    read,
    make: async (entity, members = {}) =>
      answered(await post(entity, { ...smallest(entity), ...members }), entity),
    change: (entity, { Id, SyncToken }, members) =>
      post(entity, { Id, SyncToken, sparse: true, ...members }),
    balanceOf: async (entity, id) => {
      const object = await read(entity, id);
      return object[entity === 'Account' ? 'CurrentBalance' : 'Balance'];
    },
  };
}

export function smallest(entity: string): JsonObject {
  const body: JsonObject = { CustomerRef: { value: '1' }, Line: [saleLine('3', 120)] };
  return entity === 'RefundReceipt' ? { ...body, DepositToAccountRef: { value: '35' } } : body;
}

export function discount(detail: JsonObject, amount?: number): JsonObject {
  return {
    ...(amount === undefined ? {} : { Amount: amount }),
    DetailType: 'DiscountLineDetail',
    DiscountLineDetail: detail,
  };
}

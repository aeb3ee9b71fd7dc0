/** What tests of money do with a company: save, read again, sell, receive and look at balances. */

import type { JsonObject } from '../../../src/simulator/index.js';
import { list, member, type Reply, saleLine, type TestCompany } from './company.js';

export const CUSTOMER = '1';
export const UNDEPOSITED = '4';
export const OPENING_EQUITY = '34';
export const CHECKING = '35';
export const SAVINGS = '36';
export const RECEIVABLE = '84';
export const PAYABLE = '33';
export const INCOME = '79';

/** A payment's or deposit's line that names another transaction. */
export const linkLine = (amount: number, target: JsonObject, TxnType = 'Invoice'): JsonObject => ({
  Amount: amount,
  LinkedTxn: [{ TxnId: target['Id'], TxnType }],
});

export const paymentBody = (
  amount: number,
  Line: JsonObject[],
  customer = CUSTOMER,
): JsonObject => ({ CustomerRef: { value: customer }, TotalAmt: amount, Line });

export const sparse = (object: JsonObject, changes: JsonObject = {}): JsonObject => ({
  Id: object['Id'],
  SyncToken: object['SyncToken'],
  sparse: true,
  ...changes,
});

/** The pairs of a line's `LineEx`. */
export function pairsOf(line: JsonObject | undefined): Record<string, unknown> {
  return Object.fromEntries(
    list(member(line ?? {}, 'LineEx'), 'any').map((pair) => {
      const { Name, Value } = member(pair, 'value');
      return [String(Name), Value];
    }),
  );
}

function onlyObject(reply: Reply): JsonObject {
  if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
  return member(reply.body, Object.keys(reply.body)[0] ?? '');
}

export class Books {
  constructor(readonly company: TestCompany) {}

  /** The object of a 200; anything else fails. */
  async save(path: string, body: JsonObject): Promise<JsonObject> {
    return onlyObject(await this.company.post(path, body));
  }

  async now(path: string, object: JsonObject): Promise<JsonObject> {
    return onlyObject(await this.company.get(`${path}/${String(object['Id'])}`));
  }

  invoice(amount: number, customer = CUSTOMER): Promise<JsonObject> {
    return this.save('invoice', {
      CustomerRef: { value: customer },
      Line: [saleLine('3', amount)],
    });
  }

  pay(amount: number, lines: JsonObject[], customer = CUSTOMER): Promise<JsonObject> {
    return this.save('payment', paymentBody(amount, lines, customer));
  }

  async accountBalance(id: string): Promise<unknown> {
    return (await this.now('account', { Id: id }))['CurrentBalance'];
  }

  async customerBalance(id: string): Promise<unknown> {
    return (await this.now('customer', { Id: id }))['Balance'];
  }
}

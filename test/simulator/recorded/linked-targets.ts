/** Transactions that a sample's lines are linked to, large enough to take what is applied. */

import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import {
  type JsonObject,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
} from '../../../src/simulator/json.js';
import type { Objects } from './stand-ins.js';

const ENTITIES: Readonly<Record<string, string>> = {
  Check: 'Purchase',
  Expense: 'Purchase',
  BillPaymentCheck: 'BillPayment',
};

export function linkedTargets(objects: readonly JsonObject[]): Objects {
  const targets: Objects = {};
  for (const object of objects) {
    for (const line of objectsOf(object, 'Line')) {
      for (const link of objectsOf(line, 'LinkedTxn')) {
        const type = textOf(link, 'TxnType') ?? '';
        const entity = ENTITIES[type] ?? type;
        const id = textOf(link, 'TxnId');
        if (id === undefined || !DEFINITIONS.has(entity)) continue;
        const amount = numberOf(line, 'Amount') ?? numberOf(object, 'TotalAmt') ?? 0;
        targets[entity] = [...(targets[entity] ?? []), target(object, id, amount)];
      }
    }
  }
  return targets;
}

function target(object: JsonObject, id: string, amount: number): JsonObject {
  const { CustomerRef, VendorRef, APAccountRef, TxnDate } = object;
  return {
    Id: id,
    TxnDate: TxnDate ?? '2015-01-01',
    TotalAmt: amount,
    Balance: amount,
    RemainingCredit: amount,
    LinkedTxn: [],
    Line: [{ Id: '1', LineNum: 1, Amount: amount }],
    ...(objectOf(object, 'CustomerRef') === undefined ? {} : { CustomerRef }),
    ...(objectOf(object, 'VendorRef') === undefined ? {} : { VendorRef }),
    ...(APAccountRef === undefined ? {} : { APAccountRef }),
  };
}

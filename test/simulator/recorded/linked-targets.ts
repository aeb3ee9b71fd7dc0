/** Transactions that a sample's lines are linked to, large enough to take what is applied. */

import { DEFINITIONS } from '../../../src/simulator/entities/index.js';
import {
  isObject,
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
    for (const { EntityRef } of objectsOf(object, 'AttachableRef')) {
      const id = textOf(isObject(EntityRef) ? EntityRef : undefined, 'value');
      if (id !== undefined) targets['Invoice'] = [target(object, {}, id)];
    }
    for (const line of objectsOf(object, 'Line')) {
      for (const link of objectsOf(line, 'LinkedTxn')) {
        const type = textOf(link, 'TxnType') ?? '';
        const entity = ENTITIES[type] ?? type;
        const id = textOf(link, 'TxnId');
        if (id === undefined || !DEFINITIONS.has(entity)) continue;
        const found = { ...target(object, line, id), ...waiting(entity, line) };
        targets[entity] = [...(targets[entity] ?? []), found];
      }
    }
  }
  return targets;
}

/** Money that waits to be deposited: in the account the sandbox and the samples have for it. */
function waiting(entity: string, line: JsonObject): JsonObject {
  if (entity !== 'Payment' && entity !== 'SalesReceipt') return {};
  const { PaymentMethodRef, CheckNum } = objectOf(line, 'DepositLineDetail') ?? {};
  return {
    DepositToAccountRef: { value: '4' },
    Line: [],
    ...(PaymentMethodRef === undefined ? {} : { PaymentMethodRef }),
    ...(CheckNum === undefined ? {} : { PaymentRefNum: CheckNum }),
  };
}

function target(object: JsonObject, line: JsonObject, id: string): JsonObject {
  const shown = Object.fromEntries(
    objectsOf(objectOf(line, 'LineEx'), 'any')
      .map((each) => objectOf(each, 'value'))
      .map((pair) => [textOf(pair, 'Name'), textOf(pair, 'Value')]),
  );
  const open = shown['txnOpenBalance'];
  const applied = numberOf(line, 'Amount') ?? numberOf(object, 'TotalAmt') ?? 0;
  const amount = open === undefined ? applied : Number(open);
  const { CustomerRef, VendorRef, APAccountRef, TxnDate } = object;
  return {
    Id: id,
    TxnDate: TxnDate ?? '2015-01-01',
    TotalAmt: amount,
    Balance: amount,
    RemainingCredit: amount,
    LinkedTxn: [],
    ...(shown['txnReferenceNumber'] === undefined
      ? {}
      : { DocNumber: shown['txnReferenceNumber'] }),
    Line: [{ Id: '1', LineNum: 1, Amount: amount }],
    ...(objectOf(object, 'CustomerRef') === undefined ? {} : { CustomerRef }),
    ...(objectOf(object, 'VendorRef') === undefined ? {} : { VendorRef }),
    ...(APAccountRef === undefined ? {} : { APAccountRef }),
  };
}

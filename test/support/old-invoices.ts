import type { JsonObject } from '../../src/simulator/index.js';

/** An invoice as QuickBooks has it before any app came, of one line of 80.00. */
export function anOldInvoice(id: string, over: JsonObject = {}): JsonObject {
  return {
    Id: id,
    DocNumber: `OLD-${id}`,
    TxnDate: '2026-03-02',
    DueDate: '2026-04-01',
    CustomerRef: { value: '7', name: 'Harbor Lane Dental' },
    CurrencyRef: { value: 'USD' },
    MetaData: {
      CreateTime: '2026-03-02T09:00:00-08:00',
      LastUpdatedTime: '2026-03-02T09:00:00-08:00',
    },
    TotalAmt: 80,
    Balance: 80,
    Line: [
      {
        Id: '1',
        Amount: 80,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: { ItemRef: { value: '3' }, Qty: 1, UnitPrice: 80 },
      },
    ],
    ...over,
  };
}

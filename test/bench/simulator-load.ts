import type { JsonObject } from '../../src/simulator/index.js';
import { once, type Target, wire } from './simulator-client.js';

export interface Size {
  customers: number;
  invoices: number;
}

/** Ids that the sample company's own objects do not have. */
export const FIRST_ID = 10_000;
const CHUNK = 5_000;
const FIRST_CHANGE_MS = Date.parse('2026-01-01T08:00:00Z');

/** A moment of last change that grows with the number, some objects sharing a second. */
export const changedAt = (index: number) =>
  new Date(FIRST_CHANGE_MS + Math.floor(index / 4) * 1_000).toISOString().replace(/\.000Z$/, 'Z');

const metaData = (index: number) => ({
  CreateTime: changedAt(index),
  LastUpdatedTime: changedAt(index),
});

function customer(index: number): JsonObject {
  return {
    Id: String(FIRST_ID + index),
    DisplayName: `Customer ${index}`,
    PrimaryEmailAddr: { Address: `customer-${index}@example.com` },
    BillAddr: {
      Id: String(index),
      Line1: `${index} Quay Street`,
      City: 'Alder',
      PostalCode: '97000',
    },
    Taxable: true,
    Balance: 0,
    BalanceWithJobs: 0,
    MetaData: metaData(index),
  };
}

function invoice(index: number, customers: number): JsonObject {
  const amount = (index % 500) + 1;
  const CustomerRef = { value: String(FIRST_ID + (index % customers)) };
  const day = String((index % 28) + 1).padStart(2, '0');
  return {
    Id: String(FIRST_ID + index),
    DocNumber: `L-${index}`,
    TxnDate: `20${String(10 + (index % 16))}-0${(index % 9) + 1}-${day}`,
    DueDate: '2026-12-31',
    CustomerRef,
    Line: [
      {
        Id: '1',
        LineNum: 1,
        Description: 'Hours',
        Amount: amount,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: {
          ItemRef: { value: '3' },
          UnitPrice: amount,
          Qty: 1,
          TaxCodeRef: { value: 'NON' },
        },
      },
      { Amount: amount, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ],
    TxnTaxDetail: { TotalTax: 0 },
    TotalAmt: amount,
    Balance: index % 10 === 0 ? amount : 0,
    PrintStatus: 'NeedToPrint',
    EmailStatus: 'NotSet',
    ApplyTaxAfterDiscount: false,
    LinkedTxn: [],
    CustomField: [],
    MetaData: metaData(index),
  };
}

/** Loads through the control API, as a user would. Answers how many seconds it took. */
export async function load(target: Target, realmId: string, size: Size): Promise<number> {
  const startedMs = performance.now();
  const control = { ...target, base: '' };
  const send = async (entity: string, count: number, make: (index: number) => JsonObject) => {
    for (let from = 0; from < count; from += CHUNK) {
      const length = Math.min(CHUNK, count - from);
      const objects = Array.from({ length }, (_, index) => make(from + index));
      await once(
        control,
        wire(control, `/control/companies/${realmId}/load`, { [entity]: objects }),
      );
    }
  };
  await send('Customer', size.customers, customer);
  await send('Invoice', size.invoices, (index) => invoice(index, size.customers));
  return (performance.now() - startedMs) / 1_000;
}

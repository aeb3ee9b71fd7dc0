import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import {
  aBill,
  anOrder,
  aVendorCredit,
  type PurchaseCompany,
  purchaseCompany,
} from '../support/purchase-company.js';

// What is bought reaches QuickBooks once, as what it is, and stays one object whatever is stated later.
describe('purchase forms', () => {
  let journey: Journey;
  let company: PurchaseCompany;
  let number = 0;
  let key: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await purchaseCompany(journey);
  });
  afterAll(() => journey?.close());
  beforeEach(() => {
    number += 1;
    key = `P-${number}`;
    company.quickbooks.forget();
  });

  it.each([
    ['bill', 'Bill', 'Bill'],
    ['purchase_order', 'PurchaseOrder', 'Purchase order'],
    ['vendor_credit', 'VendorCredit', 'Vendor credit'],
  ] as const)('are sent: a %s', async (kind, entity, word) => {
    const document = { bill: aBill, purchase_order: anOrder, vendor_credit: aVendorCredit }[kind];
    await company.state(kind, key, document({ number: key }));
    const answer = await waitForStatus(journey, company.id, kind, key, 'synced');
    expect(answer.details).toBe(
      `${word} ${key} created in QuickBooks (Id ${answer.quickbooks?.id}), total 100.00.`,
    );
    expect(company.quickbooks.where(entity, 'DocNumber', key)).toMatchObject([
      { VendorRef: { value: '45' }, TotalAmt: 100, TxnDate: '2026-11-18' },
    ]);
  });
});

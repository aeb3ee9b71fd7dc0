/**
 * Numbers, lines, tax and transactions (sections 9.1 to 9.3 and 9.6). A: said by Intuit;
 * B: recorded; D: not known.
 *
 * Held elsewhere: numbers and closed books in numbers-and-books and sales/numbers; lines,
 * discounts, shipping and bundles in sales/lines; amounts and tax in money, tax, tax-totals and
 * purchases/purchase-tax; the tax service in tax-service; each transaction in its own file below
 * sales, purchases, payments and banking; custom fields in sales/custom-fields; currencies in
 * currencies.
 */

import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompanyOptions, JsonObject } from '../../../src/simulator/index.js';
import {
  faults,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from '../support/company.js';
import { create, known, ref } from '../support/purchases.js';
import { postXml } from '../support/wire.js';

let company: TestCompany;

afterEach(() => company.close());

const start = async (options: CompanyOptions = {}) => {
  company = await startCompany(options);
};

const sale = (members: JsonObject = {}): JsonObject => ({
  CustomerRef: ref('1'),
  Line: [saleLine('3', 100)],
  ...members,
});

const CUSTOM = { preferences: { SalesFormsPrefs: { CustomTxnNumbers: true } } };

describe('[A XSD] a number on request', () => {
  it.each(['Invoice', 'Estimate', 'SalesReceipt'])('%s: AUTO_GENERATE', async (entity) => {
    await start(CUSTOM);
    const made = await create(company, entity, sale({ DocNumber: 'AUTO_GENERATE' }));
    expect(made['DocNumber']).toBe('1001');
    expect(await create(company, entity, sale({ AutoDocNumber: true }))).toMatchObject({
      DocNumber: '1002',
    });
  });

  it('also for one that is there already', async () => {
    await start(CUSTOM);
    const made = await create(company, 'Invoice', sale());
    expect(made).not.toHaveProperty('DocNumber');
    const asked = known(made, { sparse: true, DocNumber: 'AUTO_GENERATE' });
    expect((await create(company, 'Invoice', asked))['DocNumber']).toBe('1001');
  });
});

describe('[A REF:invoice] lines', () => {
  it('[B REC] are numbered from 1 and end with a subtotal that QuickBooks adds', async () => {
    await start();
    const Line = [saleLine('3', 1), saleLine('4', 2)];
    const made = await create(company, 'Invoice', sale({ Line }));
    expect(
      list(made, 'Line').map(({ Id, LineNum, DetailType }) => [Id, LineNum, DetailType]),
    ).toEqual([
      ['1', 1, 'SalesItemLineDetail'],
      ['2', 2, 'SalesItemLineDetail'],
      [undefined, undefined, 'SubTotalLineDetail'],
    ]);
  });

  it('ignore a subtotal that is sent', async () => {
    await start();
    const total = { Amount: 999, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} };
    const made = await create(company, 'Invoice', sale({ Line: [saleLine('3', 10), total] }));
    expect(made['TotalAmt']).toBe(10);
    expect(list(made, 'Line').at(-1)).toMatchObject({ Amount: 10 });
  });

  it('have discounts of their own in France only: elsewhere these change nothing', async () => {
    await start();
    const detail = { Qty: 2, UnitPrice: 50, DiscountRate: 10, DiscountAmt: 10 };
    const made = await create(company, 'Invoice', sale({ Line: [saleLine('3', 100, detail)] }));
    expect(made['TotalAmt']).toBe(100);
  });
});

describe('[A REF:invoice] tax', () => {
  it('modes are not for the US', async () => {
    await start();
    const made = await create(company, 'Invoice', sale({ GlobalTaxCalculation: 'TaxInclusive' }));
    expect(made).not.toHaveProperty('GlobalTaxCalculation');
    expect(made['TotalAmt']).toBe(100);
  });

  it('lines stand in the tax of the form and not among its lines', async () => {
    await start();
    const taxed = saleLine('9', 100, { TaxCodeRef: ref('TAX') });
    const made = await create(company, 'Invoice', sale({ Line: [taxed] }));
    const types = list(made, 'Line').map(({ DetailType }) => DetailType);
    expect(types).not.toContain('TaxLineDetail');
    const lines = list(member(made, 'TxnTaxDetail'), 'TaxLine');
    expect(lines).toMatchObject([{ DetailType: 'TaxLineDetail', Amount: 8 }]);
  });

  it('codes are made in JSON only', async () => {
    await start();
    const reply = await postXml(company, 'taxservice/taxcode', '<TaxService/>');
    expect(reply.status).toBe(400);
    const made = await company.query('select count(*) from TaxCode');
    const fresh = await startCompany();
    expect(made).toEqual(await fresh.query('select count(*) from TaxCode'));
    await fresh.close();
  });
});

describe('[A REF] what a transaction needs', () => {
  it.each([
    ['Invoice', { Line: [saleLine('3', 1)] }, 'CustomerRef'],
    ['Invoice', { CustomerRef: ref('1') }, 'Line'],
    ['SalesReceipt', { CustomerRef: ref('1') }, 'Line'],
    ['CreditMemo', { Line: [saleLine('3', 1)] }, 'CustomerRef'],
    ['CreditMemo', { CustomerRef: ref('1') }, 'Line'],
    ['Estimate', { Line: [saleLine('3', 1)] }, 'CustomerRef'],
    ['Estimate', { CustomerRef: ref('1') }, 'Line'],
    ['Payment', { TotalAmt: 1 }, 'CustomerRef'],
    ['Bill', { VendorRef: ref('31') }, 'Line'],
    ['Bill', { Line: [] }, 'VendorRef'],
    ['PurchaseOrder', { VendorRef: ref('31'), Line: [] }, 'APAccountRef'],
    ['PurchaseOrder', { APAccountRef: ref('33'), Line: [] }, 'VendorRef'],
    ['BillPayment', { TotalAmt: 1, PayType: 'Check' }, 'VendorRef'],
    ['BillPayment', { VendorRef: ref('31'), TotalAmt: 1 }, 'PayType'],
  ])('%s without everything: %j lacks %s', async (entity, body, element) => {
    await start();
    const reply = await company.post(entity.toLowerCase(), body);
    expect(reply.status).toBe(400);
    const missing = faults(reply).filter(({ code }) => code === '2020');
    expect(missing.map((fault) => fault.element)).toContain(element);
  });
});

describe('[A REF] numbers of other forms', () => {
  it('[B REC] bills and payments get none', async () => {
    await start();
    const bill = await create(company, 'Bill', {
      VendorRef: ref('31'),
      Line: [
        {
          Amount: 10,
          DetailType: 'AccountBasedExpenseLineDetail',
          AccountBasedExpenseLineDetail: { AccountRef: ref('7') },
        },
      ],
    });
    const payment = await create(company, 'Payment', { CustomerRef: ref('1'), TotalAmt: 1 });
    expect(bill).not.toHaveProperty('DocNumber');
    expect(payment).not.toHaveProperty('DocNumber');
    expect(payment).not.toHaveProperty('PaymentRefNum');
  });
});

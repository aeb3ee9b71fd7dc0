import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BillInput } from '../../src/contract/documents/index.js';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
import { list, member } from '../simulator/support/company.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import {
  aBill,
  aVendorCredit,
  type PurchaseCompany,
  type PurchaseCompanyOptions,
  purchaseCompany,
} from '../support/purchase-company.js';

// Tax on what is bought, as people meet it: what is in QuickBooks afterwards, and what Details and the
// penny ledger say of it.
describe('the tax of purchase forms', () => {
  let journey: Journey;
  let number = 0;
  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const materials = { account: { name: 'Supplies' } };
  type LineInput = BillInput['lines'][number];
  const line = (amount: string, code?: string, over: Partial<LineInput> = {}): LineInput => ({
    ...materials,
    amount,
    ...(code === undefined ? {} : { taxCode: { name: code } }),
    ...over,
  });

  /** States a bill and answers what became of it, with the bill in QuickBooks. */
  async function billed(at: PurchaseCompany, over: Partial<BillInput>, status = 'synced') {
    number += 1;
    const key = `T-${number}`;
    await at.state('bill', key, aBill({ number: key, ...over }));
    const answer = await waitForStatus(journey, at.id, 'bill', key, status);
    const [bill = {}] = at.quickbooks.where('Bill', 'DocNumber', key);
    return { answer, bill };
  }

  /** Percent or rate, net and tax of each tax line. */
  function taxes(bill: JsonObject): unknown[] {
    return list(member(bill, 'TxnTaxDetail'), 'TaxLine').map((one) => {
      const detail = member(one, 'TaxLineDetail');
      const { value } = member(detail, 'TaxRateRef');
      return [value, detail['NetAmountTaxable'], one['Amount']];
    });
  }
  const amounts = (bill: JsonObject) => list(bill, 'Line').map(({ Amount }) => Amount);

  describe('in Britain', () => {
    let at: PurchaseCompany;
    beforeAll(async () => {
      at = await purchaseCompany(journey, { company: { country: 'GB' } });
    });

    it('is QuickBooks’ own where the supplier comes to the same, at all rates', async () => {
      const { answer, bill } = await billed(at, {
        lines: [
          line('1250.00', '20.0% S'),
          line('85.00', '5.0% R'),
          line('10.00', '0.0% Z'),
          line('7.00', 'Exempt'),
        ],
        tax: { total: '254.25' },
        total: '1606.25',
      });
      expect(answer).toMatchObject({
        label: 'Synced',
        money: { sourceTotal: '1606.25', quickbooksTotal: '1606.25', difference: '0.00' },
      });
      expect(bill).toMatchObject({
        GlobalTaxCalculation: 'TaxExcluded',
        TotalAmt: 1606.25,
        TxnTaxDetail: { TotalTax: 254.25 },
      });
      expect(taxes(bill)).toEqual([
        ['4', 1250, 250],
        ['6', 85, 4.25],
        ['8', 10, 0],
        ['10', 7, 0],
      ]);
    });

    it.each([
      ['more', '4.02', '34.08'],
      ['less', '4.00', '34.06'],
    ])('stays as it was billed where it is a cent %s', async (_what, tax, total) => {
      const { answer, bill } = await billed(at, {
        lines: [line('20.06', '20.0% S'), line('10.00', '0.0% Z')],
        tax: { total: tax },
        total,
      });
      expect(answer).toMatchObject({
        label: 'Synced',
        money: { quickbooksTotal: total, difference: '0.00', rule: 'tax_as_billed' },
      });
      expect(bill).toMatchObject({ TotalAmt: Number(total) });
      expect(taxes(bill)).toEqual([
        ['4', 20.06, Number(tax)],
        ['8', 10, 0],
      ]);
    });

    it('is the one of the day of the bill', async () => {
      const lines = [line('100.00', '20.0% S')];
      const old = { date: '2010-12-31', lines, tax: { total: '17.50' }, total: '117.50' };
      const { answer, bill } = await billed(at, old);
      expect(answer.money).not.toHaveProperty('rule');
      expect(bill).toMatchObject({ TotalAmt: 117.5, TxnTaxDetail: { TotalTax: 17.5 } });
    });

    it('of a reverse charge is owed and reclaimed at once', async () => {
      const { answer, bill } = await billed(at, {
        lines: [line('100.00', '20.0% RC'), line('10.03', '20.0% S')],
        tax: { total: '2.02' },
        total: '112.05',
      });
      expect(answer.label).toBe('Synced');
      expect(bill).toMatchObject({ TotalAmt: 112.05, TxnTaxDetail: { TotalTax: 2.02 } });
      expect(taxes(bill)).toEqual([
        ['15', 100, 20],
        ['16', 100, -20],
        ['4', 10.03, 2.02],
      ]);
    });

    it('inside of prices leaves them as they were billed', async () => {
      const inside = { taxMode: 'inclusive', total: '30.00' } as const;
      const lines = [line('10.00', '20.0% S'), line('20.00', '5.0% R')];
      const same = await billed(at, { ...inside, lines, tax: { total: '2.62' } });
      expect(same.bill).toMatchObject({ GlobalTaxCalculation: 'TaxInclusive', TotalAmt: 30 });
      expect(amounts(same.bill)).toEqual([8.33, 19.05]);
      const off = await billed(at, { ...inside, lines, tax: { total: '2.63' } });
      expect(off.answer).toMatchObject({ label: 'Synced', money: { difference: '0.00' } });
      expect(off.bill).toMatchObject({ TotalAmt: 30, TxnTaxDetail: { TotalTax: 2.63 } });
      expect(amounts(off.bill)).toEqual([8.32, 19.05]);
    });

    it('follows a change of the bill, back to QuickBooks’ own', async () => {
      const key = 'T-changed';
      const lines = [line('10.03', '20.0% S')];
      const stated = { number: key, lines, tax: { total: '2.02' }, total: '12.05' };
      await at.state('bill', key, aBill(stated));
      await waitForStatus(journey, at.id, 'bill', key, 'synced');
      await at.state('bill', key, aBill({ ...stated, tax: { total: '2.01' }, total: '12.04' }));
      await waitForStatus(journey, at.id, 'bill', key, 'synced');
      const [bill = {}] = at.quickbooks.where('Bill', 'DocNumber', key);
      expect(bill).toMatchObject({ TotalAmt: 12.04, TxnTaxDetail: { TotalTax: 2.01 } });
      expect(list(member(bill, 'TxnTaxDetail'), 'TaxLine')).toMatchObject([
        { TaxLineDetail: { PercentBased: true } },
      ]);
    });

    it('of a vendor credit lowers what is owed by as much', async () => {
      const key = 'T-credit';
      const lines = [line('10.03', '20.0% S')];
      const stated = { number: key, lines, tax: { total: '2.02' }, total: '12.05' };
      await at.state('vendor_credit', key, aVendorCredit(stated));
      await waitForStatus(journey, at.id, 'vendor_credit', key, 'synced');
      const [credit = {}] = at.quickbooks.where('VendorCredit', 'DocNumber', key);
      expect(credit).toMatchObject({ TotalAmt: 12.05 });
      expect(taxes(credit)).toEqual([['4', 10.03, 2.02]]);
    });

    it('needs a code on each line, and says which has none', async () => {
      at.quickbooks.forget();
      const { answer } = await billed(
        at,
        {
          lines: [line('100.00', '20.0% S'), line('50.00')],
          tax: { total: '20.00' },
          total: '170.00',
        },
        'failed',
      );
      expect(answer.details).toMatch(/lines\.1\.taxCode: must be stated/);
      expect(at.quickbooks.writes()).toBe(0);
    });

    it('is known of codes that were mirrored before their purchase rates were', async () => {
      const { sql } = journey.house.ledger;
      await sql`update records set facts = facts - 'purchaseTaxRateIds' where type = 'tax_code'`;
      at.quickbooks.forget();
      const off = { lines: [line('10.03', '20.0% S')], tax: { total: '2.02' }, total: '12.05' };
      const { bill } = await billed(at, off);
      expect(taxes(bill)).toEqual([['4', 10.03, 2.02]]);
      expect(at.quickbooks.calls()).toEqual(['GET query', 'POST bill']);
      at.quickbooks.forget();
      await billed(at, off);
      expect(at.quickbooks.calls()).toEqual(['POST bill']);
    });

    it('is refused before anything is sent where QuickBooks computes another one', async () => {
      const computing = await purchaseCompany(journey, {
        company: { country: 'GB' },
        settings: { tax: 'quickbooks_computes' },
      });
      computing.quickbooks.forget();
      const off = { lines: [line('10.03', '20.0% S')], tax: { total: '2.02' }, total: '12.05' };
      const { answer } = await billed(computing, off, 'failed');
      expect(answer).toMatchObject({
        reason: 'amount_differs',
        money: { quickbooksTotal: '12.04', rule: 'tax_per_rate' },
      });
      expect(computing.quickbooks.writes()).toBe(0);
    });
  });

  it('QuickBooks computes agrees with the bill by a rounding line where that is set', async () => {
    const at = await purchaseCompany(journey, {
      company: { country: 'GB' },
      settings: {
        tax: 'quickbooks_computes',
        difference: 'rounding_line',
        accounts: { expense: { name: 'Uncategorized Expense' } },
      },
    });
    const off = { lines: [line('10.03', '20.0% S')], tax: { total: '2.02' }, total: '12.05' };
    const { answer, bill } = await billed(at, off);
    expect(answer).toMatchObject({
      money: { sourceTotal: '12.05', quickbooksTotal: '12.05', rounding: '0.01' },
    });
    expect(bill).toMatchObject({ TotalAmt: 12.05, TxnTaxDetail: { TotalTax: 2.01 } });
    // Outside the scope of tax.
    expect(taxes(bill)).toEqual([
      ['4', 10.03, 2.01],
      ['14', 0.01, 0],
    ]);
  });

  describe('in Canada', () => {
    const rate = (Id: string, Name: string, RateValue: number) => ({ Id, Name, RateValue });
    const code = (Id: string, Name: string, ...rates: string[]) => ({
      Id,
      Name,
      Taxable: true,
      TaxGroup: true,
      SalesTaxRateList: { TaxRateDetail: [] },
      PurchaseTaxRateList: {
        TaxRateDetail: rates.map((value) => ({
          TaxRateRef: { value },
          TaxTypeApplicable: 'TaxOnAmount',
        })),
      },
    });
    const options: PurchaseCompanyOptions = {
      company: {
        country: 'GB',
        preferences: { CurrencyPrefs: { HomeCurrency: { value: 'CAD' } } },
      } satisfies CompanyOptions,
      load: {
        CompanyInfo: [{ Id: '1', CompanyName: 'Érablière Nord', Country: 'CA' }],
        TaxRate: [rate('31', 'GST', 5), rate('32', 'QST', 9.975), rate('33', 'HST ON', 13)],
        TaxCode: [code('21', 'GST/QST QC', '31', '32'), code('22', 'HST ON', '33')],
      },
    };

    it('stands at each rate of a code', async () => {
      const at = await purchaseCompany(journey, options);
      const { answer, bill } = await billed(at, {
        lines: [line('4495.16', 'GST/QST QC'), line('100.00', 'HST ON')],
        tax: { total: '686.16' },
        total: '5281.32',
      });
      expect(answer).toMatchObject({ label: 'Synced', money: { difference: '0.00' } });
      expect(taxes(bill)).toEqual([
        ['31', 4495.16, 224.76],
        ['32', 4495.16, 448.4],
        ['33', 100, 13],
      ]);
      expect(bill).toMatchObject({ TotalAmt: 5281.32, TxnTaxDetail: { TotalTax: 686.16 } });
    });
  });

  describe('in the United States', () => {
    it('is part of what the lines cost', async () => {
      const at = await purchaseCompany(journey);
      const { answer, bill } = await billed(at, {
        lines: [line('1000.00'), line('10.00')],
        tax: { total: '83.33' },
        total: '1093.33',
      });
      expect(amounts(bill)).toEqual([1082.5, 10.83]);
      expect(bill).toMatchObject({ TotalAmt: 1093.33 });
      expect(answer).toMatchObject({
        label: 'Synced',
        details: expect.stringMatching(/ Tax of 83\.33 is part of what the lines cost, because /),
        warnings: [{ name: 'tax_in_cost', params: { tax: '83.33' } }],
        money: { sourceTotal: '1093.33', quickbooksTotal: '1093.33', rule: 'folded' },
      });
    });
  });
});

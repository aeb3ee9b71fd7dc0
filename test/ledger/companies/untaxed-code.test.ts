import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mirrorRecords } from '../../../src/ledger/companies/records.js';
import { findUntaxedCode } from '../../../src/ledger/companies/untaxed-code.js';
import { mirrored } from '../../../src/qbo/mapping/mirrored.js';
import { recordOf } from '../../../src/qbo/mapping/records.js';
import { type FreshLedger, freshLedger } from '../../support/ledger.js';
import { aConnected, anApp } from '../../support/tenancy.js';

describe('the tax code of a line that is not to be taxed', () => {
  let fresh: FreshLedger;
  let companyId: string;

  const rates = (...ids: string[]) => ({
    TaxRateDetail: ids.map((value) => ({ TaxRateRef: { value } })),
  });
  const rate = (Id: string, RateValue: number) =>
    mirrored(recordOf('tax_rate', { Id, Name: `Rate ${Id}`, RateValue }));
  const code = (Id: string, Name: string, lists: object) =>
    mirrored(recordOf('tax_code', { Id, Name, ...lists }));

  beforeAll(async () => {
    fresh = await freshLedger();
    const { app } = await anApp(fresh.ledger);
    ({ companyId } = await aConnected(fresh.ledger, app.id));
    const { facts, ...rest } = code('9', 'A no VAT code', { SalesTaxRateList: rates('13') });
    // Mirrored before the rates of purchases were kept.
    const old = { ...rest, facts: { ...facts, purchaseTaxRateIds: undefined } };
    await mirrorRecords(fresh.ledger.sql, companyId, [
      ...[rate('3', 20), rate('4', 20), rate('10', 0), rate('13', 0), rate('14', 0)],
      ...[rate('15', 20), rate('16', -20)],
      code('6', '20.0% S', { SalesTaxRateList: rates('3'), PurchaseTaxRateList: rates('4') }),
      code('11', '20.0% RC', { PurchaseTaxRateList: rates('15', '16') }),
      code('4', 'Exempt', { PurchaseTaxRateList: rates('10') }),
      code('10', 'No VAT', { SalesTaxRateList: rates('13'), PurchaseTaxRateList: rates('14') }),
      old,
    ]);
  });
  afterAll(() => fresh?.close());

  it('charges nothing on that side, and is outside the scope of tax where one is', async () => {
    expect(await findUntaxedCode(fresh.ledger, companyId, 'sales')).toEqual({
      quickbooksId: '9',
      rateIds: ['13'],
    });
    expect(await findUntaxedCode(fresh.ledger, companyId, 'purchase')).toEqual({
      quickbooksId: '10',
      rateIds: ['14'],
    });
  });
});

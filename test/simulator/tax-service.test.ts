import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany({ country: 'GB' });
});
afterEach(() => company.close());

const rate = (TaxRateName: string, RateValue: unknown, rest: JsonObject = {}) => ({
  TaxRateName,
  RateValue,
  TaxAgencyId: '1',
  TaxApplicableOn: 'Sales',
  ...rest,
});
const make = (TaxCode: string, TaxRateDetails: unknown[]) =>
  company.post('taxservice/taxcode', { TaxCode, TaxRateDetails });

describe('the tax service', () => {
  it('makes a code with its rates, and answers without the name of an entity', async () => {
    const { status, body } = await make('Levy', [rate('Levy S', '8')]);
    expect(status).toBe(200);
    const [detail] = list(body, 'TaxRateDetails');
    expect(body).toMatchObject({ TaxCode: 'Levy', time: expect.any(String) });
    expect(detail).toMatchObject({
      TaxRateName: 'Levy S',
      RateValue: 8,
      TaxAgencyId: '1',
      TaxApplicableOn: 'Sales',
    });
    const id = String(body['TaxCodeId']);
    const code = answered(await company.get(`taxcode/${id}`), 'TaxCode');
    expect(code).toMatchObject({
      Name: 'Levy',
      Active: true,
      TaxGroup: true,
      SalesTaxRateList: {
        TaxRateDetail: [
          {
            TaxRateRef: { value: detail?.['TaxRateId'], name: 'Levy S' },
            TaxTypeApplicable: 'TaxOnAmount',
            TaxOrder: 0,
          },
        ],
      },
      PurchaseTaxRateList: { TaxRateDetail: [] },
    });
    const made = await company.post('invoice', {
      CustomerRef: { value: '1' },
      Line: [saleLine('3', 50, { TaxCodeRef: { value: id } })],
    });
    expect(answered(made, 'Invoice')).toMatchObject({ TxnTaxDetail: { TotalTax: 4 } });
  });

  it('puts rates that exist together with new ones', async () => {
    const { body } = await make('Mixed', [
      { TaxRateId: '3', TaxApplicableOn: 'Sales' },
      rate('Mixed P', 3, { TaxApplicableOn: 'Purchase' }),
    ]);
    expect(list(body, 'TaxRateDetails')).toMatchObject([
      { TaxRateId: '3', RateValue: 20 },
      { TaxRateName: 'Mixed P', RateValue: 3 },
    ]);
  });

  it('needs an agency, which an app can make', async () => {
    const agency = { DisplayName: 'Isle of Man Customs' };
    const made = answered(await company.post('taxagency', agency), 'TaxAgency');
    expect(made).toMatchObject({ TaxTrackedOnSales: true, TaxAgencyConfig: 'USER_DEFINED' });
    const ok = await make('Isle', [rate('Isle S', 9, { TaxAgencyId: made['Id'] })]);
    expect(ok.status).toBe(200);
    expect(codes(await company.post('taxagency', agency))).toEqual(['6240']);
  });

  it.each<[string, string, unknown[], string[]]>([
    ['a name that is taken', '20.0% S', [rate('A', 1)], ['6240']],
    ['a name of more than ten characters', 'Elevenchars', [rate('A', 1)], ['2050']],
    ['no rates', 'Empty', [], ['2020']],
    ['a rate name that is taken', 'New', [rate('20.0% S (Sales)', 1)], ['6240']],
    ['an agency nobody knows', 'New', [rate('A', 1, { TaxAgencyId: '77' })], ['2500']],
    ['no agency', 'New', [rate('A', 1, { TaxAgencyId: undefined })], ['2020']],
    ['a rate nobody knows', 'New', [{ TaxRateId: '777' }], ['2500']],
    ['a rate that is no number', 'New', [rate('A', 'much')], ['2090']],
    ['a side nobody knows', 'New', [rate('A', 1, { TaxApplicableOn: 'Nowhere' })], ['2170']],
    ['two rates for one agency and side', 'New', [rate('A', 1), rate('B', 2)], ['6000']],
  ])('refuses %s, and stores nothing', async (_, name, details, expected) => {
    const before = company.simulator.control.objects(company.realmId, 'TaxRate').length;
    expect(codes(await make(name, details))).toEqual(expected);
    expect(company.simulator.control.objects(company.realmId, 'TaxRate')).toHaveLength(before);
  });

  it('makes the same code once when the request is repeated', async () => {
    const body = { TaxCode: 'Once', TaxRateDetails: [rate('Once S', 8)] };
    const first = await company.post('taxservice/taxcode?requestid=once', body);
    const again = await company.post('taxservice/taxcode?requestid=once', body);
    expect(again.body).toEqual(first.body);
  });

  it('is the only way to make a code or a rate', async () => {
    expect(codes(await company.post('taxcode', { Name: 'Own' }))).toEqual(['500']);
    expect(codes(await company.post('taxrate', { Name: 'Own' }))).toEqual(['500']);
  });

  it('leaves out codes that are not active until they are asked for', async () => {
    company.simulator.control.load(company.realmId, {
      TaxCode: [{ Id: '40', Name: 'Old', Active: false, Hidden: true }],
    });
    const names = async (statement: string) =>
      list(await company.query(statement), 'TaxCode').map(({ Name }) => Name);
    expect(await names('select * from TaxCode')).not.toContain('Old');
    expect(await names('select * from TaxCode where Active = false')).toEqual(['Old']);
    const [code] = list(
      await company.query("select * from TaxCode where Name = '20.0% S'"),
      'TaxCode',
    );
    expect(list(member(code ?? {}, 'SalesTaxRateList'), 'TaxRateDetail')).toMatchObject([
      { TaxRateRef: { name: '20.0% S (Sales)' } },
    ]);
  });
});

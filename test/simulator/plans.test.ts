import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  faults,
  list,
  member,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';

let company: TestCompany;

afterEach(() => company.close());

const STOCK = {
  Name: 'Crate',
  Type: 'Inventory',
  TrackQtyOnHand: true,
  QtyOnHand: 5,
  InvStartDate: '2026-01-01',
  IncomeAccountRef: { value: '79' },
  ExpenseAccountRef: { value: '80' },
  AssetAccountRef: { value: '81' },
};

const TRACKING = {
  AccountingInfoPrefs: { ClassTrackingPerTxnLine: true, TrackDepartments: true },
};

describe('a feature the plan does not include', () => {
  it.each<[string, string, JsonObject]>([
    ['inventory', 'item', STOCK],
    ['classes', 'class', { Name: 'North' }],
    ['locations', 'department', { Name: 'North' }],
    ['several currencies', 'companycurrency', { Code: 'EUR' }],
  ])('is refused: %s', async (_, path, body) => {
    company = await startCompany({ plan: 'simple_start', preferences: TRACKING });
    expect(new Set(codes(await company.post(path, body)))).toEqual(new Set(['5030']));
  });

  it('is there when the company takes the larger plan', async () => {
    company = await startCompany({ plan: 'essentials', preferences: TRACKING });
    expect(codes(await company.post('class', { Name: 'North' }))).toContain('5030');
    company.simulator.control.changeCompany(company.realmId, { plan: 'plus' });
    expect((await company.post('class', { Name: 'North' })).status).toBe(200);
    const info = answered(await company.get(`companyinfo/${company.realmId}`), 'CompanyInfo');
    expect(list(info, 'NameValue')).toContainEqual({
      Name: 'OfferingSku',
      Value: 'QuickBooks Online Plus',
    });
  });

  it.each([
    ['fault_5020', 400, '5020'],
    ['fault_5020_403', 403, '5020'],
    ['fault_5030', 400, '5030'],
  ] as const)('may be refused as %s', async (missingFeature, status, code) => {
    company = await startCompany({ plan: 'simple_start' });
    company.simulator.control.setBehaviours({ missingFeature });
    const reply = await company.post('item', STOCK);
    expect(reply.status).toBe(status);
    expect(codes(reply)).toContain(code);
  });
});

describe('a lapsed subscription', () => {
  it('refuses every write with 6190 and answers every read', async () => {
    company = await startCompany();
    const { control } = company.simulator;
    control.changeCompany(company.realmId, { subscription: 'lapsed' });
    const invoice = { CustomerRef: { value: '1' }, Line: [saleLine('3', 10)] };
    for (const [path, body] of [
      ['customer', { DisplayName: 'Late' }],
      ['invoice', invoice],
      ['taxservice/taxcode', { TaxCode: 'Late', TaxRateDetails: [] }],
    ] as const) {
      const reply = await company.post(path, body);
      expect(reply.status).toBe(400);
      expect(faults(reply)[0]).toMatchObject({
        code: '6190',
        detail: expect.stringContaining("You can't add data to QuickBooks Online Plus"),
      });
    }
    const batch = await company.post('batch', {
      BatchItemRequest: [{ bId: '1', operation: 'create', Customer: { DisplayName: 'Late' } }],
    });
    expect(JSON.stringify(batch.body)).toContain('6190');
    expect((await company.get('customer/1')).status).toBe(200);
    expect(list(await company.query('select * from Customer'), 'Customer')).not.toHaveLength(0);
    control.changeCompany(company.realmId, { subscription: 'active' });
    expect((await company.post('invoice', invoice)).status).toBe(200);
  });

  it('can be had over the control API, with the plan', async () => {
    company = await startCompany();
    const address = `${company.simulator.url}/control/companies/${company.realmId}`;
    const put = (body: unknown) =>
      fetch(address, { method: 'PUT', body: JSON.stringify(body) }).then((reply) => reply.json());
    expect(await put({ subscription: 'lapsed', plan: 'advanced' })).toMatchObject({
      subscription: 'lapsed',
      plan: 'advanced',
    });
    expect(await put({ subscription: 'gone' })).toHaveProperty('error');
  });
});

describe('classes and locations', () => {
  const invoiceWith = async (options: CompanyOptions) => {
    company = await startCompany(options);
    company.simulator.control.load(company.realmId, {
      Class: [{ Id: '1', Name: 'North', FullyQualifiedName: 'North' }],
      Department: [{ Id: '1', Name: 'Shop', FullyQualifiedName: 'Shop' }],
    });
    const reply = await company.post('invoice', {
      CustomerRef: { value: '1' },
      ClassRef: { value: '1' },
      DepartmentRef: { value: '1' },
      Line: [saleLine('3', 10, { ClassRef: { value: '1' } })],
    });
    const invoice = answered(reply, 'Invoice');
    const [line = {}] = list(invoice, 'Line');
    const lineClass = member(line, 'SalesItemLineDetail')['ClassRef'];
    return [invoice['ClassRef'], lineClass, invoice['DepartmentRef']];
  };
  const north = { value: '1', name: 'North' };
  const shop = { value: '1', name: 'Shop' };

  it('stand on the lines in a company that tracks them there', async () => {
    expect(await invoiceWith({})).toEqual([undefined, north, shop]);
  });

  it('stand on the transaction in a company that tracks them there', async () => {
    const AccountingInfoPrefs = { ClassTrackingPerTxn: true, ClassTrackingPerTxnLine: false };
    const found = await invoiceWith({ preferences: { AccountingInfoPrefs } });
    expect(found).toEqual([north, undefined, shop]);
  });

  it('stay away where they are not tracked', async () => {
    expect(await invoiceWith({ plan: 'essentials' })).toEqual([undefined, undefined, undefined]);
  });
});

describe('settings', () => {
  const stored = async () => answered(await company.get('preferences'), 'Preferences');
  const update = async (change: JsonObject) => {
    const { SyncToken } = await stored();
    const body = { Id: '1', SyncToken, sparse: true, ...change };
    return company.post('preferences', body);
  };

  it('change one by one, and the others stay', async () => {
    company = await startCompany();
    const reply = await update({ SalesFormsPrefs: { CustomTxnNumbers: true } });
    const after = answered(reply, 'Preferences');
    expect(after).toMatchObject({
      SalesFormsPrefs: { CustomTxnNumbers: true, DefaultDiscountAccount: '86' },
      AccountingInfoPrefs: { FirstMonthOfFiscalYear: 'January' },
    });
  });

  it('of taxes and currencies are a matter for people', async () => {
    company = await startCompany();
    await update({
      TaxPrefs: { UsingSalesTax: false },
      CurrencyPrefs: { MultiCurrencyEnabled: true },
    });
    expect(await stored()).toMatchObject({
      TaxPrefs: { UsingSalesTax: true },
      CurrencyPrefs: { MultiCurrencyEnabled: false },
    });
    const preferences = { CurrencyPrefs: { MultiCurrencyEnabled: true } };
    company.simulator.control.changeCompany(company.realmId, { preferences });
    expect(await stored()).toMatchObject({
      CurrencyPrefs: { MultiCurrencyEnabled: true, HomeCurrency: { value: 'USD' } },
    });
  });

  it('are of known kinds', async () => {
    company = await startCompany();
    expect(codes(await update({ SalesFormsPrefs: { Colour: 'blue' } }))).toEqual(['2010']);
    expect(codes(await update({ AccountingInfoPrefs: { TaxYearMonth: 'Sextilis' } }))).toEqual([
      '2170',
    ]);
  });
});

describe('the company itself', () => {
  it('answers its addresses with three-letter countries and without coordinates', async () => {
    company = await startCompany();
    const info = answered(await company.get(`companyinfo/${company.realmId}`), 'CompanyInfo');
    const { Id, SyncToken } = info;
    const CompanyAddr = { Line1: '1 Rue Haute', City: 'Lyon', Country: 'France', Lat: '45.7' };
    const body = { Id, SyncToken, sparse: true, CompanyAddr };
    const after = answered(await company.post('companyinfo', body), 'CompanyInfo');
    expect(member(after, 'CompanyAddr')).toMatchObject({ City: 'Lyon', Country: 'FRA' });
    expect(member(after, 'CompanyAddr')).not.toHaveProperty('Lat');
    expect(member(after, 'LegalAddr')).toMatchObject({ Country: 'USA' });
    expect(after['DefaultTimeZone']).toBe('America/Los_Angeles');
  });

  it('keeps its country and what Intuit notes about it', async () => {
    company = await startCompany();
    const info = answered(await company.get(`companyinfo/${company.realmId}`), 'CompanyInfo');
    const { Id, SyncToken, NameValue } = info;
    const change = { Country: 'GB', NameValue: [], LegalName: 'Other' };
    const body = { Id, SyncToken, sparse: true, ...change };
    const after = answered(await company.post('companyinfo', body), 'CompanyInfo');
    expect(after).toMatchObject({ Country: 'US', LegalName: 'Other', NameValue });
  });
});

describe('a company that cannot be reached', () => {
  it.each([
    ['140', 'locked out', 401],
    ['150', 'under maintenance', 503],
    ['10200', 'reset', 400],
  ])('answers %s (%s) on order, until the order is withdrawn', async (code, words, status) => {
    company = await startCompany();
    const { control } = company.simulator;
    const error = { Message: `Company ${words}`, Detail: `Company ${words}`, code, element: '' };
    const body = { Fault: { Error: [error], type: 'SystemFault' } };
    control.addFault({ match: { realm: company.realmId }, do: 'body', status, body, count: 1000 });
    for (const path of ['customer/1', 'preferences']) {
      const reply = await company.get(path);
      expect([reply.status, codes(reply)]).toEqual([status, [code]]);
    }
    control.removeFaults();
    expect((await company.get('customer/1')).status).toBe(200);
  });
});

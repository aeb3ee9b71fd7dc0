import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
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

beforeEach(async () => {
  company = await startCompany({}, { clock: () => Date.parse('2026-11-22T18:30:15.250Z') });
});

afterEach(() => company.close());

async function create(entity: string, path: string, body: JsonObject): Promise<JsonObject> {
  return answered(await company.post(path, body), entity);
}

function invoiceBody(extra: JsonObject = {}): JsonObject {
  return { CustomerRef: { value: '1' }, Line: [saleLine('3', 120)], ...extra };
}

const createInvoice = (extra: JsonObject = {}) => create('Invoice', 'invoice', invoiceBody(extra));

describe('a new object', () => {
  it('gets an id, token 0 and times in US Pacific offset', async () => {
    const customer = await create('Customer', 'customer', { DisplayName: 'Lark & Sons' });
    expect(customer).toMatchObject({
      Id: '36',
      SyncToken: '0',
      domain: 'QBO',
      sparse: false,
      MetaData: {
        CreateTime: '2026-11-22T10:30:15-08:00',
        LastUpdatedTime: '2026-11-22T10:30:15-08:00',
      },
    });
  });

  it('customer: members QuickBooks fills in', async () => {
    const customer = await create('Customer', 'customer', {
      GivenName: 'Amos',
      FamilyName: 'Reed',
      BillAddr: { Line1: '1 High Street', City: 'Bend' },
    });
    expect(customer).toMatchObject({
      DisplayName: 'Amos Reed',
      FullyQualifiedName: 'Amos Reed',
      PrintOnCheckName: 'Amos Reed',
      Taxable: true,
      Job: false,
      BillWithParent: false,
      Balance: 0,
      BalanceWithJobs: 0,
      IsProject: false,
      Active: true,
      PreferredDeliveryMethod: 'Print',
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      DefaultTaxCodeRef: { value: '2' },
      BillAddr: { Id: expect.any(String), Line1: '1 High Street', City: 'Bend' },
    });
  });

  it('customer: the check name is the company name where there is one', async () => {
    const customer = await create('Customer', 'customer', {
      GivenName: 'Amos',
      CompanyName: 'Reed Ltd',
      DisplayName: 'Amos of Reed',
    });
    expect(customer['PrintOnCheckName']).toBe('Reed Ltd');
  });

  it('sub-customer: qualified name and level follow the parent', async () => {
    const job = await create('Customer', 'customer', {
      DisplayName: 'Kitchen',
      Job: true,
      ParentRef: { value: '1' },
    });
    expect(job).toMatchObject({
      FullyQualifiedName: 'Alder & Finch Cabinetry:Kitchen',
      DisplayName: 'Kitchen',
      Job: true,
      Level: 1,
      ParentRef: { value: '1' },
    });
    const parent = answered(await company.get('customer/1'), 'Customer');
    await company.post('customer', {
      Id: '1',
      SyncToken: parent['SyncToken'],
      sparse: true,
      DisplayName: 'Alder',
    });
    const renamed = answered(await company.get(`customer/${String(job['Id'])}`), 'Customer');
    expect(renamed['FullyQualifiedName']).toBe('Alder:Kitchen');
  });

  it('item: members QuickBooks fills in', async () => {
    const item = await create('Item', 'item', {
      Name: 'Lathe Course',
      Type: 'Service',
      IncomeAccountRef: { value: '79' },
    });
    expect(item).toMatchObject({
      FullyQualifiedName: 'Lathe Course',
      Taxable: false,
      UnitPrice: 0,
      PurchaseCost: 0,
      TrackQtyOnHand: false,
      DeferredRevenue: false,
      Active: true,
      IncomeAccountRef: { value: '79', name: 'Sales of Product Income' },
    });
  });

  it('account: class and detail type follow from the type, ids are large', async () => {
    const account = await create('Account', 'account', { Name: 'Petty', AccountType: 'Bank' });
    expect(account).toMatchObject({
      Id: '1150040000',
      AccountSubType: 'CashOnHand',
      Classification: 'Asset',
      SubAccount: false,
      CurrentBalance: 0,
    });
  });

  it('invoice: lines, account, subtotal, dates, flags and addresses', async () => {
    const invoice = await createInvoice({ Line: [saleLine('9', 698, { Qty: 2, UnitPrice: 349 })] });
    expect(invoice).toMatchObject({
      DocNumber: '1001',
      TxnDate: '2026-11-22',
      DueDate: '2026-12-22',
      TotalAmt: 698,
      Balance: 698,
      CustomerRef: { value: '1', name: 'Alder & Finch Cabinetry' },
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      BillAddr: { City: 'Eureka' },
      TxnTaxDetail: { TotalTax: 0 },
      PrintStatus: 'NeedToPrint',
      EmailStatus: 'NotSet',
      ApplyTaxAfterDiscount: false,
      AllowIPNPayment: false,
      CustomField: [],
      LinkedTxn: [],
    });
    expect(invoice).not.toHaveProperty('BillEmail');
    expect(list(invoice, 'Line')).toEqual([
      {
        Id: '1',
        LineNum: 1,
        Amount: 698,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: {
          ItemRef: { value: '9', name: 'Workbench 180 cm' },
          UnitPrice: 349,
          Qty: 2,
          ItemAccountRef: { value: '79', name: 'Sales of Product Income' },
          TaxCodeRef: { value: 'NON' },
        },
        CustomExtensions: [],
      },
      { Amount: 698, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ]);
  });

  it('invoice: the due date follows the term', async () => {
    const invoice = await createInvoice({ TxnDate: '2026-01-31', SalesTermRef: { value: '2' } });
    expect(invoice).toMatchObject({
      DueDate: '2026-02-15',
      SalesTermRef: { value: '2', name: 'Net 15' },
    });
  });

  it('numbers in quotes are taken and numbers become text where text belongs', async () => {
    const line = saleLine('3', 0);
    const invoice = await createInvoice({ Line: [{ ...line, Amount: '12.50' }], PrivateNote: 7 });
    expect(invoice).toMatchObject({ TotalAmt: 12.5, PrivateNote: '7' });
  });
});

describe('an update', () => {
  it('sparse: keeps what is not sent', async () => {
    const before = answered(await company.get('customer/4'), 'Customer');
    const after = await create('Customer', 'customer', {
      Id: '4',
      SyncToken: '0',
      sparse: true,
      Notes: 'Pays late',
    });
    expect(after).toEqual({
      ...before,
      Notes: 'Pays late',
      SyncToken: '1',
      MetaData: after['MetaData'],
    });
  });

  it('full: clears what is not sent', async () => {
    const after = await create('Customer', 'customer', {
      Id: '4',
      SyncToken: '0',
      DisplayName: 'Copperline Bakery',
    });
    for (const gone of ['GivenName', 'PrimaryEmailAddr', 'BillAddr', 'CompanyName']) {
      expect(after).not.toHaveProperty(gone);
    }
    expect(after).toMatchObject({ DisplayName: 'Copperline Bakery', Active: true, Balance: 0 });
  });

  it('full: an invoice sent without its number loses it', async () => {
    const { Id, SyncToken } = await createInvoice();
    const after = await createInvoice({ Id, SyncToken });
    expect(after).not.toHaveProperty('DocNumber');
    expect(after['SyncToken']).toBe('1');
  });

  it('that changes nothing answers the stored object with its token and time', async () => {
    const before = await createInvoice({ PrivateNote: 'same' });
    company.simulator.control.setClock({ advanceMs: 60_000 });
    const { Id, SyncToken } = before;
    const sparse = await create('Invoice', 'invoice', {
      Id,
      SyncToken,
      sparse: true,
      PrivateNote: 'same',
    });
    expect(sparse).toEqual(before);
    const full = await create('Invoice', 'invoice', before);
    expect(full).toEqual(before);
  });

  it('with an older token is refused with 5010, with a newer one too', async () => {
    const update = (SyncToken: string) =>
      company.post('customer', { Id: '4', SyncToken, sparse: true, Notes: SyncToken });
    expect((await update('0')).status).toBe(200);
    const stale = await update('0');
    expect(stale.status).toBe(400);
    expect(faults(stale)[0]).toMatchObject({
      code: '5010',
      detail: expect.stringContaining('Stale Object Error : You and '),
    });
    expect(codes(await update('7'))).toEqual(['5010']);
  });

  it('without a token is refused with 2020', async () => {
    const reply = await company.post('customer', { Id: '4', sparse: true, Notes: 'x' });
    expect(faults(reply)).toEqual([
      { code: '2020', element: 'SyncToken', detail: expect.stringContaining('SyncToken') },
    ]);
  });

  it('replaces the lines: known ids stay, new ones are added, others are gone', async () => {
    const { Id, SyncToken } = await createInvoice({
      Line: [saleLine('3', 10), saleLine('4', 20), saleLine('5', 30)],
    });
    const after = await create('Invoice', 'invoice', {
      Id,
      SyncToken,
      sparse: true,
      Line: [{ ...saleLine('5', 35), Id: '3' }, saleLine('6', 5)],
    });
    const lines = list(after, 'Line').map(({ Id: id, LineNum, Amount }) => [id, LineNum, Amount]);
    expect(lines).toEqual([
      ['3', 1, 35],
      ['4', 2, 5],
      [undefined, undefined, 40],
    ]);
    expect(after).toMatchObject({ TotalAmt: 40, Balance: 40 });
  });

  it('cannot move a currency or a balance', async () => {
    const after = await create('Customer', 'customer', {
      Id: '4',
      SyncToken: '0',
      sparse: true,
      CurrencyRef: { value: 'EUR' },
      Balance: 99,
      Notes: 'x',
    });
    expect(after).toMatchObject({ CurrencyRef: { value: 'USD' }, Balance: 0 });
  });

  it('of a name shows on what points to it', async () => {
    const { Id } = await createInvoice();
    await company.post('customer', {
      Id: '1',
      SyncToken: '0',
      sparse: true,
      DisplayName: 'Alder Group',
    });
    const invoice = answered(await company.get(`invoice/${String(Id)}`), 'Invoice');
    expect(invoice).toMatchObject({
      CustomerRef: { value: '1', name: 'Alder Group' },
      SyncToken: '0',
    });
  });
});

describe('CompanyInfo and Preferences', () => {
  it('are read without an id of their own', async () => {
    const info = answered(await company.get(`companyinfo/${company.realmId}`), 'CompanyInfo');
    expect(info).toMatchObject({ Id: '1', Country: 'US' });
    const prefs = answered(await company.get('preferences'), 'Preferences');
    expect(member(prefs, 'TaxPrefs')).toMatchObject({ UsingSalesTax: true });
  });
});

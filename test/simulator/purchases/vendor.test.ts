import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { answered, codes, list, startCompany, type TestCompany } from '../support/company.js';
import { create, known, now } from '../support/purchases.js';

let company: TestCompany;

beforeEach(async () => {
  company = await startCompany();
});

afterEach(() => company.close());

const vendor = (body: JsonObject) =>
  create(company, 'Vendor', { DisplayName: 'Elm Paper', ...body });

const row = async (entity: string, { Id }: JsonObject) =>
  list(await company.query(`select * from ${entity} where Id = '${Id}'`), entity)[0] ?? {};

describe('a new vendor', () => {
  it('answers its own members before those of all people', async () => {
    const made = await vendor({ AcctNum: '1345', GivenName: 'Elma' });
    expect(Object.keys(made).filter((name) => name !== 'V4IDPseudonym')).toEqual([
      'Balance',
      'BillRate',
      'AcctNum',
      'Vendor1099',
      'CurrencyRef',
      'CostRate',
      'domain',
      'sparse',
      'Id',
      'SyncToken',
      'MetaData',
      'GivenName',
      'DisplayName',
      'PrintOnCheckName',
      'Active',
    ]);
    expect(made).toMatchObject({ Balance: 0, BillRate: 0, CostRate: 0, Vendor1099: false });
  });

  it('is shown in queries without the rates it does not have', async () => {
    const made = await vendor({ BillRate: 25 });
    expect(await row('Vendor', made)).toMatchObject({ BillRate: 25 });
    expect(await row('Vendor', made)).not.toHaveProperty('CostRate');
    expect(await now(company, 'Vendor', made)).toMatchObject({ BillRate: 25, CostRate: 0 });
  });

  it('may get forms for the tax authority', async () => {
    expect(await vendor({ Vendor1099: true })).toMatchObject({ Vendor1099: true });
  });

  it('drops the source that only QuickBooks sets', async () => {
    expect(await vendor({ Source: 'Elsewhere' })).not.toHaveProperty('Source');
  });

  it.each([
    ['AcctNum', 100],
    ['TaxIdentifier', 20],
    ['CompanyName', 100],
    ['DisplayName', 500],
  ])('has a %s of at most %d characters', async (member, length) => {
    const long = { DisplayName: 'Elm Paper', [member]: 'x'.repeat(length + 1) };
    expect(codes(await company.post('vendor', long))).toEqual(['2050']);
    await vendor({ [member]: 'x'.repeat(length) });
  });
});

describe('the tax identifier of a vendor', () => {
  it('is read back by its last four characters', async () => {
    const made = await vendor({ TaxIdentifier: '99-5688293' });
    const hidden = { TaxIdentifier: 'XXXXXXXX8293' };
    expect(await now(company, 'Vendor', made)).toMatchObject(hidden);
    expect(await row('Vendor', made)).toMatchObject(hidden);
  });

  it('stays what it is when its mask is sent back', async () => {
    const made = await vendor({ TaxIdentifier: '99-5688293' });
    const read = await now(company, 'Vendor', made);
    const same = answered(await company.post('vendor', read), 'Vendor');
    expect(same).toMatchObject({ SyncToken: '0', TaxIdentifier: 'XXXXXXXX8293' });
    const changed = known(read, { sparse: true, TaxIdentifier: '11-2223334' });
    expect(answered(await company.post('vendor', changed), 'Vendor')).toMatchObject({
      SyncToken: '1',
      TaxIdentifier: 'XXXXXXXX3334',
    });
  });
});

describe('a vendor with an opening balance', () => {
  it('is owed it by a bill of that day', async () => {
    const made = await vendor({ Balance: 250.5, OpenBalanceDate: '2026-01-31' });
    expect(made).toMatchObject({ Balance: 250.5, SyncToken: '0' });
    const bills = await company.query(`select * from Bill where VendorRef = '${made['Id']}'`);
    expect(list(bills, 'Bill')).toMatchObject([
      { TotalAmt: 250.5, Balance: 250.5, TxnDate: '2026-01-31', PrivateNote: 'Opening Balance' },
    ]);
    const payable = await now(company, 'Account', { Id: '33' });
    expect(payable).toMatchObject({ CurrentBalance: -250.5 });
  });

  it('cannot be given another one later', async () => {
    const made = await vendor({});
    const reply = await company.post('vendor', known(made, { sparse: true, Balance: 99 }));
    expect(answered(reply, 'Vendor')).toMatchObject({ Balance: 0, SyncToken: '0' });
  });
});

describe('an employee', () => {
  it('never shows a digit of the social security number', async () => {
    const made = await create(company, 'Employee', {
      GivenName: 'John',
      FamilyName: 'Meuller',
      SSN: '444-55-6666',
    });
    expect(made).toMatchObject({
      DisplayName: 'John Meuller',
      PrintOnCheckName: 'John Meuller',
      BillableTime: false,
      SSN: 'XXX-XX-XXXX',
    });
    const same = answered(await company.post('employee', made), 'Employee');
    expect(same).toMatchObject({ SyncToken: '0', SSN: 'XXX-XX-XXXX' });
    expect(await row('Employee', made)).toMatchObject({ SSN: 'XXX-XX-XXXX' });
  });
});

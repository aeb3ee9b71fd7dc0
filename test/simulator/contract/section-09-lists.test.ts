/**
 * Names, items, accounts and the company (sections 9.4, 9.5, 9.7). A: said by Intuit; B: recorded;
 * C: told by others.
 *
 * Held elsewhere: lengths and characters in section-09-lengths; names shared by customers, vendors
 * and employees in refusals; names built from their parts and what a new customer has in writes;
 * five levels, projects and parents in lists-customers; vendors in purchases/vendor; currencies in
 * currencies; opening balances in opening-balances; items of all types, categories and bundles in
 * lists-items; accounts, terms and payment methods in lists; classes and locations in plans;
 * attachments in attachable and upload.
 */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/simulator/index.js';
import { codes, list, member, startCompany, type TestCompany } from '../support/company.js';
import { create, known, now, ref } from '../support/purchases.js';
import { wire } from '../support/wire.js';

let company: TestCompany;

beforeAll(async () => {
  company = await startCompany();
});

afterAll(() => company.close());

describe('[A REF:customer] a name', () => {
  it.each([
    [{ Title: 'Dr' }, 'Dr'],
    [{ GivenName: 'Ada' }, 'Ada'],
    [{ MiddleName: 'Maria' }, 'Maria'],
    [{ FamilyName: 'Heron' }, 'Heron'],
    [{ Suffix: 'Jr' }, 'Jr'],
    [
      { Title: 'Ms', GivenName: 'Eva', MiddleName: 'M', FamilyName: 'Egret', Suffix: 'Sr' },
      'Ms Eva M Egret Sr',
    ],
  ])('of %j is enough', async (parts, DisplayName) => {
    expect(await create(company, 'Customer', parts)).toMatchObject({ ...parts, DisplayName });
  });

  it.each(['Customer', 'Vendor'])('of a %s is needed', async (entity) => {
    expect(codes(await company.post(entity.toLowerCase(), { Notes: 'x' }))).toEqual(['6080']);
  });
});

describe('[B REC] a new vendor', () => {
  it('has no balance, no rates and no 1099', async () => {
    const made = await create(company, 'Vendor', { DisplayName: 'Heron Timber' });
    expect(made).toMatchObject({
      Balance: 0,
      BillRate: 0,
      CostRate: 0,
      Vendor1099: false,
      CurrencyRef: { value: 'USD' },
      PrintOnCheckName: 'Heron Timber',
      Active: true,
    });
  });

  it('[A] is made inactive by a sparse update and never deleted', async () => {
    const made = await create(company, 'Vendor', { DisplayName: 'Egret Timber' });
    const inactive = known(made, { sparse: true, Active: false });
    expect(await create(company, 'Vendor', inactive)).toMatchObject({ Active: false });
    const reply = await company.post('vendor?operation=delete', known(made));
    expect(reply.status).toBe(400);
    expect((await now(company, 'Vendor', made))['Active']).toBe(false);
  });
});

describe('[A REF:account] an account', () => {
  it.each([
    ['Bank', 'CashOnHand', 'Asset'],
    ['Other Current Asset', 'EmployeeCashAdvances', 'Asset'],
    ['Fixed Asset', 'FurnitureAndFixtures', 'Asset'],
    ['Other Asset', 'Licenses', 'Asset'],
    ['Accounts Receivable', 'AccountsReceivable', 'Asset'],
    ['Equity', 'OpeningBalanceEquity', 'Equity'],
    ['Expense', 'Travel', 'Expense'],
    ['Other Expense', 'Depreciation', 'Expense'],
    ['Cost of Goods Sold', 'CostOfLaborCos', 'Expense'],
    ['Accounts Payable', 'AccountsPayable', 'Liability'],
    ['Credit Card', 'CreditCard', 'Liability'],
    ['Long Term Liability', 'NotesPayable', 'Liability'],
    ['Other Current Liability', 'OtherCurrentLiabilities', 'Liability'],
    ['Income', 'OtherPrimaryIncome', 'Revenue'],
    ['Other Income', 'OtherInvestmentIncome', 'Revenue'],
  ])('of type %s is a %s of class %s', async (AccountType, AccountSubType, Classification) => {
    const made = await create(company, 'Account', { Name: `New ${AccountType}`, AccountType });
    expect(made).toMatchObject({ AccountType, AccountSubType, Classification });
    const Name = `Newer ${AccountType}`;
    const byDetail = await create(company, 'Account', { Name, AccountSubType });
    expect(byDetail).toMatchObject({ AccountType, AccountSubType });
  });

  it('[B REC] has a large id', async () => {
    const made = await create(company, 'Account', { Name: 'Till', AccountType: 'Bank' });
    expect(Number(made['Id'])).toBeGreaterThanOrEqual(1_150_040_000);
  });
});

describe('[A REF] the company', () => {
  it.each(['companyinfo', 'query'])('is read by its address and by query: %s', async (how) => {
    const info =
      how === 'query'
        ? list(await company.query('select * from CompanyInfo'), 'CompanyInfo')[0]
        : await now(company, 'CompanyInfo', { Id: company.realmId });
    expect(info).toMatchObject({ Country: 'US', DefaultTimeZone: 'America/Los_Angeles' });
    const pairs = list(info ?? {}, 'NameValue').map(({ Name, Value }) => [Name, Value]);
    expect(pairs).toContainEqual(['SubscriptionStatus', 'PAID']);
    expect(pairs).toContainEqual(['OfferingSku', 'QuickBooks Online Plus']);
    expect(pairs).toContainEqual(['ItemCategoriesFeature', 'true']);
  });

  it('has its settings in groups, and the warnings for numbers among the others', async () => {
    const reply = await company.get('preferences');
    const settings = member(reply.body, 'Preferences');
    const groups = [
      'AccountingInfoPrefs',
      'ProductAndServicesPrefs',
      'SalesFormsPrefs',
      'VendorAndPurchasesPrefs',
      'TaxPrefs',
      'CurrencyPrefs',
      'OtherPrefs',
    ];
    expect(Object.keys(settings)).toEqual(expect.arrayContaining(groups));
    const others = list(member(settings, 'OtherPrefs'), 'NameValue').map(({ Name }) => Name);
    expect(others).toEqual(
      expect.arrayContaining(['WarnDuplicateCheckNumber', 'WarnDuplicateBillNumber']),
    );
  });
});

describe('[A REF:item] an item for stock', () => {
  const stock = (changes: JsonObject = {}): JsonObject => ({
    Name: 'Lathe',
    Type: 'Inventory',
    TrackQtyOnHand: true,
    QtyOnHand: 1,
    InvStartDate: '2026-01-01',
    IncomeAccountRef: ref('79'),
    ExpenseAccountRef: ref('80'),
    AssetAccountRef: ref('81'),
    ...changes,
  });

  it('needs an account for its value, by that name', async () => {
    const { AssetAccountRef: _, ...body } = stock();
    const reply = await company.post('item', body);
    expect(codes(reply)).toEqual(['2020']);
    expect(reply.text).toMatch(/An inventory assetaccount is required/);
  });

  it('[C] has members that no service may send', async () => {
    const reply = await company.post('item', stock({ Type: 'Service' }));
    expect(codes(reply)).toContain('2010');
  });
});

describe('[A] an upload', () => {
  it('may be of 100 MB altogether', async () => {
    const boundary = 'q';
    const head = Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file_content_0"; ` +
        'filename="large.bin"\r\nContent-Type: application/octet-stream\r\n\r\n',
    );
    const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
    const size = 100 * 1024 * 1024 - head.length - tail.length;
    const reply = await wire(company, 'upload', {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': `multipart/form-data; boundary=${boundary}`,
      },
      body: Buffer.concat([head, Buffer.alloc(size, 'x'), tail]),
    });
    expect(reply.status).toBe(200);
    expect(list(JSON.parse(reply.text), 'AttachableResponse')).toMatchObject([
      { Attachable: { FileName: 'large.bin', Size: size } },
    ]);
  });
});

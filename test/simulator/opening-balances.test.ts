import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/index.js';
import { Books, linkLine, OPENING_EQUITY, RECEIVABLE, sparse } from './support/books.js';
import { codes, list, startCompany, type TestCompany } from './support/company.js';

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany();
  books = new Books(company);
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const OpeningBalanceDate = '2026-04-04';

const all = (entity: string) => company.simulator.control.objects(company.realmId, entity);

describe('a customer with an opening balance', () => {
  const body = { DisplayName: 'Heron', Balance: 120.5, OpenBalanceDate: '2026-04-01' };

  it('owes it by an invoice of that date, which can be paid', async () => {
    const created = await books.save('customer', body);
    expect(created).toMatchObject({ Balance: 120.5, BalanceWithJobs: 120.5, SyncToken: '0' });
    const [invoice, ...more] = all('Invoice');
    expect(more).toEqual([]);
    expect(invoice).toMatchObject({
      CustomerRef: { value: created['Id'], name: 'Heron' },
      TxnDate: '2026-04-01',
      TotalAmt: 120.5,
      Balance: 120.5,
      PrivateNote: 'Opening Balance',
    });
    expect(await books.accountBalance(RECEIVABLE)).toBe(120.5);
    expect(await books.accountBalance(OPENING_EQUITY)).toBe(-120.5);
    await books.pay(120.5, [linkLine(120.5, invoice ?? {})], String(created['Id']));
    expect(await books.customerBalance(String(created['Id']))).toBe(0);
  });

  it('counts for the customer above it', async () => {
    const parent = await books.save('customer', { DisplayName: 'Heron' });
    const job = { DisplayName: 'Site', Job: true, ParentRef: { value: parent['Id'] }, Balance: 9 };
    await books.save('customer', job);
    expect(await books.now('customer', parent)).toMatchObject({ Balance: 0, BalanceWithJobs: 9 });
  });

  it('is refused where the books are closed', async () => {
    company.simulator.control.act(company.realmId, { do: 'close_books', date: '2026-04-30' });
    expect(codes(await company.post('customer', body))).toEqual(['6210']);
    expect(all('Invoice')).toEqual([]);
  });

  it('cannot change it later', async () => {
    const created = await books.save('customer', body);
    const changed = await books.save('customer', sparse(created, { Balance: 5, Notes: 'a' }));
    expect(changed).toMatchObject({ Balance: 120.5 });
    expect(all('Invoice')).toHaveLength(1);
  });
});

describe('a name with an opening balance', () => {
  it.each(['customer', 'vendor'])(
    'that is inactive is refused, and not stored: %s',
    async (path) => {
      const reply = await company.post(path, { DisplayName: 'Heron', Balance: 10, Active: false });
      expect(codes(reply)).toEqual(['6220']);
      expect(all(path === 'customer' ? 'Customer' : 'Vendor')).not.toContainEqual(
        expect.objectContaining({ Balance: 10 }),
      );
      expect([...all('Invoice'), ...all('Bill')]).toEqual([]);
    },
  );

  it('of another currency has it in that one', async () => {
    await company.close();
    company = await startCompany({
      preferences: { CurrencyPrefs: { MultiCurrencyEnabled: true } },
    });
    books = new Books(company);
    const rate = { SourceCurrencyCode: 'EUR', AsOfDate: '2026-04-01', Rate: 1.25 };
    await books.save('exchangerate', rate);
    const opening = { CurrencyRef: { value: 'EUR' }, Balance: 100, OpenBalanceDate: '2026-04-01' };
    const customer = await books.save('customer', { DisplayName: 'Heron', ...opening });
    const vendor = await books.save('vendor', { DisplayName: 'Ibis', ...opening });
    const form = { CurrencyRef: { value: 'EUR' }, TotalAmt: 100, Balance: 100, HomeTotalAmt: 125 };
    expect(all('Invoice')).toMatchObject([{ ...form, HomeBalance: 125 }]);
    expect(all('Bill')).toMatchObject([{ ...form, HomeBalance: 125 }]);
    expect([customer['Balance'], vendor['Balance']]).toEqual([125, 125]);
    const owed = all('Account').filter(({ Name }) => String(Name).endsWith(' - EUR'));
    expect(owed.map(({ CurrentBalance }) => CurrentBalance)).toEqual([125, -125]);
  });
});

describe('an account with an opening balance', () => {
  it('at a bank gets a deposit', async () => {
    const created = await books.save('account', {
      Name: 'House bank',
      AccountType: 'Bank',
      OpeningBalance: 600,
      OpeningBalanceDate,
    });
    expect(created).toMatchObject({ CurrentBalance: 600, CurrentBalanceWithSubAccounts: 600 });
    expect(all('Deposit')).toMatchObject([
      {
        DepositToAccountRef: { value: created['Id'], name: 'House bank' },
        TotalAmt: 600,
        TxnDate: '2026-04-04',
        PrivateNote: 'Opening Balance',
        Line: [
          {
            Id: '1',
            LineNum: 1,
            Amount: 600,
            DepositLineDetail: { AccountRef: { value: OPENING_EQUITY } },
          },
        ],
      },
    ]);
    expect(await books.accountBalance(OPENING_EQUITY)).toBe(-600);
  });

  it.each([
    ['Other Current Liability', 'Credit', 'Debit', -4000],
    ['Fixed Asset', 'Debit', 'Credit', 4000],
  ])('of type %s gets a journal entry', async (AccountType, own, other, balance) => {
    const members = { Name: 'Opened', AccountType, OpeningBalance: 4000, OpeningBalanceDate };
    const created = await books.save('account', members);
    expect(created).toMatchObject({ CurrentBalance: balance });
    const [entry] = all('JournalEntry');
    expect(entry).toMatchObject({ TotalAmt: 0, PrivateNote: 'Opening Balance' });
    expect(list(entry ?? {}, 'Line')).toMatchObject([
      {
        Id: '0',
        Description: 'Opening Balance',
        Amount: 4000,
        JournalEntryLineDetail: { PostingType: own, AccountRef: { value: created['Id'] } },
      },
      {
        Id: '1',
        JournalEntryLineDetail: { PostingType: other, AccountRef: { value: OPENING_EQUITY } },
      },
    ]);
  });

  it('of income makes no transaction', async () => {
    const members = {
      Name: 'Opened',
      AccountType: 'Income',
      OpeningBalance: 4000,
      OpeningBalanceDate,
    };
    expect(await books.save('account', members)).toMatchObject({ CurrentBalance: 0 });
    expect(all('JournalEntry')).toEqual([]);
  });
});

describe('making a name inactive', () => {
  const deactivate = async (path: string, object: JsonObject) =>
    company.post(path, sparse(await books.now(path, object), { Active: false }));

  it('is refused while a customer owes something, or one below does', async () => {
    const parent = await books.save('customer', { DisplayName: 'Heron' });
    const members = { DisplayName: 'Site', Job: true, ParentRef: { value: parent['Id'] } };
    const job = await books.save('customer', members);
    const sold = await books.invoice(80, String(job['Id']));
    expect(codes(await deactivate('customer', job))).toEqual(['6220']);
    expect(codes(await deactivate('customer', parent))).toEqual(['6220']);
    await books.pay(80, [linkLine(80, sold)], String(job['Id']));
    expect((await deactivate('customer', job)).status).toBe(200);
  });

  it('keeps transactions, which still say the name; it can be made active again', async () => {
    const customer = await books.save('customer', { DisplayName: 'Heron' });
    const sold = await books.invoice(80, String(customer['Id']));
    await books.pay(80, [linkLine(80, sold)], String(customer['Id']));
    expect((await deactivate('customer', customer)).status).toBe(200);
    expect(await books.now('invoice', sold)).toMatchObject({
      CustomerRef: { name: 'Heron (deleted)' },
    });
    const stored = await books.now('customer', customer);
    expect(await books.save('customer', sparse(stored, { Active: true }))).toMatchObject({
      Active: true,
      DisplayName: 'Heron',
    });
  });

  it('of a vendor who is owed something is refused, unless the behaviour says otherwise', async () => {
    const vendor = await books.save('vendor', { DisplayName: 'Mill', Balance: 40 });
    expect(codes(await deactivate('vendor', vendor))).toEqual(['6220']);
    company.simulator.control.setBehaviours({ deactivateWithBalance: 'allow' });
    expect((await deactivate('vendor', vendor)).status).toBe(200);
  });
});

it('a sub-customer takes what it owes along to another parent', async () => {
  const [one, two] = [
    await books.save('customer', { DisplayName: 'Heron' }),
    await books.save('customer', { DisplayName: 'Egret' }),
  ];
  const members = { DisplayName: 'Site', Job: true, ParentRef: { value: one['Id'] } };
  const job = await books.save('customer', members);
  await books.invoice(80, String(job['Id']));
  const stored = await books.now('customer', job);
  await books.save('customer', sparse(stored, { ParentRef: { value: two['Id'] } }));
  expect(await books.now('customer', one)).toMatchObject({ BalanceWithJobs: 0 });
  expect(await books.now('customer', two)).toMatchObject({ BalanceWithJobs: 80 });
});

import { afterEach, describe, expect, it } from '@jest/globals';
import type { CompanyOptions, JsonObject } from '../../src/simulator/index.js';
import {
  answered,
  codes,
  list,
  saleLine,
  startCompany,
  type TestCompany,
} from './support/company.js';
import { spend } from './support/purchases.js';

// A guide of Intuit's says what several currencies mean; refusals and sample rates are guesses.

let company: TestCompany;

afterEach(() => company.close());

const SEVERAL: CompanyOptions = {
  preferences: {
    CurrencyPrefs: { MultiCurrencyEnabled: true },
    TaxPrefs: { UsingSalesTax: false },
  },
};
const EUR = { value: 'EUR' };

async function make(path: string, entity: string, body: JsonObject): Promise<JsonObject> {
  return answered(await company.post(path, body), entity);
}

const euroCustomer = () => make('customer', 'Customer', { DisplayName: 'Lys', CurrencyRef: EUR });

async function rateOf(asofdate: string): Promise<JsonObject> {
  const address = `exchangerate?sourcecurrencycode=EUR&asofdate=${asofdate}`;
  return answered(await company.get(address), 'ExchangeRate');
}

async function accountNamed(name: string): Promise<JsonObject> {
  const rows = list(await company.query(`select * from Account where Name = '${name}'`), 'Account');
  if (rows[0] === undefined) throw new Error(`no account ${name}`);
  return rows[0];
}

describe('a company of one currency', () => {
  it('refuses another one, of a name and of a transaction', async () => {
    company = await startCompany();
    const body = { DisplayName: 'Lys', CurrencyRef: EUR };
    expect(codes(await company.post('customer', body))).toEqual(['6000']);
    const invoice = { CustomerRef: { value: '1' }, Line: [saleLine('3', 10)], CurrencyRef: EUR };
    expect(codes(await company.post('invoice', invoice))).toEqual(['6000']);
    expect(codes(await company.post('companycurrency', { Code: 'EUR' }))).toEqual(['5030']);
  });

  it('answers no exchange rate and no amounts at home', async () => {
    company = await startCompany();
    const made = await make('invoice', 'Invoice', {
      CustomerRef: { value: '1' },
      Line: [saleLine('3', 10)],
    });
    expect(made['CurrencyRef']).toEqual({ value: 'USD', name: 'United States Dollar' });
    for (const member of ['ExchangeRate', 'HomeTotalAmt', 'HomeBalance']) {
      expect(made).not.toHaveProperty(member);
    }
  });

  it('has one currency for good on the smallest plan', async () => {
    company = await startCompany({ ...SEVERAL, plan: 'simple_start' });
    const body = { DisplayName: 'Lys', CurrencyRef: EUR };
    expect(codes(await company.post('customer', body))).toEqual(['6000']);
  });
});

describe('a company of several currencies', () => {
  it('adds the currency of a name to its list, and accounts for what is owed in it', async () => {
    company = await startCompany(SEVERAL);
    const customer = await euroCustomer();
    expect(customer['CurrencyRef']).toEqual({ value: 'EUR', name: 'Euro' });
    const rows = list(await company.query('select * from CompanyCurrency'), 'CompanyCurrency');
    expect(rows).toMatchObject([{ Code: 'EUR', Name: 'Euro', Active: true }]);
    expect(await accountNamed('Accounts Receivable (A/R) - EUR')).toMatchObject({
      AccountType: 'Accounts Receivable',
      CurrencyRef: { value: 'EUR', name: 'Euro' },
    });
  });

  it('never changes the currency of a name', async () => {
    company = await startCompany(SEVERAL);
    const { Id, SyncToken } = await euroCustomer();
    const change = { Id, SyncToken, sparse: true, Notes: 'x', CurrencyRef: { value: 'GBP' } };
    expect((await make('customer', 'Customer', change))['CurrencyRef']).toMatchObject(EUR);
  });

  it('wants the currency of the customer or vendor on a transaction', async () => {
    company = await startCompany(SEVERAL);
    const { Id } = await euroCustomer();
    const invoice = { CustomerRef: { value: Id }, Line: [saleLine('3', 10)] };
    const other = { ...invoice, CurrencyRef: { value: 'USD' } };
    expect(codes(await company.post('invoice', other))).toEqual(['6000']);
    expect(codes(await company.post('invoice', invoice))).toContain('2020');
    company.simulator.control.setBehaviours({ currencyMissing: 'of_name' });
    expect((await make('invoice', 'Invoice', invoice))['CurrencyRef']).toMatchObject(EUR);
  });

  it('wants it of a new customer or vendor too, and a rate above zero', async () => {
    company = await startCompany(SEVERAL);
    const { Id } = await euroCustomer();
    const vendor = await make('vendor', 'Vendor', { DisplayName: 'Mer', CurrencyRef: EUR });
    const CurrencyRef = { value: 'USD' };
    const form = { CustomerRef: { value: '1' }, CurrencyRef, Line: [saleLine('3', 10)] };
    const invoice = await make('invoice', 'Invoice', form);
    const change = { Id: invoice['Id'], SyncToken: '0', sparse: true };
    const moved = { ...change, CustomerRef: { value: Id } };
    expect(codes(await company.post('invoice', moved))).toEqual(['6000']);
    const bought = { VendorRef: { value: '31' }, CurrencyRef, Line: [spend(10)] };
    const bill = await make('bill', 'Bill', bought);
    const elsewhere = { ...change, Id: bill['Id'], VendorRef: { value: vendor['Id'] } };
    expect(codes(await company.post('bill', elsewhere))).toEqual(['6000']);
    for (const ExchangeRate of [0, -1.1]) {
      const body = { ...form, CustomerRef: { value: Id }, CurrencyRef: EUR, ExchangeRate };
      expect(codes(await company.post('invoice', body))).toEqual(['2090']);
      expect(codes(await company.post('invoice', { ...change, ExchangeRate }))).toEqual(['2090']);
    }
  });

  it('merges names of one currency only', async () => {
    company = await startCompany(SEVERAL);
    const { Id } = await euroCustomer();
    const { control } = company.simulator;
    const merge = { do: 'merge', entity: 'Customer', from: String(Id) } as const;
    const act = (into: string) => () => control.act(company.realmId, { ...merge, into });
    expect(act('1')).toThrow('CurrencyRef');
    const other = await make('customer', 'Customer', { DisplayName: 'Mer', CurrencyRef: EUR });
    expect(act(String(other['Id']))).not.toThrow();
  });

  it('deposits foreign money at the rate it came in at', async () => {
    company = await startCompany(SEVERAL);
    const { Id } = await euroCustomer();
    const received = { CustomerRef: { value: Id }, CurrencyRef: EUR, TotalAmt: 100 };
    const payment = await make('payment', 'Payment', { ...received, ExchangeRate: 1.2 });
    const deposit = (CurrencyRef: JsonObject, line: JsonObject, extra: JsonObject = {}) =>
      company.post('deposit', {
        DepositToAccountRef: { value: '35' },
        CurrencyRef,
        Line: [{ Amount: 1, LinkedTxn: [{ TxnId: line['Id'], TxnType: 'Payment' }] }],
        ...extra,
      });
    const made = answered(await deposit({ value: 'USD' }, payment), 'Deposit');
    expect(made).toMatchObject({ TotalAmt: 120, Line: [{ Amount: 120 }] });
    const inHand = async () => (await accountNamed('Undeposited Funds'))['CurrentBalance'];
    expect(await inHand()).toBe(0);
    expect((await accountNamed('Checking'))['CurrentBalance']).toBe(120);
    const later = await make('payment', 'Payment', { ...received, ExchangeRate: 1.2 });
    const gained = answered(await deposit(EUR, later, { ExchangeRate: 1.3 }), 'Deposit');
    expect(gained).toMatchObject({ TotalAmt: 100, HomeTotalAmt: 130 });
    expect(await inHand()).toBe(0);
    const home = { CustomerRef: { value: '1' }, CurrencyRef: { value: 'USD' }, TotalAmt: 100 };
    const dollars = await make('payment', 'Payment', home);
    expect(codes(await deposit(EUR, dollars))).toEqual(['6000']);
  });

  it('books at the rate of the day of the transaction unless one is sent', async () => {
    company = await startCompany(SEVERAL);
    const { Id } = await euroCustomer();
    const body = { CustomerRef: { value: Id }, CurrencyRef: EUR, TxnDate: '2026-03-02' };
    const byDay = await make('invoice', 'Invoice', { ...body, Line: [saleLine('3', 200)] });
    const { Rate } = await rateOf('2026-03-02');
    expect(byDay['ExchangeRate']).toBe(Rate);
    expect(byDay['HomeTotalAmt']).toBe(Math.round(200 * Number(Rate) * 100) / 100);
    const own = { ...body, ExchangeRate: 1.25, Line: [saleLine('3', 33.33)] };
    expect(await make('invoice', 'Invoice', own)).toMatchObject({
      TotalAmt: 33.33,
      Balance: 33.33,
      ExchangeRate: 1.25,
      HomeTotalAmt: 41.66,
      HomeBalance: 41.66,
    });
    const home = await make('invoice', 'Invoice', {
      CustomerRef: { value: '1' },
      CurrencyRef: { value: 'USD' },
      Line: [saleLine('3', 10)],
    });
    expect(home).toMatchObject({ ExchangeRate: 1, HomeTotalAmt: 10, HomeBalance: 10 });
  });

  it('keeps the books in its own currency, in the account of the foreign one', async () => {
    company = await startCompany(SEVERAL);
    const { Id } = await euroCustomer();
    const CustomerRef = { value: Id };
    await make('invoice', 'Invoice', {
      CustomerRef,
      CurrencyRef: EUR,
      ExchangeRate: 1.25,
      Line: [saleLine('3', 100)],
    });
    const account = await accountNamed('Accounts Receivable (A/R) - EUR');
    expect(account['CurrentBalance']).toBe(125);
    expect((await accountNamed('Accounts Receivable (A/R)'))['CurrentBalance']).toBe(0);
  });

  it('lowers the balance at home with a payment', async () => {
    company = await startCompany(SEVERAL);
    const { Id } = await euroCustomer();
    const CustomerRef = { value: Id };
    const common = { CustomerRef, CurrencyRef: EUR, ExchangeRate: 1.25 };
    const invoice = await make('invoice', 'Invoice', { ...common, Line: [saleLine('3', 100)] });
    const LinkedTxn = [{ TxnId: invoice['Id'], TxnType: 'Invoice' }];
    const Line = [{ Amount: 40, LinkedTxn }];
    await make('payment', 'Payment', { ...common, TotalAmt: 40, Line });
    const after = answered(await company.get(`invoice/${invoice['Id']}`), 'Invoice');
    expect(after).toMatchObject({ Balance: 60, HomeTotalAmt: 125, HomeBalance: 75 });
    const { control } = company.simulator;
    const paid = control.act(company.realmId, { do: 'pay', invoice: String(invoice['Id']) });
    expect(paid.object).toMatchObject({ TotalAmt: 60, CurrencyRef: EUR });
    const settled = answered(await company.get(`invoice/${invoice['Id']}`), 'Invoice');
    expect(settled).toMatchObject({ Balance: 0, HomeBalance: 0 });
  });
});

describe('the list of currencies', () => {
  it('takes a code once, knows its name, and lets it go', async () => {
    company = await startCompany(SEVERAL);
    const made = await make('companycurrency', 'CompanyCurrency', { Code: 'CAD' });
    expect(made).toMatchObject({ Code: 'CAD', Name: 'Canadian Dollar', Active: true });
    expect(codes(await company.post('companycurrency', { Code: 'CAD' }))).toEqual(['6240']);
    expect(codes(await company.post('companycurrency', { Code: 'XXQ' }))).toContain('2170');
    expect(codes(await company.post('companycurrency', { Code: 'USD' }))).toContain('6000');
    const { Id, SyncToken } = made;
    const away = await make('companycurrency', 'CompanyCurrency', {
      Id,
      SyncToken,
      sparse: true,
      Active: false,
    });
    expect(away).toMatchObject({ Code: 'CAD', Active: false });
    const active = await company.query('select * from CompanyCurrency');
    expect(list(active, 'CompanyCurrency')).toEqual([]);
  });
});

describe('exchange rates', () => {
  it('are the same for the same day and known by currency and day alone', async () => {
    company = await startCompany(SEVERAL);
    const first = await rateOf('2026-11-20');
    expect(first).toMatchObject({
      SourceCurrencyCode: 'EUR',
      TargetCurrencyCode: 'USD',
      AsOfDate: '2026-11-20',
      Rate: expect.any(Number),
    });
    expect(first).not.toHaveProperty('Id');
    expect(await rateOf('2026-11-20')).toEqual(first);
    expect((await rateOf('2026-05-20'))['Rate']).not.toBe(first['Rate']);
  });

  it('can be queried for days and currencies', async () => {
    company = await startCompany(SEVERAL);
    const rows = list(
      await company.query(
        "select * from ExchangeRate where SourceCurrencyCode in ('EUR', 'GBP') " +
          "and AsOfDate = '2026-01-05'",
      ),
      'ExchangeRate',
    );
    expect(rows.map((row) => [row['SourceCurrencyCode'], row['AsOfDate']])).toEqual([
      ['EUR', '2026-01-05'],
      ['GBP', '2026-01-05'],
    ]);
  });

  it('can be set for a day, once or again', async () => {
    company = await startCompany(SEVERAL);
    const body = { SourceCurrencyCode: 'EUR', AsOfDate: '2026-01-05' };
    const set = await make('exchangerate', 'ExchangeRate', { ...body, Rate: 1.5 });
    expect(set).toMatchObject({ Rate: 1.5, TargetCurrencyCode: 'USD' });
    expect(await make('exchangerate', 'ExchangeRate', { ...body, Rate: 1.6 })).toMatchObject({
      Rate: 1.6,
    });
    expect((await rateOf('2026-01-05'))['Rate']).toBe(1.6);
    expect((await rateOf('2026-01-06'))['Rate']).not.toBe(1.6);
    expect(codes(await company.post('exchangerate', { ...body, Rate: 0 }))).toEqual(['2090']);
    expect(codes(await company.get('exchangerate?sourcecurrencycode=XXQ'))).toEqual(['2170']);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type JsonObject, startSimulator } from '../../src/simulator/index.js';
import { Books, CHECKING, linkLine, RECEIVABLE, SAVINGS, sparse } from './support/books.js';
import { connect, list, saleLine, startCompany, type TestCompany } from './support/company.js';
import { buy, known, ref, spend, VENDOR } from './support/purchases.js';

let company: TestCompany;
let folder: string | undefined;

afterEach(async () => {
  await company.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
});

const EUR = ref('EUR');
const SEVERAL = {
  CurrencyPrefs: { MultiCurrencyEnabled: true },
  TaxPrefs: { UsingSalesTax: false },
};
const INVENTORY_ASSET = '81';

async function start(preferences: JsonObject = {}): Promise<Books> {
  company = await startCompany({ preferences });
  return new Books(company);
}

/** The account, whether active or not. */
function accountNamed(name: string): JsonObject {
  const all = company.simulator.control.objects(company.realmId, 'Account');
  const found = all.find(({ Name }) => String(Name).startsWith(name));
  if (found === undefined) throw new Error(`no account ${name}`);
  return found;
}

const euroReceivable = () => accountNamed('Accounts Receivable (A/R) - EUR')['CurrentBalance'];

async function removed(books: Books, path: string, object: JsonObject): Promise<void> {
  await books.save(`${path}?operation=delete`, known(await books.now(path, object)));
}

/** An invoice over 100 euros at 1.1, and its payment at 1.2. */
async function paidInEuros(books: Books) {
  const customer = await books.save('customer', { DisplayName: 'Lys', CurrencyRef: EUR });
  const common = { CustomerRef: ref(String(customer['Id'])), CurrencyRef: EUR };
  const form = { ...common, Line: [saleLine('3', 100)] };
  const invoice = await books.save('invoice', { ...form, ExchangeRate: 1.1 });
  const Line = [linkLine(100, invoice)];
  const payment = await books.save('payment', {
    ...common,
    ExchangeRate: 1.2,
    TotalAmt: 100,
    Line,
  });
  return { customer, form, invoice, payment };
}

describe('what a transaction has posted is taken back', () => {
  it('at the rate it was posted at, when the invoice has got another one since', async () => {
    const books = await start(SEVERAL);
    const { customer, form, invoice, payment } = await paidInEuros(books);
    await books.save('invoice', { ...form, ...known(await books.now('invoice', invoice)) });
    await removed(books, 'payment', payment);
    await removed(books, 'invoice', invoice);
    expect(await books.customerBalance(String(customer['Id']))).toBe(0);
    expect(euroReceivable()).toBe(0);
  });

  it('and a payment follows its invoice to another rate', async () => {
    const books = await start(SEVERAL);
    const { customer, invoice } = await paidInEuros(books);
    const changed = sparse(await books.now('invoice', invoice), { ExchangeRate: 1.3 });
    await books.save('invoice', changed);
    expect(await books.customerBalance(String(customer['Id']))).toBe(0);
    expect(euroReceivable()).toBe(0);
  });

  it('from the asset account that an item had', async () => {
    const books = await start();
    const bill = await books.save('bill', { VendorRef: ref(VENDOR), Line: [buy(520)] });
    const other = await books.save('account', {
      Name: 'Other stock',
      AccountType: 'Other Current Asset',
      AccountSubType: 'Inventory',
    });
    const item = await books.now('item', { Id: '11' });
    await books.save('item', sparse(item, { AssetAccountRef: ref(String(other['Id'])) }));
    await removed(books, 'bill', bill);
    expect(await books.accountBalance(INVENTORY_ASSET)).toBe(0);
    expect(await books.accountBalance(String(other['Id']))).toBe(0);
  });

  it('from accounts that have changed their type', async () => {
    const books = await start();
    const transfer = await books.save('transfer', {
      FromAccountRef: ref(CHECKING),
      ToAccountRef: ref(SAVINGS),
      Amount: 100,
    });
    const savings = await books.now('account', { Id: SAVINGS });
    const changes = { AccountType: 'Expense', AccountSubType: 'Travel' };
    await books.save('account', sparse(savings, changes));
    await removed(books, 'transfer', transfer);
    expect(await books.accountBalance(CHECKING)).toBe(0);
    expect(await books.accountBalance(SAVINGS)).toBe(0);
  });

  it('from a receivable account that is inactive', async () => {
    const books = await start();
    const invoice = await books.invoice(100);
    const receivable = await books.now('account', { Id: RECEIVABLE });
    await books.save('account', sparse(receivable, { Active: false }));
    await removed(books, 'invoice', invoice);
    expect(accountNamed('Accounts Receivable (A/R)')['CurrentBalance']).toBe(0);
  });

  it('from the account that the one it was posted to was merged into', async () => {
    const books = await start();
    const transfer = await books.save('transfer', {
      FromAccountRef: ref(CHECKING),
      ToAccountRef: ref(SAVINGS),
      Amount: 100,
    });
    const other = await books.save('account', {
      Name: 'Old savings',
      AccountType: 'Bank',
      AccountSubType: 'Savings',
    });
    const into = String(other['Id']);
    company.simulator.control.act(company.realmId, {
      do: 'merge',
      entity: 'Account',
      from: SAVINGS,
      into,
    });
    expect(await books.accountBalance(into)).toBe(100);
    await removed(books, 'transfer', transfer);
    expect(await books.accountBalance(into)).toBe(0);
  });

  it('after a restart too', async () => {
    folder = await mkdtemp(join(tmpdir(), 'simulator-data-'));
    const dataFile = join(folder, 'quickbooks.data');
    const open = async () => {
      const simulator = await startSimulator({ dataFile, limits: { on: false }, companies: [{}] });
      company = connect(simulator, simulator.control.companies()[0]?.realmId ?? '');
      return new Books(company);
    };
    let books = await open();
    const invoice = await books.invoice(100);
    const receivable = await books.now('account', { Id: RECEIVABLE });
    await books.save('account', sparse(receivable, { Active: false }));
    await company.close();
    books = await open();
    await removed(books, 'invoice', invoice);
    expect(accountNamed('Accounts Receivable (A/R)')['CurrentBalance']).toBe(0);
  });
});

it('a loaded transaction has posted what it says', async () => {
  const books = await start();
  const customer = await books.now('customer', { Id: '1' });
  company.simulator.control.load(company.realmId, {
    Customer: [{ ...customer, Balance: 50, BalanceWithJobs: 50 }],
    Invoice: [
      { Id: '900', CustomerRef: ref('1'), TotalAmt: 50, Balance: 50, Line: [saleLine('3', 50)] },
    ],
  });
  await removed(books, 'invoice', { Id: '900' });
  expect(await books.customerBalance('1')).toBe(0);
  expect(list(await company.query('select * from Invoice'), 'Invoice')).toEqual([]);
});

it('a bill in another currency is taken off at its own rate, the rest is gain or loss', async () => {
  const books = await start(SEVERAL);
  const vendor = await books.save('vendor', { DisplayName: 'Lys', CurrencyRef: EUR });
  const common = { VendorRef: ref(String(vendor['Id'])), CurrencyRef: EUR };
  const bill = await books.save('bill', { ...common, ExchangeRate: 1.1, Line: [spend(100)] });
  const payment = await books.save('billpayment', {
    ...common,
    ExchangeRate: 1.2,
    TotalAmt: 100,
    PayType: 'Check',
    CheckPayment: { BankAccountRef: ref(CHECKING) },
    Line: [linkLine(100, bill, 'Bill')],
  });
  const payable = () => accountNamed('Accounts Payable (A/P) - EUR')['CurrentBalance'];
  expect(payable()).toBe(0);
  expect(await books.accountBalance(CHECKING)).toBe(-120);
  expect((await books.now('vendor', vendor))['Balance']).toBe(0);
  const voided = await books.save('billpayment?operation=void', known(payment));
  expect(voided).toMatchObject({ TotalAmt: 0, HomeTotalAmt: 0 });
  expect(payable()).toBe(-110);
  expect(await books.accountBalance(CHECKING)).toBe(0);
});

it('a voided purchase is worth nothing at home either', async () => {
  const books = await start(SEVERAL);
  const made = await books.save('purchase', {
    AccountRef: ref(CHECKING),
    PaymentType: 'Check',
    CurrencyRef: EUR,
    ExchangeRate: 1.2,
    Line: [spend(100)],
  });
  expect(made['HomeTotalAmt']).toBe(120);
  const voided = await books.save('purchase?operation=void', known(made));
  expect(voided).toMatchObject({ TotalAmt: 0, HomeTotalAmt: 0 });
});

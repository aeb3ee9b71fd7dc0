import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Books, CHECKING, SAVINGS, sparse } from './support/books.js';
import { saleLine, startCompany, type TestCompany } from './support/company.js';
import { ref } from './support/purchases.js';

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany();
  books = new Books(company);
});

afterEach(() => company.close());

describe('sales tax is owed on the account of its own agency', () => {
  it.each([
    ['AZ', '89'],
    ['CA', '90'],
    ['WA', '91'],
  ])('in %s on account %s', async (state, account) => {
    const made = await books.save('invoice', {
      CustomerRef: ref('1'),
      ShipAddr: { Line1: '1 Main Street', CountrySubDivisionCode: state },
      Line: [saleLine('3', 100, { TaxCodeRef: ref('TAX') })],
    });
    const owed = await Promise.all(['89', '90', '91'].map((id) => books.accountBalance(id)));
    const tax = 100 - Number(made['TotalAmt']);
    expect(tax).toBeLessThan(0);
    expect(owed.filter((balance) => balance !== 0)).toEqual([expect.closeTo(tax, 2)]);
    expect(await books.accountBalance(account)).toBeCloseTo(tax, 2);
  });
});

it('an account that moves below another one takes its balance along', async () => {
  await books.save('transfer', {
    FromAccountRef: ref(CHECKING),
    ToAccountRef: ref(SAVINGS),
    Amount: 100,
  });
  const members = { AccountType: 'Bank', AccountSubType: 'Savings' };
  const parent = await books.save('account', { Name: 'All savings', ...members });
  const total = async () => (await books.now('account', parent))['CurrentBalanceWithSubAccounts'];
  const savings = await books.now('account', { Id: SAVINGS });
  const below = await books.save(
    'account',
    sparse(savings, { ParentRef: ref(String(parent['Id'])) }),
  );
  expect(await total()).toBe(100);
  expect(await books.accountBalance(String(parent['Id']))).toBe(0);
  const { ParentRef: _, ...alone } = below;
  await books.save('account', { ...alone, sparse: false });
  expect(await total()).toBe(0);
});

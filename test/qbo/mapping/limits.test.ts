import { describe, expect, it } from '@jest/globals';
import { customerBody, customerReferenceProblems } from '../../../src/qbo/mapping/customer.js';
import { itemBody, itemFromLine, itemLineProblems } from '../../../src/qbo/mapping/item.js';
import { checkLimits } from '../../../src/qbo/mapping/limits.js';
import { bodyOf, customerOf, invoiceOf, lineOf } from './stated.js';

const x = (count: number) => 'x'.repeat(count);

describe('limits of a customer', () => {
  const problemsOf = (over: Parameters<typeof customerOf>[0]) =>
    customerBody({ document: customerOf(over), current: null, mode: 'create' }).problems;

  it.each([
    [{ givenName: 'A:B' }, 'givenName', 'must not contain a colon'],
    [{ givenName: 'A\tB' }, 'givenName', 'must not contain a tab'],
    [{ givenName: 'A\nB' }, 'givenName', 'must not contain a line break'],
    [{ givenName: x(101) }, 'givenName', 'must be at most 100 characters (is 101)'],
    [{ familyName: 'A:B' }, 'familyName', 'must not contain a colon'],
    [{ companyName: x(101) }, 'companyName', 'must be at most 100 characters (is 101)'],
    [{ email: 'nobody' }, 'email', 'must be an e-mail address'],
    [{ email: 'a@b' }, 'email', 'must be an e-mail address'],
    [{ email: `${x(90)}@example.com` }, 'email', 'must be at most 100 characters (is 102)'],
    [{ phone: '1'.repeat(31) }, 'phone', 'must be at most 30 characters (is 31)'],
    [{ taxId: x(21) }, 'taxId', 'must be at most 20 characters (is 21)'],
    [
      { billAddress: { line2: x(501) } },
      'billAddress.line2',
      'must be at most 500 characters (is 501)',
    ],
    [
      { shipAddress: { postalCode: x(31) } },
      'shipAddress.postalCode',
      'must be at most 30 characters (is 31)',
    ],
    [{ billAddress: { region: x(256) } }, 'billAddress.region', expect.stringContaining('255')],
  ])('%#', (over, field, rule) => {
    expect(problemsOf(over)).toEqual([{ field, rule }]);
  });

  it('take everything up to the last character', () => {
    expect(
      problemsOf({
        displayName: x(500),
        givenName: x(100),
        companyName: `${x(99)}:`,
        email: `${x(88)}@example.com, b@example.com`.slice(-100),
        phone: '1'.repeat(30),
        billAddress: { line1: x(500), line2: x(500), line3: x(500), line4: x(500) },
      }),
    ).toEqual([]);
  });

  it('of all address lines together are 2,000 characters', () => {
    const full = { line1: x(500), line2: x(500), line3: x(500), line4: x(500), line5: 'y' };
    expect(problemsOf({ billAddress: full })).toEqual([
      { field: 'billAddress', rule: expect.stringContaining('2000') },
    ]);
  });

  it('are all told at once', () => {
    expect(problemsOf({ givenName: `${x(600)}:`, email: 'no' }).map(({ field }) => field)).toEqual([
      'givenName',
      'givenName',
      'email',
    ]);
  });

  it('of a customer a reference asks for are told in the words of the invoice', () => {
    expect(customerReferenceProblems({ name: 'A:B', email: 'no' })).toEqual([
      { field: 'customer.email', rule: 'must be an e-mail address' },
    ]);
    expect(customerReferenceProblems({ externalId: '7' })).toMatchObject([
      { field: 'customer.name' },
    ]);
    expect(customerReferenceProblems({ name: 'Birch & Sons' })).toEqual([]);
  });
});

describe('limits of a product', () => {
  it.each([
    [{ sku: x(101) }, 'lines.3.sku', 'must be at most 100 characters (is 101)'],
    [{ item: { number: x(101) } }, 'lines.3.item.number', expect.stringContaining('100')],
    [
      { item: { name: 'A', description: x(4_001) } },
      'lines.3.item.description',
      'must be at most 4000 characters (is 4001)',
    ],
  ])('%#', (over, field, rule) => {
    const [line] = invoiceOf({ lines: [lineOf(over)] }).lines;
    if (line === undefined) throw new Error('no line');
    expect(itemLineProblems(line, 3)).toEqual([{ field, rule }]);
    expect(
      itemBody({ document: itemFromLine(line), incomeAccountId: '79', expenseAccountId: null })
        .problems,
    ).toHaveLength(1);
  });
});

describe('limits of an invoice', () => {
  it.each([
    [{ billingEmail: 'nobody' }, 'billingEmail', 'must be an e-mail address'],
    [
      { lines: [lineOf(), lineOf({ description: x(4_001) })] },
      'lines.1.description',
      'must be at most 4000 characters (is 4001)',
    ],
    [
      { customer: { name: 'A', shipAddress: { city: x(256) } } },
      'customer.shipAddress.city',
      'must be at most 255 characters (is 256)',
    ],
  ])('%#', (over, field, rule) => {
    expect(bodyOf(over).problems).toEqual([{ field, rule }]);
  });

  it('keep the whole text in the body: nothing is cut', () => {
    const { body } = bodyOf({ lines: [lineOf({ description: x(4_001) })] });
    expect(body.Line[0]?.Description).toHaveLength(4_001);
  });

  it('take amounts of 15 digits and no more', () => {
    const withAmount = (Amount: number) =>
      checkLimits('Invoice', { CustomerRef: { value: '1' }, Line: [{ Amount }] });
    expect(withAmount(9999999999999.99)).toEqual([]);
    expect(withAmount(1234567890123456)).toEqual([
      { field: 'lines.0.amount', rule: 'must have at most 15 digits' },
    ]);
  });

  it('let several e-mail addresses pass, and emoji and right-to-left text', () => {
    const { problems } = bodyOf({
      billingEmail: 'a@example.com, b@example.com',
      memo: 'شكرا 🌲',
      lines: [lineOf({ name: 'ألواح 🌲' })],
    });
    expect(problems).toEqual([]);
  });
});

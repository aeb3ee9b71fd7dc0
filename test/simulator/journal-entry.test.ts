import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../src/simulator/index.js';
import {
  Books,
  CHECKING,
  CUSTOMER,
  linkLine,
  OPENING_EQUITY,
  PAYABLE,
  RECEIVABLE,
  SAVINGS,
  sparse,
} from './support/books.js';
import { codes, faults, list, startCompany, type TestCompany } from './support/company.js';

let company: TestCompany;
let books: Books;

beforeEach(async () => {
  company = await startCompany();
  books = new Books(company);
  company.simulator.control.setClock({ now: '2026-05-05T12:00:00Z', stopped: true });
});

afterEach(() => company.close());

const side = (
  PostingType: 'Debit' | 'Credit',
  amount: number,
  account: string,
  Entity?: JsonObject,
): JsonObject => ({
  Amount: amount,
  DetailType: 'JournalEntryLineDetail',
  JournalEntryLineDetail: {
    PostingType,
    AccountRef: { value: account },
    ...(Entity === undefined ? {} : { Entity }),
  },
});

const named = (Type: string, value: JsonValue | undefined): JsonObject => ({
  Type,
  EntityRef: { value },
});

describe('a journal entry', () => {
  it('is answered with line ids from 0, a total of 0 and an empty tax', async () => {
    const created = await books.save('journalentry', {
      DocNumber: 'JE-001',
      Line: [
        { ...side('Debit', 100, CHECKING), Description: 'in' },
        { ...side('Credit', 100, OPENING_EQUITY), Description: 'out' },
      ],
    });
    expect(created).toEqual({
      Adjustment: false,
      TotalAmt: 0,
      domain: 'QBO',
      sparse: false,
      Id: created['Id'],
      SyncToken: '0',
      MetaData: expect.any(Object),
      DocNumber: 'JE-001',
      TxnDate: '2026-05-05',
      CurrencyRef: { value: 'USD', name: 'United States Dollar' },
      Line: [
        {
          Id: '0',
          Description: 'in',
          Amount: 100,
          DetailType: 'JournalEntryLineDetail',
          JournalEntryLineDetail: {
            PostingType: 'Debit',
            AccountRef: { value: CHECKING, name: 'Checking' },
          },
          CustomExtensions: [],
        },
        expect.objectContaining({ Id: '1', Description: 'out' }),
      ],
      TxnTaxDetail: {},
    });
    expect(await books.accountBalance(CHECKING)).toBe(100);
    expect(await books.accountBalance(OPENING_EQUITY)).toBe(-100);
  });

  it('keeps no number of its own, and lets numbers repeat', async () => {
    const Line = [side('Debit', 1, CHECKING), side('Credit', 1, SAVINGS)];
    expect(await books.save('journalentry', { Line })).not.toHaveProperty('DocNumber');
    await books.save('journalentry', { Line, DocNumber: 'JE-001' });
    expect(await books.save('journalentry', { Line, DocNumber: 'JE-001' })).toMatchObject({
      DocNumber: 'JE-001',
    });
  });

  it('whose debits are not its credits is refused with 2300', async () => {
    const Line = [side('Debit', 100, CHECKING), side('Credit', 99.99, SAVINGS)];
    expect(codes(await company.post('journalentry', { Line }))).toEqual(['2300']);
    expect(await books.accountBalance(CHECKING)).toBe(0);
  });

  it.each([
    [RECEIVABLE, 'Accounts Receivable', 'customer'],
    [PAYABLE, 'Accounts Payable', 'vendor'],
  ])('on account %s needs a name', async (account, type, kind) => {
    const Line = [side('Debit', 10, account), side('Credit', 10, OPENING_EQUITY)];
    const reply = await company.post('journalentry', { Line });
    expect(faults(reply)).toMatchObject([
      {
        code: '6000',
        detail:
          `Business Validation Error: When you use ${type}, you must choose a ${kind} ` +
          'in the Name field.',
      },
    ]);
  });

  it('moves the balances of the customer and the vendor on its lines', async () => {
    const { Id } = await books.save('vendor', { DisplayName: 'Mill' });
    const entry = await books.save('journalentry', {
      Line: [
        side('Debit', 10, RECEIVABLE, named('Customer', CUSTOMER)),
        side('Credit', 10, PAYABLE, named('Vendor', Id)),
      ],
    });
    expect(await books.customerBalance(CUSTOMER)).toBe(10);
    expect(await books.now('vendor', { Id })).toMatchObject({ Balance: 10, SyncToken: '0' });
    await books.save('journalentry?operation=delete', sparse(entry));
    expect(await books.customerBalance(CUSTOMER)).toBe(0);
    expect(await books.now('vendor', { Id })).toMatchObject({ Balance: 0 });
  });

  it('follows the name of a vendor that is renamed, also when it was loaded', async () => {
    const { Id } = await books.save('vendor', { DisplayName: 'Mill' });
    const Line = [
      { Id: '0', ...side('Debit', 10, CHECKING) },
      { Id: '1', ...side('Credit', 10, PAYABLE, named('Vendor', Id)) },
    ];
    const { control } = company.simulator;
    const made = await books.save('journalentry', { Line });
    control.load(company.realmId, { JournalEntry: [{ ...made, Id: '700' }] });
    await books.save('vendor', { Id, SyncToken: '0', sparse: true, DisplayName: 'Mill Ltd' });
    for (const entry of [made, { Id: '700' }]) {
      const [, credit] = list(await books.now('journalentry', entry), 'Line');
      expect(credit).toMatchObject({
        JournalEntryLineDetail: { Entity: { EntityRef: { value: Id, name: 'Mill Ltd' } } },
      });
    }
  });

  it('keeps known line ids and numbers new ones on', async () => {
    const created = await books.save('journalentry', {
      Line: [side('Debit', 10, CHECKING), side('Credit', 10, SAVINGS)],
    });
    const [first, second] = list(created, 'Line');
    const Line = [{ ...first, Amount: 15 }, second ?? {}, side('Credit', 5, OPENING_EQUITY)];
    const changed = await books.save('journalentry', sparse(created, { Line }));
    expect(list(changed, 'Line').map(({ Id, Amount }) => [Id, Amount])).toEqual([
      ['0', 15],
      ['1', 10],
      ['2', 5],
    ]);
    expect(await books.accountBalance(OPENING_EQUITY)).toBe(-5);
  });

  it('that a customer owes can be paid, and then stays', async () => {
    const entry = await books.save('journalentry', {
      Line: [
        side('Debit', 40, RECEIVABLE, named('Customer', CUSTOMER)),
        side('Credit', 40, OPENING_EQUITY),
      ],
    });
    const over = { CustomerRef: { value: CUSTOMER }, TotalAmt: 50 };
    const tooMuch = { ...over, Line: [linkLine(41, entry, 'JournalEntry')] };
    expect(codes(await company.post('payment', tooMuch))).toEqual(['6000']);
    await books.pay(25, [linkLine(25, entry, 'JournalEntry')]);
    const second = { ...over, Line: [linkLine(16, entry, 'JournalEntry')] };
    expect(codes(await company.post('payment', second))).toEqual(['6000']);
    expect(await books.customerBalance(CUSTOMER)).toBe(15);
    const stored = await books.now('journalentry', entry);
    const remove = await company.post('journalentry?operation=delete', sparse(stored));
    expect(codes(remove)).toEqual(['800']);
    const smaller = [
      side('Debit', 20, RECEIVABLE, named('Customer', CUSTOMER)),
      side('Credit', 20, OPENING_EQUITY),
    ];
    const shrink = await company.post('journalentry', sparse(stored, { Line: smaller }));
    expect(codes(shrink)).toEqual(['6000']);
  });
});

it('closed books refuse a journalentry', async () => {
  company.simulator.control.act(company.realmId, { do: 'close_books', date: '2026-04-30' });
  const Line = [side('Debit', 1, CHECKING), side('Credit', 1, SAVINGS)];
  const reply = await company.post('journalentry', { Line, TxnDate: '2026-04-30' });
  expect(codes(reply)).toEqual(['6210']);
});

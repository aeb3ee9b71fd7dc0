/**
 * Opening balances: the transactions that QuickBooks makes when a customer or an account comes with
 * a balance (Customer reference page; recorded for accounts). The other side is the account Opening
 * Balance Equity.
 */

import type { Company } from '../../engine/company.js';
import type { Effect, Step } from '../../engine/definition.js';
import { periodClosed } from '../../engine/service-fault.js';
import { makeObject } from '../../engine/write.js';
import { type JsonObject, numberOf, textOf } from '../../json.js';
import { pacificDate } from '../../pacific.js';
import { accountOfSubType } from './postings.js';

/** Recorded as the note of each, and as the text of its lines. */
const NOTE = 'Opening Balance';

/** A customer who owes something gets an invoice. What it looks like is a guess. */
export const customerOpens = opens('OpenBalanceDate', {
  amount: (company, customer) => takenOff(company, customer),
  entity: 'Invoice',
  members: (company, customer, amount, date) => ({
    CustomerRef: company.referenceTo('Customer', textOf(customer, 'Id') ?? ''),
    DueDate: date,
    Line: [
      {
        Id: '1',
        LineNum: 1,
        Description: NOTE,
        Amount: amount,
        DetailType: 'SalesItemLineDetail',
        SalesItemLineDetail: {
          ItemRef: company.referenceTo('Item', firstItem(company)),
          ItemAccountRef: equity(company),
          ...(company.facts.country === 'US' ? { TaxCodeRef: { value: 'NON' } } : {}),
        },
        CustomExtensions: [],
      },
      { Amount: amount, DetailType: 'SubTotalLineDetail', SubTotalLineDetail: {} },
    ],
    TotalAmt: amount,
    Balance: amount,
    LinkedTxn: [],
    PrintStatus: 'NotSet',
    EmailStatus: 'NotSet',
  }),
});

const bankOpens = opens('OpeningBalanceDate', {
  amount: (_, account) => numberOf(account, 'OpeningBalance') ?? 0,
  entity: 'Deposit',
  members: (company, account, amount) => ({
    DepositToAccountRef: company.referenceTo('Account', textOf(account, 'Id') ?? ''),
    TotalAmt: amount,
    Line: [
      {
        Id: '1',
        LineNum: 1,
        Amount: amount,
        DetailType: 'DepositLineDetail',
        DepositLineDetail: { AccountRef: equity(company) },
        CustomExtensions: [],
      },
    ],
    TxnTaxDetail: {},
  }),
});

const otherAccountOpens = opens('OpeningBalanceDate', {
  amount: (_, account) => numberOf(account, 'OpeningBalance') ?? 0,
  entity: 'JournalEntry',
  members: (company, account, amount) => {
    const isAsset = textOf(account, 'Classification') === 'Asset';
    const own = company.referenceTo('Account', textOf(account, 'Id') ?? '');
    const sides: [string, JsonObject][] = isAsset
      ? [
          ['Debit', own],
          ['Credit', equity(company)],
        ]
      : [
          ['Credit', own],
          ['Debit', equity(company)],
        ];
    return {
      Adjustment: false,
      TotalAmt: 0,
      Line: sides.map(([PostingType, AccountRef], index) => ({
        Id: String(index),
        Description: NOTE,
        Amount: amount,
        DetailType: 'JournalEntryLineDetail',
        JournalEntryLineDetail: { PostingType, AccountRef },
        CustomExtensions: [],
      })),
      TxnTaxDetail: {},
    };
  },
});

const WITHOUT_OPENING: ReadonlySet<string | undefined> = new Set([
  'Accounts Receivable',
  'Accounts Payable',
]);
const BALANCE_SHEET: ReadonlySet<string | undefined> = new Set(['Asset', 'Liability', 'Equity']);

/** Recorded: a deposit for a bank account, an entry for the other accounts of the balance sheet. */
export const accountOpens: Effect = (company, before, after, nowMs) => {
  const type = textOf(after, 'AccountType');
  if (WITHOUT_OPENING.has(type) || !BALANCE_SHEET.has(textOf(after, 'Classification'))) return;
  const effect = type === 'Bank' ? bankOpens : otherAccountOpens;
  effect(company, before, after, nowMs);
};

/** The transaction would be dated where the books may be closed: then the create is refused. */
export function openingDateIsOpen(member: string, dateMember: string): Step {
  return ({ company, before, after, errors, nowMs }) => {
    const closed = textOf(company.preference('AccountingInfoPrefs'), 'BookCloseDate');
    if (before !== undefined || closed === undefined || (numberOf(after, member) ?? 0) <= 0) return;
    if ((textOf(after, dateMember) ?? pacificDate(nowMs)) <= closed) {
      errors.push(periodClosed(company.facts.closedWithPassword));
    }
  };
}

interface Opening {
  /** What it begins with. Only amounts above zero make a transaction. */
  amount: (company: Company, object: JsonObject) => number;
  entity: string;
  members: (company: Company, object: JsonObject, amount: number, date: string) => JsonObject;
}

/** The effect of a create that says with how much a name or an account begins. */
function opens(dateMember: string, { amount: amountIn, entity, members }: Opening): Effect {
  return (company, before, after, nowMs) => {
    const definition = company.definitions.get(entity);
    if (before !== undefined || after === undefined || definition === undefined) return;
    if (accountOfSubType(company, 'OpeningBalanceEquity') === undefined) return;
    const amount = amountIn(company, after);
    if (amount <= 0) return;
    const date = textOf(after, dateMember) ?? pacificDate(nowMs);
    const object: JsonObject = {
      TxnDate: date,
      CurrencyRef: company.currency,
      PrivateNote: NOTE,
      ...members(company, after, amount, date),
    };
    makeObject(company, definition, object, nowMs);
  };
}

/** The stated balance. It is taken off the customer, since the transaction to be made brings it. */
function takenOff(company: Company, customer: JsonObject): number {
  const definition = company.definitions.get('Customer');
  const balance = numberOf(customer, 'Balance') ?? 0;
  if (definition === undefined || balance <= 0) return 0;
  company.store(definition, { ...customer, Balance: 0, BalanceWithJobs: 0 });
  return balance;
}

function equity(company: Company): JsonObject {
  const account = accountOfSubType(company, 'OpeningBalanceEquity') ?? '';
  return company.referenceTo('Account', account);
}

function firstItem(company: Company): string {
  const [item] = company.collection('Item').objects();
  return textOf(item, 'Id') ?? '';
}

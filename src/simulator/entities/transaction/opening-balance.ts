/**
 * Opening balances: the transactions that QuickBooks makes when a name or an account comes with a
 * balance (Customer and Vendor reference pages; recorded for accounts). The other side is the
 * account Opening Balance Equity.
 */

import type { Company } from '../../engine/company.js';
import type { Effect, Step } from '../../engine/definition.js';
import { periodClosed } from '../../engine/service-fault.js';
import { makeObject } from '../../engine/write.js';
import { type JsonObject, numberOf, textOf } from '../../json.js';
import { pacificDate } from '../../pacific.js';
import { homeAmounts } from './currency.js';
import { accountOfSubType } from './postings.js';

/** Recorded as the note of each, and as the text of its lines. */
export const NOTE = 'Opening Balance';

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

/**
 * The transaction would be dated where the books may be closed: then the create is refused.
 *
 * @param opensIn whether the company makes such a transaction. Default: it does
 */
export function openingDateIsOpen(
  member: string,
  dateMember: string,
  opensIn: (company: Company) => boolean = () => true,
): Step {
  return ({ company, before, after, errors, nowMs }) => {
    if (!opensIn(company)) return;
    const closed = textOf(company.preference('AccountingInfoPrefs'), 'BookCloseDate');
    if (before !== undefined || closed === undefined || (numberOf(after, member) ?? 0) <= 0) return;
    if ((textOf(after, dateMember) ?? pacificDate(nowMs)) <= closed) {
      errors.push(periodClosed(company.facts.closedWithPassword));
    }
  };
}

export interface Opening {
  /** What it begins with. Only amounts above zero make a transaction. */
  amount: (company: Company, object: JsonObject) => number;
  entity: string;
  members: (company: Company, object: JsonObject, amount: number, date: string) => JsonObject;
}

/** The effect of a create that says with how much a name or an account begins. */
export function opens(dateMember: string, { amount: amountIn, entity, members }: Opening): Effect {
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
    homeAmounts({ after: object, company, definition, nowMs });
    makeObject(company, definition, object, nowMs);
  };
}

/** The other side of every opening balance. */
export function equity(company: Company): JsonObject {
  const account = accountOfSubType(company, 'OpeningBalanceEquity') ?? '';
  return company.referenceTo('Account', account);
}

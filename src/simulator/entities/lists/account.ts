/** The chart of accounts. */

import { accountTypeMissing, openingDateMissing } from '../../engine/company-faults.js';
import type { Draft, EntityDefinition, ShownAs, Step } from '../../engine/definition.js';
import {
  anything,
  date,
  flag,
  listOf,
  money,
  oneOf,
  reference,
  text,
} from '../../engine/fields.js';
import { businessValidation, invalidEnumeration, wrongLength } from '../../engine/service-fault.js';
import { SYSTEM } from '../../engine/shapes.js';
import { type JsonObject, objectOf, textOf } from '../../json.js';
import { nameCurrency } from '../company/currencies.js';
import { absentBecomes, nameIsFree, qualifiedName, renamedWithActive, trimmed } from '../steps.js';
import { accountOpens, openingDateIsOpen } from '../transaction/opening-balance.js';
import { totalsFollow } from '../transaction/postings.js';
import { namesBelowFollow, parentFits } from './tree.js';

type Classification = 'Asset' | 'Liability' | 'Equity' | 'Revenue' | 'Expense';

/** Account types with their class and the detail type they default to (Account reference page). */
export const ACCOUNT_TYPES: Readonly<Record<string, readonly [Classification, string]>> = {
  Bank: ['Asset', 'CashOnHand'],
  'Accounts Receivable': ['Asset', 'AccountsReceivable'],
  'Other Current Asset': ['Asset', 'EmployeeCashAdvances'],
  'Fixed Asset': ['Asset', 'FurnitureAndFixtures'],
  'Other Asset': ['Asset', 'Licenses'],
  'Accounts Payable': ['Liability', 'AccountsPayable'],
  'Credit Card': ['Liability', 'CreditCard'],
  'Other Current Liability': ['Liability', 'OtherCurrentLiabilities'],
  'Long Term Liability': ['Liability', 'NotesPayable'],
  Equity: ['Equity', 'OpeningBalanceEquity'],
  Income: ['Revenue', 'OtherPrimaryIncome'],
  'Other Income': ['Revenue', 'OtherInvestmentIncome'],
  'Cost of Goods Sold': ['Expense', 'CostOfLaborCos'],
  Expense: ['Expense', 'Travel'],
  'Other Expense': ['Expense', 'Depreciation'],
};

/** A detail type alone names its account type where it is somebody's default. */
const typeAndDetail: Step = ({ after, errors }) => {
  const detail = textOf(after, 'AccountSubType');
  const byDetail = Object.entries(ACCOUNT_TYPES).find(([, [, sub]]) => sub === detail)?.[0];
  const type = textOf(after, 'AccountType') ?? byDetail;
  if (type === undefined) {
    errors.push(accountTypeMissing());
    return;
  }
  const known = Object.hasOwn(ACCOUNT_TYPES, type) ? ACCOUNT_TYPES[type] : undefined;
  if (known === undefined) {
    errors.push(invalidEnumeration(type));
    return;
  }
  after['AccountType'] = type;
  after['AccountSubType'] ??= known[1];
  after['Classification'] = known[0];
};

/** In the US, the UK and India; Australia and Canada have 20 (Account reference page). */
const NUMBER_MAX = 7;

/** Account numbers are short and unique. What a number that is taken answers is a guess. */
const numberFits: Step = ({ sent, after, before, company, definition, errors }) => {
  const number = textOf(sent, 'AcctNum');
  if (number === undefined) return;
  if (number.length > NUMBER_MAX) errors.push(wrongLength('AcctNum', NUMBER_MAX, number.length));
  const holders = company.collection(definition.name).withKey('AcctNum', number.toLowerCase());
  const own = textOf(before, 'Id');
  const taken = [...(holders ?? [])].some((id) => {
    return id !== own && company.find(definition.name, id)?.['Active'] !== false;
  });
  if (taken && after['Active'] !== false) {
    errors.push(businessValidation('Another account is already using this number.'));
  }
};

const openingDate: Step = ({ operation, after, errors }) => {
  const opens = operation === 'create' && after['OpeningBalance'] !== undefined;
  if (opens && after['OpeningBalanceDate'] === undefined) errors.push(openingDateMissing());
};

/** Accounts that stand alone: they neither have sub-accounts nor are any (reference page). */
const ALONE: ReadonlySet<string | undefined> = new Set([
  'OpeningBalanceEquity',
  'UndepositedFunds',
  'RetainedEarnings',
  'CashReceiptIncome',
  'CashExpenditureExpense',
  'ExchangeGainOrLoss',
]);

/** That a sub-account is of its parent's type is what the website asks for. */
function mayHaveSubAccount(parent: JsonObject, { after }: Draft): boolean {
  const alone = [parent, after].some((one) => ALONE.has(textOf(one, 'AccountSubType')));
  return !alone && parent['AccountType'] === after['AccountType'];
}

/** The website's limit; the reference page is silent. */
const LEVELS = 5;

/** Recorded: the answer to a create has no `LastUpdatedTime` yet. */
function shown(object: JsonObject, as: ShownAs): JsonObject {
  const { LastUpdatedTime: _, ...MetaData } = objectOf(object, 'MetaData') ?? {};
  return as === 'created' ? { ...object, MetaData } : object;
}

export const account: EntityDefinition = {
  name: 'Account',
  path: 'account',
  family: 'list',
  operations: ['create', 'update'],
  required: ['Name'],
  // Recorded: accounts made through the API get ids from here on.
  ids: { series: 'account', first: 1_150_040_000 },
  listName: 'Accounts',
  label: 'FullyQualifiedName',
  uniqueName: {
    namespace: 'account',
    member: 'FullyQualifiedName',
    renamed: 'Name',
    holder: 'account',
  },
  totalCount: false,
  recordsModifier: false,
  defaultOrder: 'Name',
  equalityIndexes: [
    'Name',
    'FullyQualifiedName',
    'AccountType',
    'AccountSubType',
    'AcctNum',
    'ParentRef',
  ],
  sortedIndexes: ['Name', 'MetaData.CreateTime'],
  // In the order of recorded answers.
  fields: {
    Name: { ...text(100, 'fs'), forbidden: /[:"]/ },
    SubAccount: flag('rfs'),
    ParentRef: reference('Account', 'fu'),
    Description: text(100),
    FullyQualifiedName: text(undefined, 'rfs'),
    AccountAlias: text(100),
    TxnLocationType: text(50),
    Active: flag('fs'),
    Classification: oneOf(['Asset', 'Equity', 'Expense', 'Liability', 'Revenue'], 'rf'),
    AccountType: text(undefined, 'f'),
    AccountSubType: text(undefined, 'f'),
    AccountPurposes: listOf(anything()),
    AcctNum: { ...text(20, 'f'), forbidden: /:/ },
    AcctNumExtn: text(),
    BankNum: text(),
    OpeningBalance: money('c'),
    OpeningBalanceDate: date('c'),
    CurrentBalance: money('r'),
    CurrentBalanceWithSubAccounts: money('rfs'),
    CurrencyRef: reference('Currency', 'c'),
    TaxAccount: flag(),
    TaxCodeRef: reference('TaxCode', 'u'),
    OnlineBankingEnabled: flag(),
    FIName: text(),
    JournalCodeRef: reference(),
    AccountEx: anything(),
    ...SYSTEM,
  },
  defaults: [absentBecomes({ CurrentBalance: 0, CurrentBalanceWithSubAccounts: 0 }), nameCurrency],
  derive: [
    trimmed('Name'),
    typeAndDetail,
    renamedWithActive,
    (draft) => {
      draft.after['SubAccount'] = draft.after['ParentRef'] !== undefined;
    },
    qualifiedName('Account', 'Name'),
    ({ after }) => {
      delete after['Level'];
    },
    absentBecomes({ Active: true }),
  ],
  checks: [
    nameIsFree,
    numberFits,
    openingDate,
    openingDateIsOpen('OpeningBalance', 'OpeningBalanceDate'),
    parentFits({ levels: LEVELS, mayHaveChildren: mayHaveSubAccount }),
  ],
  merging: {
    sums: ['CurrentBalance'],
    total: 'CurrentBalanceWithSubAccounts',
    same: ['AccountType', 'AccountSubType', 'CurrencyRef'],
  },
  effects: [
    accountOpens,
    totalsFollow('Account', 'CurrentBalanceWithSubAccounts'),
    namesBelowFollow('Account', 'Name'),
  ],
  shown,
};

/** The chart of accounts. */

import type { EntityDefinition, Step } from '../../engine/definition.js';
import {
  anything,
  date,
  decimal,
  flag,
  listOf,
  oneOf,
  reference,
  text,
} from '../../engine/fields.js';
import { invalidEnumeration, missingMember, wrongLength } from '../../engine/service-fault.js';
import { SYSTEM } from '../../engine/shapes.js';
import { textOf } from '../../json.js';
import { nameCurrency } from '../company/currencies.js';
import { absentBecomes, nameIsFree, qualifiedName, renamedWithActive, trimmed } from '../steps.js';

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
    errors.push(missingMember('AccountType'));
    return;
  }
  const known = ACCOUNT_TYPES[type];
  if (known === undefined) {
    errors.push(invalidEnumeration(type));
    return;
  }
  after['AccountType'] = type;
  after['AccountSubType'] ??= known[1];
  after['Classification'] = known[0];
};

const NUMBER_MAX = 7;

const numberFits: Step = ({ sent, errors }) => {
  const number = textOf(sent, 'AcctNum');
  if (number !== undefined && number.length > NUMBER_MAX) {
    errors.push(wrongLength('AcctNum', NUMBER_MAX, number.length));
  }
};

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
  equalityIndexes: ['Name', 'FullyQualifiedName', 'AccountType', 'AccountSubType'],
  sortedIndexes: ['Name', 'MetaData.CreateTime'],
  fields: {
    ...SYSTEM,
    Name: { ...text(100, 'fs'), forbidden: /[:"]/ },
    SubAccount: flag('rfs'),
    ParentRef: reference('Account', 'u'),
    Description: text(100),
    FullyQualifiedName: text(undefined, 'rfs'),
    AccountAlias: text(100),
    TxnLocationType: text(50),
    Active: flag('fs'),
    Classification: oneOf(['Asset', 'Equity', 'Expense', 'Liability', 'Revenue'], 'rf'),
    AccountType: text(undefined, 'fs'),
    AccountSubType: text(undefined, 'f'),
    AccountPurposes: listOf(anything()),
    AcctNum: { ...text(20, 'f'), forbidden: /:/ },
    AcctNumExtn: text(),
    BankNum: text(),
    OpeningBalance: decimal('c'),
    OpeningBalanceDate: date('c'),
    CurrentBalance: decimal('r'),
    CurrentBalanceWithSubAccounts: decimal('rfs'),
    CurrencyRef: reference('Currency', 'c'),
    TaxAccount: flag(),
    TaxCodeRef: reference('TaxCode', 'u'),
    OnlineBankingEnabled: flag(),
    FIName: text(),
    JournalCodeRef: reference(),
    AccountEx: anything(),
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
  checks: [nameIsFree, numberFits],
  effects: [],
};

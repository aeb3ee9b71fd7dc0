/** The currencies a company deals in, and the names that are bound to one of them. */

import type { Company } from '../../engine/company.js';
import type { Draft, Effect, Step } from '../../engine/definition.js';
import { businessValidation } from '../../engine/service-fault.js';
import { makeObject } from '../../engine/write.js';
import { type Reference, refIdOf, textOf } from '../../json.js';
import { planHas } from './plan.js';

/** ISO 4217 codes with the names QuickBooks has for them. */
export const CURRENCY_NAMES: Readonly<Record<string, string>> = {
  AED: 'UAE Dirham',
  AUD: 'Australian Dollar',
  BRL: 'Brazilian Real',
  CAD: 'Canadian Dollar',
  CHF: 'Swiss Franc',
  CNY: 'Chinese Yuan',
  CZK: 'Czech Koruna',
  DKK: 'Danish Krone',
  EUR: 'Euro',
  GBP: 'British Pound Sterling',
  HKD: 'Hong Kong Dollar',
  HUF: 'Hungarian Forint',
  ILS: 'Israeli Shekel',
  INR: 'Indian Rupee',
  JPY: 'Japanese Yen',
  KRW: 'South Korean Won',
  MXN: 'Mexican Peso',
  NOK: 'Norwegian Krone',
  NZD: 'New Zealand Dollar',
  PHP: 'Philippine Peso',
  PLN: 'Polish Zloty',
  SEK: 'Swedish Krona',
  SGD: 'Singapore Dollar',
  THB: 'Thai Baht',
  TRY: 'Turkish Lira',
  USD: 'United States Dollar',
  ZAR: 'South African Rand',
};

/** Whether a person has switched several currencies on. Simple Start has none but its own. */
export function hasCurrencies(company: Company): boolean {
  const on = company.preference('CurrencyPrefs')?.['MultiCurrencyEnabled'] === true;
  return on && planHas(company.facts.plan, 'Multiple currencies');
}

/** The reference to a currency; undefined for a code nobody knows. */
export function currencyReference(company: Company, code: string): Reference | undefined {
  if (code === company.currency.value) return company.currency;
  const name = CURRENCY_NAMES[code];
  return name === undefined ? undefined : company.references.to('Currency', code, name);
}

/**
 * The currency of a customer, a vendor or an account: the one sent, which never changes again, or
 * the company's own. That a company of one currency refuses another, and how, is a guess.
 */
export const nameCurrency: Step = (draft) => {
  const { after, company } = draft;
  const code = refIdOf(after, 'CurrencyRef') ?? company.currency.value;
  after['CurrencyRef'] = allowedCurrency(draft, code) ?? company.currency;
};

/** The reference, or undefined and an error where the company cannot use the currency. */
export function allowedCurrency({ company, errors }: Draft, code: string): Reference | undefined {
  const reference = currencyReference(company, code);
  if (reference === undefined) {
    errors.push(businessValidation(`The currency ${code} is not supported.`));
    return undefined;
  }
  if (code !== company.currency.value && !hasCurrencies(company)) {
    errors.push(businessValidation('Multiple currencies are not switched on for this company.'));
    return undefined;
  }
  return reference;
}

/** A currency used by a name joins the company's list (Customer and Vendor reference pages). */
export const listsCurrency: Effect = (company, before, after, nowMs) => {
  const code = refIdOf(after, 'CurrencyRef');
  if (before === undefined && code !== undefined) listCurrency(company, code, nowMs);
};

function listCurrency(company: Company, Code: string, nowMs: number): void {
  const definition = company.definitions.get('CompanyCurrency');
  if (definition === undefined || Code === company.currency.value) return;
  if (listedCurrency(company, Code) !== undefined) return;
  makeObject(company, definition, { Code, Name: CURRENCY_NAMES[Code], Active: true }, nowMs);
}

/**
 * What is owed in a currency has accounts of its own, and what changing rates bring or cost has
 * one. QuickBooks adds them by itself; when, and with which names, is seen on the website.
 */
export const accountsOfCurrency: Effect = (company, before, after, nowMs) => {
  const code = textOf(after, 'Code');
  const account = company.definitions.get('Account');
  if (before !== undefined || code === undefined || account === undefined) return;
  const CurrencyRef = currencyReference(company, code) ?? company.currency;
  const make = (Name: string, type: readonly [string, string, string], of: Reference) => {
    const [AccountType, AccountSubType, Classification] = type;
    if (company.names.isTaken('account', Name, '')) return;
    const kind = { AccountType, AccountSubType, Classification, SubAccount: false };
    const balances = { CurrentBalance: 0, CurrentBalanceWithSubAccounts: 0 };
    const members = { Name, FullyQualifiedName: Name, Active: true, ...kind, ...balances };
    makeObject(company, account, { ...members, CurrencyRef: of }, nowMs);
  };
  const owed = ['Accounts Receivable', 'AccountsReceivable', 'Asset'] as const;
  const owing = ['Accounts Payable', 'AccountsPayable', 'Liability'] as const;
  const exchange = ['Other Expense', 'ExchangeGainOrLoss', 'Expense'] as const;
  make(`Accounts Receivable (A/R) - ${code}`, owed, CurrencyRef);
  make(`Accounts Payable (A/P) - ${code}`, owing, CurrencyRef);
  make('Exchange Gain or Loss', exchange, company.currency);
};

/** The id of the currency in the company's list. */
export function listedCurrency(company: Company, code: string): string | undefined {
  const [id] = company.collection('CompanyCurrency').withKey('Code', code.toLowerCase()) ?? [];
  return textOf(company.find('CompanyCurrency', id), 'Id');
}

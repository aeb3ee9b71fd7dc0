/** The currency of a transaction and its amounts in the company's own. */

import type { Company } from '../../engine/company.js';
import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, productCents } from '../../engine/money.js';
import { businessValidation, invalidNumber, missingMember } from '../../engine/service-fault.js';
import { type JsonObject, numberOf, refIdOf, textOf } from '../../json.js';
import { pacificDate } from '../../pacific.js';
import { allowedCurrency, hasCurrencies } from '../company/currencies.js';
import { exchangeRate } from '../company/exchange-rate.js';

/**
 * `CurrencyRef`. Runs among the defaults. In a company of several currencies it must be sent
 * (Invoice reference page).
 */
export const transactionCurrency: Step = (draft) => {
  const { after, company, errors } = draft;
  const sent = refIdOf(after, 'CurrencyRef');
  if (!hasCurrencies(company)) {
    after['CurrencyRef'] = allowedCurrency(draft, sent ?? company.currency.value);
    return;
  }
  if (sent === undefined && company.behaviours.currencyMissing === 'fault_2020') {
    errors.push(missingMember('CurrencyRef'));
    return;
  }
  const code = sent ?? partyOf(company, after)?.currency ?? company.currency.value;
  after['CurrencyRef'] = allowedCurrency(draft, code);
};

/**
 * A check: the currency is that of the customer or vendor (fault 6000, a guess), whoever that
 * becomes, and the rate of exchange is above zero (2090, a guess). What is loaded stays as it is.
 */
export const currencyFits: Step = ({ company, operation, before, after, sent, errors }) => {
  if (!hasCurrencies(company) || (operation !== 'create' && operation !== 'update')) return;
  const rate = numberOf(sent, 'ExchangeRate');
  if (rate !== undefined && rate <= 0) errors.push(invalidNumber('ExchangeRate', String(rate)));
  const code = refIdOf(after, 'CurrencyRef');
  const party = partyOf(company, after);
  if (code === undefined || party === undefined || party.currency === code) return;
  if (before !== undefined && partyOf(company, before)?.id === party.id) return;
  errors.push(
    businessValidation('The currency of the transaction must be that of its customer or vendor.'),
  );
};

/** The customer or vendor, and what they deal in. */
function partyOf(
  company: Company,
  object: JsonObject,
): { id: string | undefined; currency: string } | undefined {
  for (const entity of ['Customer', 'Vendor']) {
    const id = refIdOf(object, `${entity}Ref`);
    const party = company.find(entity, id);
    if (party === undefined) continue;
    return { id, currency: refIdOf(party, 'CurrencyRef') ?? company.currency.value };
  }
  return undefined;
}

/**
 * `ExchangeRate`, and the amounts in the company's own currency. Runs last among the derived
 * values, when `TotalAmt` and `Balance` stand. A company of one currency has none of them.
 */
export function homeAmounts({
  after,
  company,
  definition,
  nowMs,
}: Pick<Draft, 'after' | 'company' | 'definition' | 'nowMs'>): void {
  if (!hasCurrencies(company)) {
    delete after['ExchangeRate'];
    return;
  }
  const code = refIdOf(after, 'CurrencyRef') ?? company.currency.value;
  const day = textOf(after, 'TxnDate') ?? pacificDate(nowMs);
  const isHome = code === company.currency.value;
  const rate = isHome ? 1 : (numberOf(after, 'ExchangeRate') ?? exchangeRate(company, code, day));
  if (definition.fields['ExchangeRate'] !== undefined) after['ExchangeRate'] = rate;
  for (const [member, of] of Object.entries(HOME_MEMBERS)) {
    const amount = numberOf(after, of);
    if (definition.fields[member] === undefined || amount === undefined) continue;
    after[member] = amountOf(productCents(amount, rate));
  }
}

const HOME_MEMBERS = { HomeTotalAmt: 'TotalAmt', HomeBalance: 'Balance' };

/** Cents of a transaction's currency in the company's own, at its exchange rate. */
export function homeCents(object: JsonObject | undefined, cents: number): number {
  const rate = numberOf(object, 'ExchangeRate') ?? 1;
  return rate === 1 ? cents : productCents(amountOf(cents), rate);
}

/** What pays a transaction takes it off at the transaction's own rate, so it follows another one. */
export function sameRate(before: JsonObject, after: JsonObject): boolean {
  return numberOf(before, 'ExchangeRate') === numberOf(after, 'ExchangeRate');
}

/** `HomeBalance` for an open balance that moves after the transaction was written. */
export function homeBalance(company: Company, object: JsonObject, balance: number): JsonObject {
  if (!hasCurrencies(company) || object['HomeBalance'] === undefined) return {};
  return { HomeBalance: amountOf(productCents(balance, numberOf(object, 'ExchangeRate') ?? 1)) };
}

/** The currency of a transaction and its amounts in the company's own. */

import type { Company } from '../../engine/company.js';
import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, productCents } from '../../engine/money.js';
import { businessValidation, missingMember } from '../../engine/service-fault.js';
import { type JsonObject, numberOf, refIdOf, textOf } from '../../json.js';
import { pacificDate } from '../../pacific.js';
import { allowedCurrency, hasCurrencies } from '../company/currencies.js';
import { exchangeRate } from '../company/exchange-rate.js';

/**
 * `CurrencyRef`. Runs among the defaults. In a company of several currencies it must be sent
 * (Invoice reference page) and be that of the customer or vendor.
 */
export const transactionCurrency: Step = (draft) => {
  const { after, company, errors } = draft;
  const sent = refIdOf(after, 'CurrencyRef');
  const party = partyCurrency(draft);
  if (!hasCurrencies(company)) {
    after['CurrencyRef'] = allowedCurrency(draft, sent ?? company.currency.value);
    return;
  }
  if (sent === undefined && company.behaviours.currencyMissing === 'fault_2020') {
    errors.push(missingMember('CurrencyRef'));
    return;
  }
  const code = sent ?? party ?? company.currency.value;
  if (party !== undefined && code !== party) {
    errors.push(
      businessValidation('The currency of the transaction must be that of its customer or vendor.'),
    );
  }
  after['CurrencyRef'] = allowedCurrency(draft, code);
};

/** What its customer or vendor deals in. */
function partyCurrency({ after, company }: Draft): string | undefined {
  for (const entity of ['Customer', 'Vendor']) {
    const party = company.find(entity, refIdOf(after, `${entity}Ref`));
    if (party !== undefined) return refIdOf(party, 'CurrencyRef') ?? company.currency.value;
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

/** Postings of a transaction in a foreign currency, as the books hold them. */

import type { Company } from '../../engine/company.js';
import { type JsonObject, numberOf } from '../../json.js';
import { homeCents } from './currency.js';
import { accountOfSubType, type Posting } from './postings.js';

export function inHomeCurrency(
  company: Company,
  object: JsonObject,
  entered: readonly Posting[],
): Posting[] {
  if ((numberOf(object, 'ExchangeRate') ?? 1) === 1) return [...entered];
  return withExchange(
    company,
    entered.map((each) => ({ ...each, cents: homeCents(object, each.cents) })),
  );
}

/** What amounts at several rates, or rounded each for itself, leave over is a gain or a loss. */
export function withExchange(company: Company, postings: readonly Posting[]): Posting[] {
  const over = postings.reduce((sum, each) => sum + each.cents, 0);
  if (over === 0) return [...postings];
  const accountId = accountOfSubType(company, 'ExchangeGainOrLoss');
  return [...postings, { accountId, cents: -over }];
}

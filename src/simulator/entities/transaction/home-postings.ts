/** Postings of a transaction in a foreign currency, as the books hold them. */

import type { Company } from '../../engine/company.js';
import { type JsonObject, numberOf } from '../../json.js';
import { homeCents } from './currency.js';
import { accountOfSubType, type Posting } from './postings.js';

/** What rounding each posting leaves over is a gain or loss of the exchange. */
export function inHomeCurrency(
  company: Company,
  object: JsonObject,
  entered: readonly Posting[],
): Posting[] {
  const postings = entered.map((each) => ({ ...each, cents: homeCents(object, each.cents) }));
  const over = postings.reduce((sum, each) => sum + each.cents, 0);
  if (over === 0 || (numberOf(object, 'ExchangeRate') ?? 1) === 1) return postings;
  return [
    ...postings,
    { accountId: accountOfSubType(company, 'ExchangeGainOrLoss'), cents: -over },
  ];
}

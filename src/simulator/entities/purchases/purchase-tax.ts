/**
 * The tax of purchase forms, to the cent. In the US there is none: `TxnTaxDetail` and
 * `GlobalTaxCalculation` are not stored; nor is tax of a company that is not registered for it. Elsewhere it follows the purchase rates of each line's
 * code, unless the request states its own tax lines or total.
 */

import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, cents, percentOfCents } from '../../engine/money.js';
import { invalidTxnTaxDetail, taxRateMissing } from '../../engine/service-fault.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';
import {
  basesOf,
  netCentsOf,
  overriddenTax,
  percentOf,
  type Rate,
  ratesOf,
  statesAllRates,
  type TaxedLine,
  taxDetail,
  usesSalesTax,
} from '../tax/rates.js';
import { expenseDetailOf, withDetail } from './expense-lines.js';

/** Runs before the lines, which need the mode. */
export const purchaseTaxMode: Step = ({ after, before, company }) => {
  if (company.facts.country === 'US') delete after['GlobalTaxCalculation'];
  else {
    const mode = usesSalesTax(company) ? 'TaxExcluded' : 'NotApplicable';
    after['GlobalTaxCalculation'] ??= textOf(before, 'GlobalTaxCalculation') ?? mode;
  }
};

/** What the tax follows from; without any of these in an update, the stored tax stays. */
const CAUSES = ['Line', 'TxnTaxDetail', 'GlobalTaxCalculation', 'TxnDate'];

/** Net and gross of the lines, and `TxnTaxDetail`. Runs after the lines. */
export const purchaseTax: Step = (draft) => {
  const { after, before, sent, company } = draft;
  if (company.facts.country === 'US' || !usesSalesTax(company)) {
    delete after['TxnTaxDetail'];
    return;
  }
  const recompute = before === undefined || CAUSES.some((member) => sent[member] !== undefined);
  if (!recompute) return;
  after['Line'] = objectsOf(after, 'Line').map((line) => withNetAndGross(draft, line));
  after['TxnTaxDetail'] = taxOf(draft);
};

function taxOf(draft: Draft): JsonObject {
  const given = objectOf(draft.sent, 'TxnTaxDetail');
  const override = overriddenTax(given);
  if (draft.after['GlobalTaxCalculation'] !== 'NotApplicable') {
    const bases = basesOf(taxedLines(draft));
    if (!statesAllRates(given, bases)) draft.errors.push(taxRateMissing());
    return override ?? taxDetail(bases);
  }
  const claimsTax =
    objectsOf(override, 'TaxLine').length > 0 || (numberOf(override, 'TotalTax') ?? 0) !== 0;
  if (claimsTax) draft.errors.push(invalidTxnTaxDetail());
  return { TotalTax: 0 };
}

/** With `TaxInclusive` a line keeps its gross amount and answers the net as `Amount`. */
function withNetAndGross(draft: Draft, line: JsonObject): JsonObject {
  const detail = expenseDetailOf(line);
  if (detail === undefined) return line;
  if (draft.after['GlobalTaxCalculation'] !== 'TaxInclusive') {
    const { TaxInclusiveAmt: _, ...rest } = detail;
    return withDetail(line, rest);
  }
  const rates = ratesOfLine(draft, detail);
  const amount = cents(numberOf(line, 'Amount') ?? 0);
  const given = numberOf(detail, 'TaxInclusiveAmt');
  const gross =
    given === undefined ? amount + percentOfCents(amount, percentOf(rates)) : cents(given);
  const net = given === undefined ? amount : netCentsOf(gross, rates);
  const full = withDetail(line, { ...detail, TaxInclusiveAmt: amountOf(gross) });
  return { ...full, Amount: amountOf(net) };
}

function taxedLines(draft: Draft): TaxedLine[] {
  return objectsOf(draft.after, 'Line').flatMap((line) => {
    const detail = expenseDetailOf(line);
    if (detail === undefined) return [];
    const rates = ratesOfLine(draft, detail);
    const netCents = cents(numberOf(line, 'Amount') ?? 0);
    const gross = numberOf(detail, 'TaxInclusiveAmt');
    return [{ rates, netCents, ...(gross === undefined ? {} : { grossCents: cents(gross) }) }];
  });
}

function ratesOfLine({ company, after }: Draft, detail: JsonObject): Rate[] {
  return ratesOf(company, refIdOf(detail, 'TaxCodeRef'), 'Purchase', textOf(after, 'TxnDate'));
}

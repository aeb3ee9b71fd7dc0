/** The tax of a sales form, to the cent: the US in one code a form, elsewhere a code a line. */

import type { Draft, Step } from '../../engine/definition.js';
import { amountOf, cents, percentOfCents } from '../../engine/money.js';
import { invalidTxnTaxDetail, missingMember, taxRateMissing } from '../../engine/service-fault.js';
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
import { sharesOf } from '../tax/shares.js';
import { discountCents, lineCents, soldLines } from './sales-amounts.js';
import { usTax } from './us-sales-tax.js';

/** What the tax follows from; without any of these in an update, the stored tax stays. */
const CAUSES = [
  'Line',
  'TxnTaxDetail',
  'CustomerRef',
  'ShipAddr',
  'BillAddr',
  'GlobalTaxCalculation',
  'ApplyTaxAfterDiscount',
  'TxnDate',
];

/** Fills `TxnTaxDetail`. Runs after the lines. */
export const salesTax: Step = (draft) => {
  const { after, before, sent, company } = draft;
  const recompute = before === undefined || CAUSES.some((member) => sent[member] !== undefined);
  if (!recompute) return;
  // A company that collects no sales tax ignores and does not store it (Invoice reference page).
  if (!usesSalesTax(company)) {
    delete after['TxnTaxDetail'];
    return;
  }
  const given = objectOf(sent, 'TxnTaxDetail');
  for (const line of objectsOf(given, 'TaxLine')) {
    const rate = refIdOf(objectOf(line, 'TaxLineDetail'), 'TaxRateRef');
    if (rate === undefined) draft.errors.push(missingMember('TaxRateRef'));
  }
  const isUs = company.facts.country === 'US';
  after['TxnTaxDetail'] = isUs ? usTax(draft, given) : globalTax(draft, given);
};

/**
 * Mode of a company outside the US, `TaxExcluded` where none is sent. It is set here because the
 * lines need it first.
 */
export const globalTaxMode: Step = (draft) => {
  const { after, company } = draft;
  if (company.facts.country === 'US') delete after['GlobalTaxCalculation'];
  else after['GlobalTaxCalculation'] ??= usesSalesTax(company) ? 'TaxExcluded' : 'NotApplicable';
};

function globalTax(draft: Draft, given: JsonObject | undefined): JsonObject {
  const override = overriddenTax(given);
  if (textOf(draft.after, 'GlobalTaxCalculation') === 'NotApplicable') {
    const claimsTax = objectsOf(given, 'TaxLine').length > 0 || numberOf(given, 'TotalTax');
    if (claimsTax) draft.errors.push(invalidTxnTaxDetail());
    return { TotalTax: 0 };
  }
  const bases = basesOf(taxedLines(draft));
  if (override === undefined) return taxDetail(bases);
  if (!statesAllRates(given, bases)) draft.errors.push(taxRateMissing());
  return override;
}

/**
 * The lines with what they are taxed on: outside the US a discount always comes off first, line
 * by line in proportion. From an amount that includes tax it takes the same share.
 */
function taxedLines(draft: Draft): TaxedLine[] {
  const { after } = draft;
  const lines = soldLines(after);
  const amounts = lines.map((line) => lineCents(draft, line));
  const discounts = sharesOf(discountCents(after), amounts);
  const inclusive = textOf(after, 'GlobalTaxCalculation') === 'TaxInclusive';
  return lines.map((line, index) => {
    const amount = amounts[index] ?? 0;
    const discount = discounts[index] ?? 0;
    const taxed = { rates: lineRates(draft, line), netCents: amount - discount };
    if (!inclusive) return taxed;
    const gross = cents(
      numberOf(objectOf(line, 'SalesItemLineDetail'), 'TaxInclusiveAmt') ?? amountOf(amount),
    );
    const [, kept = gross] = sharesOf(gross, [discount, amount - discount]);
    return { ...taxed, grossCents: amount === 0 ? gross : kept };
  });
}

function lineRates({ company, after }: Draft, line: JsonObject): Rate[] {
  const code = refIdOf(objectOf(line, 'SalesItemLineDetail'), 'TaxCodeRef');
  return ratesOf(company, code, 'Sales', textOf(after, 'TxnDate'));
}

/**
 * With `TaxInclusive` a line keeps its gross amount and answers the net as `Amount`, each rounded
 * for itself (sales tax guide). Lines of another mode carry no gross amount.
 */
export const inclusiveLines: Step = (draft) => {
  const { after, sent } = draft;
  if (sent['Line'] === undefined && sent['GlobalTaxCalculation'] === undefined) return;
  const inclusive = after['GlobalTaxCalculation'] === 'TaxInclusive';
  if (!inclusive && sent['GlobalTaxCalculation'] === undefined) return;
  const change = inclusive ? (line: JsonObject) => inclusiveLine(draft, line) : withoutGross;
  const lines = mapSold(objectsOf(after, 'Line'), change);
  const subtotal = soldSum(draft, lines);
  after['Line'] = lines.map((line) => {
    switch (textOf(line, 'DetailType')) {
      case 'SubTotalLineDetail':
        return { ...line, Amount: amountOf(subtotal) };
      case 'DiscountLineDetail':
        return discountOf(line, subtotal);
      default:
        return line;
    }
  });
};

/** What is sold above the subtotal: a shipping line stands below it. */
function soldSum(draft: Draft, lines: readonly JsonObject[]): number {
  const end = lines.findIndex((line) => textOf(line, 'DetailType') === 'SubTotalLineDetail');
  const above = end === -1 ? [...lines] : lines.slice(0, end);
  return soldLines({ Line: above }).reduce((sum, line) => sum + lineCents(draft, line), 0);
}

function inclusiveLine(draft: Draft, line: JsonObject): JsonObject {
  const detail = objectOf(line, 'SalesItemLineDetail') ?? {};
  const rates = lineRates(draft, line);
  const amount = lineCents(draft, line);
  const given = numberOf(detail, 'TaxInclusiveAmt');
  const gross =
    given === undefined ? amount + percentOfCents(amount, percentOf(rates)) : cents(given);
  const net = given === undefined ? amount : netCentsOf(gross, rates);
  return {
    ...line,
    Amount: amountOf(net),
    SalesItemLineDetail: { ...detail, TaxInclusiveAmt: amountOf(gross) },
  };
}

function withoutGross(line: JsonObject): JsonObject {
  const { TaxInclusiveAmt: _, ...detail } = objectOf(line, 'SalesItemLineDetail') ?? {};
  return { ...line, SalesItemLineDetail: detail };
}

/** A percentage is taken of the net subtotal. */
function discountOf(line: JsonObject, subtotal: number): JsonObject {
  const detail = objectOf(line, 'DiscountLineDetail');
  const percent = numberOf(detail, 'DiscountPercent');
  if (detail?.['PercentBased'] !== true || percent === undefined) return line;
  return { ...line, Amount: amountOf(percentOfCents(subtotal, percent)) };
}

function mapSold(
  lines: readonly JsonObject[],
  change: (line: JsonObject) => JsonObject,
): JsonObject[] {
  return lines.map((line) => {
    if (textOf(line, 'DetailType') === 'SalesItemLineDetail') return change(line);
    const group = objectOf(line, 'GroupLineDetail');
    if (group === undefined) return line;
    const inner = { ...group, Line: mapSold(objectsOf(group, 'Line'), change) };
    return { ...line, GroupLineDetail: inner };
  });
}

import { billedPurchase } from './billed-purchase-tax.js';
import { plainDecimal } from './exact-number.js';
import { netPart } from './expected-total.js';
import { foldedAmounts } from './fold.js';
import { TAX_CALCULATION } from './form-document.js';
import type { FieldProblem } from './limits.js';
import { type LinePrice, pricedAnew } from './line-price.js';
import { type Minor, minorOf, sumOfMinor } from './minor-units.js';
import {
  isCost,
  type PurchaseDocument,
  type PurchaseFormCompany,
  type PurchaseFormSettings,
  taxesPurchases,
} from './purchase-document.js';
import type { RatesByCode } from './tax-rates.js';
import type { BoughtForm, BoughtLine } from './written-form.js';

/**
 * The tax of purchase orders, bills and vendor credits.
 *
 * Where the company reclaims tax each line has a tax code, and QuickBooks' own tax or the supplier's
 * stands beside the lines. In the United States QuickBooks knows no tax on purchases, and a company
 * that is not registered for tax reclaims none: there it is part of what the things cost, so that it
 * goes to the accounts, classes and projects they are for. Sources: Intuit's tutorial of sales tax
 * outside the United States and its reference page of Bill.
 */

export interface PurchaseTaxInput {
  document: Pick<PurchaseDocument, 'lines' | 'tax' | 'taxMode' | 'total'>;
  /** QuickBooks' ids of the codes of `tax.lines`. */
  taxLineCodeIds: readonly (string | null)[];
  company: Pick<PurchaseFormCompany, 'country' | 'usingSalesTax'>;
  settings: Pick<PurchaseFormSettings, 'tax'>;
  /** What the codes charge on purchases. */
  rates: RatesByCode;
  decimals: number;
}

export interface PurchaseTax {
  form: BoughtForm;
  problems: FieldProblem[];
}

/**
 * The form with amounts, nets, prices, codes and tax as they are to be written.
 *
 * @param lines one per line of the document, each with its amount after its discount, which holds the
 *   tax where prices do, and with the code the document names
 */
export function purchaseTax(lines: readonly BoughtLine[], input: PurchaseTaxInput): PurchaseTax {
  const laid = taxesPurchases(input.company) ? taxed(lines, input) : asCost(lines, input);
  const { form, problems } = laid;
  return {
    form: { ...form, lines: form.lines.map((line) => repriced(line, input.decimals)) },
    problems,
  };
}

/** Each line with its code; the supplier's tax takes the place of QuickBooks' where they differ. */
function taxed(lines: readonly BoughtLine[], input: PurchaseTaxInput): PurchaseTax {
  const { document, settings, rates, decimals, taxLineCodeIds } = input;
  const mode = TAX_CALCULATION[document.taxMode];
  const taxAmounts = taxAmountsOf(input);
  const stated: BoughtForm = {
    mode,
    decimals,
    lines: lines.map((line, index) => ({
      ...line,
      net: mode === 'TaxInclusive' ? netOf(line, taxAmounts[index] ?? null, rates) : null,
      // A code stated where there is no tax is reported, not sent.
      taxCodeId: mode === 'NotApplicable' ? null : line.taxCodeId,
    })),
    discount: 0n,
    tax: { kind: 'computed' },
  };
  const isComputed = settings.tax === 'quickbooks_computes' || mode === 'NotApplicable';
  const form = isComputed
    ? stated
    : billedPurchase(stated, { document, taxAmounts, codeIds: taxLineCodeIds, rates });
  return { form, problems: [] };
}

/** By QuickBooks' arithmetic where the rates are known, else by the tax the line states. */
function netOf(
  { amount, taxCodeId }: BoughtLine,
  taxAmount: Minor | null,
  rates: RatesByCode,
): Minor | null {
  const byTax = taxAmount === null ? null : amount - taxAmount;
  return netPart(amount, taxCodeId, rates) ?? byTax;
}

/** No tax that anyone reclaims: what is billed on top of the lines belongs to their cost. */
function asCost(lines: readonly BoughtLine[], input: PurchaseTaxInput): PurchaseTax {
  const { document, company, decimals } = input;
  const stated = lines.map(({ amount }) => amount);
  const amounts = isCost(document, company) ? costsOf(stated, input) : stated;
  const rule = 'come to zero or less, so that tax cannot be part of what they cost';
  return {
    form: {
      mode: company.country === 'US' ? 'us' : 'NotApplicable',
      decimals,
      lines: lines.map((line, index) => ({
        ...line,
        amount: amounts?.[index] ?? line.amount,
        net: null,
        taxCodeId: null,
      })),
      discount: 0n,
      tax: { kind: 'computed' },
    },
    problems: amounts === undefined ? [{ field: 'lines', rule }] : [],
  };
}

/** Each line with its own tax where the lines state all of it, else with its share of the total. */
function costsOf(stated: readonly Minor[], input: PurchaseTaxInput): Minor[] | undefined {
  const { document, decimals } = input;
  const own = taxAmountsOf(input).map((tax) => tax ?? 0n);
  const costs = stated.map((amount, index) => amount + (own[index] ?? 0n));
  const isWhole = sumOfMinor(costs) === minorOf(document.total, decimals);
  return document.taxMode === 'exclusive' && isWhole ? costs : foldedAmounts(document, decimals);
}

function taxAmountsOf({ document, decimals }: PurchaseTaxInput): (Minor | null)[] {
  return document.lines.map(({ taxAmount }) =>
    taxAmount === undefined ? null : minorOf(taxAmount, decimals),
  );
}

/** Quantity and price of what is written as the line's Amount; the amount alone where none fit. */
function repriced(line: BoughtLine, decimals: number): BoughtLine {
  const { price, net, amount } = line;
  return { ...line, price: priceOf(price, net ?? amount, decimals) };
}

function priceOf({ Qty, UnitPrice }: LinePrice, amount: Minor, decimals: number): LinePrice {
  if (Qty === undefined || UnitPrice === undefined) return {};
  const stated = { quantity: plainDecimal(Qty), unitPrice: plainDecimal(UnitPrice) };
  return pricedAnew(stated, amount, decimals);
}

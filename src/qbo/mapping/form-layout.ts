import type { Line } from '../../contract/documents/parts.js';
import { billedRates } from './billed-tax.js';
import { isZero } from './exact-number.js';
import { expectedTotals, netPart } from './expected-total.js';
import { foldedAmounts } from './fold.js';
import { TAX_CALCULATION } from './form-document.js';
import type { FieldProblem } from './limits.js';
import { pricedAnew, statedPrice } from './line-price.js';
import { formTaxCodes, NON_TAXABLE } from './line-tax-codes.js';
import { filled } from './members.js';
import { type Minor, minorOf, sumOfMinor } from './minor-units.js';
import { SHIPPING_ITEM } from './quickbooks-types.js';
import {
  isFolded,
  type SalesDocument,
  type SalesFormCompany,
  type SalesFormSettings,
} from './sales-document.js';
import { largestRemainder } from './shares.js';
import type { RatesByCode } from './tax-rates.js';
import type { SoldForm, SoldLine, WrittenForm, WrittenTax } from './written-form.js';

/** QuickBooks ids of what a form refers to; one entry per line where they belong to lines. */
export interface LayoutReferences {
  itemIds: readonly string[];
  taxCodeIds: readonly (string | null)[];
  classIds: readonly (string | null)[];
  /** Of `tax.lines`. */
  taxLineCodeIds: readonly (string | null)[];
  /** Needed where shipping is billed and the company has no shipping line of its own. */
  shippingItemId: string | null;
}

export interface LayoutInput {
  document: SalesDocument;
  references: LayoutReferences;
  company: SalesFormCompany;
  settings: SalesFormSettings;
  rates: RatesByCode;
  decimals: number;
}

export interface Layout {
  form: SoldForm;
  problems: FieldProblem[];
}

/** Lines, discount and tax of a form as the settings want them written. */
export function layOut(input: LayoutInput): Layout {
  return isFolded(input.settings, input.company) ? folded(input) : billed(input);
}

/** Everything in the prices; lines are not taxable, so automated sales tax adds nothing. */
function folded(input: LayoutInput): Layout {
  const { document, decimals } = input;
  const amounts = foldedAmounts(document, decimals);
  const net = document.lines.map(({ amount }) => minorOf(amount, decimals));
  const lines = document.lines.map((line, index) => ({
    ...lineAt(input, line, index),
    amount: amounts?.[index] ?? net[index] ?? 0n,
    price: pricedAnew(line, amounts?.[index] ?? 0n, decimals),
    taxCodeId: NON_TAXABLE,
  }));
  const rule =
    'come to zero or less, so that discount, tax and shipping cannot be part of their prices';
  return {
    form: { mode: 'us', decimals, lines, discount: 0n, tax: { kind: 'computed' } },
    problems: amounts === undefined ? [{ field: 'lines', rule }] : [],
  };
}

function billed(input: LayoutInput): Layout {
  const { document, references, company, settings, decimals } = input;
  const mode = company.country === 'US' ? 'us' : TAX_CALCULATION[document.taxMode];
  const codes = formTaxCodes(document, references.taxCodeIds, settings, company);
  const { amounts, discount, problems } = discounted(input, mode, codes.lines);
  const sold = document.lines.map((line, index) =>
    billedLine(input, { line, index, mode }, amounts[index] ?? 0n, codes.lines[index] ?? null),
  );
  const form = withShipping(input, {
    mode,
    decimals,
    lines: sold,
    discount,
    tax: { kind: 'computed' },
  });
  return {
    form: { ...form, tax: taxOf(input, form, codes.form) },
    problems: [...codes.problems, ...problems],
  };
}

interface Discounted {
  amounts: Minor[];
  /** What is left for a discount line. */
  discount: Minor;
  problems: FieldProblem[];
}

/**
 * QuickBooks has one discount line, which it takes off all lines in proportion. Discounts of single
 * lines join it where all lines are taxed alike and come off their own line elsewhere; where prices
 * include tax all discounts come off the prices, because QuickBooks' arithmetic of a discount line
 * there is not documented.
 */
function discounted(
  { document, company, decimals }: LayoutInput,
  mode: WrittenForm['mode'],
  codes: readonly (string | null)[],
): Discounted {
  const stated = document.lines.map(({ amount }) => minorOf(amount, decimals));
  const ofLines = document.lines.map(({ discount }) => minorOf(discount, decimals));
  const ofForm = minorOf(document.discount, decimals);
  const isAlike = new Set(codes).size <= 1 && mode !== 'TaxInclusive';
  if (isAlike) {
    const discount = ofForm + sumOfMinor(ofLines);
    return { amounts: stated, discount, problems: discountProblems(discount, company) };
  }
  const own = stated.map((amount, index) => amount - (ofLines[index] ?? 0n));
  if (mode !== 'TaxInclusive' || ofForm === 0n) {
    return { amounts: own, discount: ofForm, problems: discountProblems(ofForm, company) };
  }
  const sum = sumOfMinor(own);
  if (sum > 0n) {
    return { amounts: largestRemainder(sum - ofForm, own), discount: 0n, problems: [] };
  }
  const rule = 'cannot be taken off lines that come to zero or less';
  return { amounts: own, discount: 0n, problems: [{ field: 'discount', rule }] };
}

function discountProblems(
  discount: Minor,
  { allowDiscount }: Pick<SalesFormCompany, 'allowDiscount'>,
): FieldProblem[] {
  if (discount === 0n) return [];
  if (discount < 0n) return [{ field: 'discount', rule: 'must not be negative' }];
  if (allowDiscount) return [];
  const rule = 'needs discounts to be switched on in the sales settings of QuickBooks';
  return [{ field: 'discount', rule }];
}

function lineAt({ references }: LayoutInput, line: Line, index: number) {
  return {
    field: `lines.${index}`,
    itemId: references.itemIds[index] ?? '',
    description: filled(line.description) ?? filled(line.name),
    classId: references.classIds[index] ?? null,
    net: null,
  };
}

function billedLine(
  input: LayoutInput,
  { line, index, mode }: { line: Line; index: number; mode: WrittenForm['mode'] },
  amount: Minor,
  codeId: string | null,
): SoldLine {
  const { decimals } = input;
  const isAsStated = amount === minorOf(line.amount, decimals);
  const net = mode === 'TaxInclusive' ? netOf(input, line, amount, codeId, isAsStated) : null;
  const price = isAsStated ? statedPrice : pricedAnew;
  return {
    ...lineAt(input, line, index),
    amount,
    net,
    price: price(line, net ?? amount, decimals),
    // A code stated where there is no tax is reported, not sent.
    taxCodeId: mode === 'NotApplicable' ? null : codeId,
  };
}

/** By QuickBooks' arithmetic where the rates are known, else by the tax the line states. */
function netOf(
  { rates, decimals }: LayoutInput,
  { taxAmount }: Line,
  amount: Minor,
  codeId: string | null,
  isAsStated: boolean,
): Minor | null {
  const net = netPart(amount, codeId, rates);
  if (net !== null) return net;
  return isAsStated && taxAmount !== undefined ? amount - minorOf(taxAmount, decimals) : null;
}

/**
 * Shipping is a line below the others. The contract gives it no tax code, so outside the United
 * States it is taxed like the lines: by the code under which QuickBooks comes to the stated tax,
 * else by the first line's.
 */
function withShipping(input: LayoutInput, form: SoldForm): SoldForm {
  const { document, references, company, rates, decimals, settings } = input;
  if (isZero(document.shipping)) return form;
  const amount = minorOf(document.shipping, decimals);
  const shippedBy = (taxCodeId: string | null): SoldForm => ({
    ...form,
    lines: [
      ...form.lines,
      {
        field: 'shipping',
        itemId: company.allowShipping ? SHIPPING_ITEM : (references.shippingItemId ?? ''),
        description: 'Shipping',
        amount,
        net: form.mode === 'TaxInclusive' ? netPart(amount, taxCodeId, rates) : null,
        price: {},
        taxCodeId,
        classId: null,
      },
    ],
  });
  // Whether shipping is taxable in the United States differs by state: the engine decides.
  if (form.mode === 'us') return shippedBy(settings.tax === 'as_billed' ? NON_TAXABLE : null);
  const codes = [...new Set(form.lines.map(({ taxCodeId }) => taxCodeId))];
  const stated = document.tax === undefined ? null : minorOf(document.tax.total, decimals);
  const fitting = codes.find(
    (code) => expectedTotals(shippedBy(code), company, rates)?.tax === stated,
  );
  return shippedBy(fitting === undefined ? (codes[0] ?? null) : fitting);
}

function taxOf(input: LayoutInput, form: WrittenForm, formCodeId: string | null): WrittenTax {
  const { document, references, settings, rates, decimals } = input;
  const computes = settings.tax === 'quickbooks_computes';
  if (form.mode === 'us') {
    const tax = minorOf(document.tax?.total, decimals);
    if (!computes && tax !== 0n) return { kind: 'total', tax, taxCodeId: formCodeId };
    return formCodeId === null ? { kind: 'computed' } : { kind: 'code', taxCodeId: formCodeId };
  }
  if (computes || form.mode !== 'TaxExcluded') return { kind: 'computed' };
  const own = billedRates(form, document, references.taxLineCodeIds, rates);
  return own === undefined ? { kind: 'computed' } : { kind: 'rates', rates: own };
}

import { isZero } from './exact-number.js';
import { netPart } from './expected-total.js';
import { foldedAmounts } from './fold.js';
import { TAX_CALCULATION } from './form-document.js';
import type { FieldProblem } from './limits.js';
import { type LinePrice, pricedAnew, statedPrice } from './line-price.js';
import { filled } from './members.js';
import { type Minor, minorOf } from './minor-units.js';
import { orderLinesFor, type StoredOrder } from './order-lines.js';
import {
  isCost,
  type PurchaseDocument,
  type PurchaseFormCompany,
  type PurchaseFormSettings,
} from './purchase-document.js';
import { purchaseTax } from './purchase-tax.js';
import type { RatesByCode } from './tax-rates.js';
import type { BoughtForm, BoughtLine, WrittenForm } from './written-form.js';

type Line = PurchaseDocument['lines'][number];

/** QuickBooks ids of what a form refers to; one entry per line where they belong to lines. */
export interface PurchaseLayoutReferences {
  /** Of lines for goods; null where the line is for an account. */
  itemIds: readonly (string | null)[];
  accountIds: readonly (string | null)[];
  taxCodeIds: readonly (string | null)[];
  classIds: readonly (string | null)[];
  customerIds: readonly (string | null)[];
  /** Of `tax.lines`. */
  taxLineCodeIds: readonly (string | null)[];
  /** The purchase order a bill is for, as QuickBooks holds it. */
  order: StoredOrder | null;
}

export interface PurchaseLayoutInput {
  document: PurchaseDocument;
  references: PurchaseLayoutReferences;
  company: PurchaseFormCompany;
  settings: PurchaseFormSettings;
  /** Purchase rates. */
  rates: RatesByCode;
  decimals: number;
}

export interface PurchaseLayout {
  form: BoughtForm;
  problems: FieldProblem[];
}

/** Lines and tax of a form as they are going to be written. A discount lowers its line. */
export function layOutPurchase(input: PurchaseLayoutInput): PurchaseLayout {
  const { document, references, company, settings, rates, decimals } = input;
  const mode = company.country === 'US' ? 'us' : TAX_CALCULATION[document.taxMode];
  const amounts = isCost(document, company)
    ? foldedAmounts(document, decimals)
    : netAmounts(document, decimals);
  const lines = document.lines.map((line, index) =>
    boughtLine(input, { line, index, mode }, amounts?.[index] ?? 0n),
  );
  const form: BoughtForm = {
    mode,
    decimals,
    lines: orderLinesFor(lines, references.order, decimals),
    discount: 0n,
    tax: { kind: 'computed' },
  };
  const { taxLineCodeIds } = references;
  const rule = 'come to zero or less, so that tax cannot be part of what they cost';
  return {
    form: { ...form, tax: purchaseTax(form, { document, taxLineCodeIds, settings, rates }) },
    problems: amounts === undefined ? [{ field: 'lines', rule }] : [],
  };
}

function netAmounts({ lines }: PurchaseDocument, decimals: number): Minor[] {
  return lines.map(
    ({ amount, discount }) => minorOf(amount, decimals) - minorOf(discount, decimals),
  );
}

function boughtLine(
  { references, rates, decimals }: PurchaseLayoutInput,
  { line, index, mode }: { line: Line; index: number; mode: WrittenForm['mode'] },
  amount: Minor,
): BoughtLine {
  const stated = references.taxCodeIds[index] ?? null;
  const net = mode === 'TaxInclusive' ? netOf(line, amount, stated, rates, decimals) : null;
  const accountId = references.accountIds[index] ?? null;
  return {
    field: `lines.${index}`,
    what:
      accountId === null
        ? { kind: 'item', id: references.itemIds[index] ?? '' }
        : { kind: 'account', id: accountId },
    description: filled(line.description) ?? filled(line.name),
    amount,
    net,
    // An amount for an account has no quantity.
    price: accountId === null ? priceOf(line, net ?? amount, decimals) : {},
    // A code stated where there is no tax is reported, not sent.
    taxCodeId: mode === 'NotApplicable' || mode === 'us' ? null : stated,
    classId: references.classIds[index] ?? null,
    customerId: references.customerIds[index] ?? null,
    orderLine: null,
  };
}

function priceOf(
  { quantity, unitPrice, amount }: Line,
  written: Minor,
  decimals: number,
): LinePrice {
  if (quantity === undefined || unitPrice === undefined) return {};
  const price = written === minorOf(amount, decimals) ? statedPrice : pricedAnew;
  return price({ quantity, unitPrice }, written, decimals);
}

/** By QuickBooks' arithmetic where the rates are known, else by the tax the line states. */
function netOf(
  { taxAmount, discount }: Line,
  amount: Minor,
  codeId: string | null,
  rates: RatesByCode,
  decimals: number,
): Minor | null {
  const net = netPart(amount, codeId, rates);
  if (net !== null) return net;
  const isAsStated = isZero(discount) && taxAmount !== undefined;
  return isAsStated ? amount - minorOf(taxAmount, decimals) : null;
}

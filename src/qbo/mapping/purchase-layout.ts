import type { FieldProblem } from './limits.js';
import { type LinePrice, pricedAnew, statedPrice } from './line-price.js';
import { filled } from './members.js';
import { type Minor, minorOf } from './minor-units.js';
import { orderLinesFor, type StoredOrder } from './order-lines.js';
import type {
  PurchaseDocument,
  PurchaseFormCompany,
  PurchaseFormSettings,
} from './purchase-document.js';
import { purchaseTax } from './purchase-tax.js';
import type { RatesByCode } from './tax-rates.js';
import type { BoughtForm, BoughtLine } from './written-form.js';

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
  const { document, references, decimals } = input;
  const amounts = netAmounts(document, decimals);
  const lines = document.lines.map((line, index) =>
    boughtLine(input, { line, index }, amounts[index] ?? 0n),
  );
  const { form, problems } = purchaseTax(lines, {
    ...input,
    taxLineCodeIds: references.taxLineCodeIds,
  });
  return {
    form: { ...form, lines: orderLinesFor(form.lines, references.order, decimals) },
    problems,
  };
}

function netAmounts({ lines }: PurchaseDocument, decimals: number): Minor[] {
  return lines.map(
    ({ amount, discount }) => minorOf(amount, decimals) - minorOf(discount, decimals),
  );
}

function boughtLine(
  { references, decimals }: PurchaseLayoutInput,
  { line, index }: { line: Line; index: number },
  amount: Minor,
): BoughtLine {
  const accountId = references.accountIds[index] ?? null;
  return {
    field: `lines.${index}`,
    what:
      accountId === null
        ? { kind: 'item', id: references.itemIds[index] ?? '' }
        : { kind: 'account', id: accountId },
    description: filled(line.description) ?? filled(line.name),
    amount,
    net: null,
    // An amount for an account has no quantity.
    price: accountId === null ? priceOf(line, amount, decimals) : {},
    taxCodeId: references.taxCodeIds[index] ?? null,
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

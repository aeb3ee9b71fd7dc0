import { decimalsOf } from '../../contract/money.js';
import type { Warning } from '../../contract/warnings.js';
import { compareAmounts } from './answered-amounts.js';
import { ROUNDING_LINE } from './difference.js';
import type { FormAfter } from './form-after.js';
import { groupedPurchase } from './grouped-purchase.js';
import { filled } from './members.js';
import { decimalOf, minorOf } from './minor-units.js';
import {
  isCost,
  type PurchaseDocument,
  type PurchaseFormCompany,
  type PurchaseFormSettings,
} from './purchase-document.js';
import { expenseDetailOf } from './purchase-lines.js';
import type { StoredPurchaseForm } from './quickbooks-types.js';

interface Compared {
  document: PurchaseDocument;
  company: Pick<PurchaseFormCompany, 'country' | 'homeCurrency' | 'usingSalesTax' | 'partnerTax'>;
  settings: Pick<
    PurchaseFormSettings,
    'difference' | 'dimensions' | 'item' | 'unitWord' | 'accounts'
  >;
}

/** Compares an answer with the document it was made from. Both totals include tax. */
export function purchaseFormAfter(
  answer: StoredPurchaseForm,
  { document: asked, company, settings }: Compared,
): FormAfter {
  const { document, stated } = groupedPurchase(asked, settings, company);
  const decimals = decimalsOf(document.currency ?? company.homeCurrency);
  const lines = answer.Line.filter((line) => expenseDetailOf(line) !== undefined);
  const last = lines.length === document.lines.length + 1 ? lines.at(-1) : undefined;
  // One more line may also be what was there before its lines were put together.
  const rounding = last?.Description === ROUNDING_LINE ? last : undefined;
  const grossOf = (line: (typeof lines)[number]) => expenseDetailOf(line)?.TaxInclusiveAmt;
  const { problem, money, warnings } = compareAmounts({
    answer,
    document,
    company,
    settings,
    decimals,
    stated,
    isFolded: isCost(document, company),
    lines: lines
      .slice(0, document.lines.length)
      .map((line) => ({ Amount: line.Amount, gross: grossOf(line) })),
    rounding:
      rounding === undefined ? null : minorOf(grossOf(rounding) ?? rounding.Amount, decimals),
  });
  return {
    number: filled(answer.DocNumber) ?? null,
    totalMinor: Number(minorOf(answer.TotalAmt, decimals)),
    balanceMinor: Number(minorOf(answer.Balance ?? answer.TotalAmt, decimals)),
    problem,
    money,
    warnings: [...costWarnings(document, company, decimals), ...warnings],
  };
}

/** Prices that include it say so themselves. */
function costWarnings(
  document: PurchaseDocument,
  company: Compared['company'],
  decimals: number,
): Warning[] {
  const { tax, taxMode } = document;
  if (taxMode !== 'exclusive' || !isCost(document, company)) return [];
  const amount = decimalOf(minorOf(tax?.total, decimals), decimals);
  return [{ name: 'tax_in_cost', params: { tax: amount } }];
}

import { decimalsOf } from '../../contract/money.js';
import type { Warning } from '../../contract/warnings.js';
import { compareAmounts } from './answered-amounts.js';
import { ROUNDING_LINE } from './difference.js';
import { isZero } from './exact-number.js';
import { foldedParts } from './fold.js';
import type { FormAfter } from './form-after.js';
import { groupedForm } from './grouped-form.js';
import { filled } from './members.js';
import { type Minor, minorOf } from './minor-units.js';
import type { StoredSalesForm } from './quickbooks-types.js';
import { type QuickBooksLine, SHIPPING_ITEM } from './quickbooks-types.js';
import {
  isFolded,
  type SalesDocument,
  type SalesFormCompany,
  type SalesFormSettings,
} from './sales-document.js';

type Company = Pick<SalesFormCompany, 'country' | 'homeCurrency' | 'usingSalesTax' | 'partnerTax'>;
type Compared = {
  document: SalesDocument;
  company: Company;
  settings: Omit<SalesFormSettings, 'quickbooksEmails'>;
};

/** Compares an answer with the document it was made from. Both totals include tax. */
export function salesFormAfter(answer: StoredSalesForm, compared: Compared): FormAfter {
  const { company, settings } = compared;
  const { document, stated } = groupedForm(compared.document, settings, company);
  const decimals = decimalsOf(document.currency ?? company.homeCurrency);
  const { problem, money, warnings } = compareAmounts({
    answer,
    document,
    company,
    settings,
    decimals,
    stated,
    isFolded: isFolded(settings, company),
    lines: soldLines(answer)
      .slice(0, document.lines.length)
      .map(({ Amount, SalesItemLineDetail: detail }) => ({
        Amount,
        gross: detail?.TaxInclusiveAmt,
      })),
    rounding: roundingOf(answer, document, decimals),
  });
  return {
    number: filled(answer.DocNumber) ?? null,
    totalMinor: Number(minorOf(answer.TotalAmt, decimals)),
    balanceMinor: Number(minorOf(answer.Balance ?? answer.TotalAmt, decimals)),
    problem,
    money,
    warnings: [
      ...numberWarnings(answer, document),
      ...(isFolded(settings, company) ? foldWarnings(document, decimals) : []),
      ...warnings,
    ],
  };
}

function numberWarnings(answer: StoredSalesForm, document: SalesDocument): Warning[] {
  const number = filled(answer.DocNumber);
  if (number === undefined || number === document.number.trim()) return [];
  return [{ name: 'number_assigned', params: { number } }];
}

function foldWarnings(document: SalesDocument, decimals: number): Warning[] {
  const parts = foldedParts(document, decimals);
  return parts === null ? [] : [{ name: 'folded', params: parts }];
}

/** Lines that sell something, above shipping: the document's, and a rounding line behind them. */
function soldLines(answer: StoredSalesForm): QuickBooksLine[] {
  return answer.Line.filter(
    ({ SalesItemLineDetail: detail }) =>
      detail !== undefined && detail.ItemRef?.value !== SHIPPING_ITEM,
  );
}

/** Amount of the line that is more than the document has. */
function roundingOf(
  answer: StoredSalesForm,
  document: SalesDocument,
  decimals: number,
): Minor | null {
  const sold = soldLines(answer);
  const hasOwnShipping = answer.Line.some(
    ({ SalesItemLineDetail: detail }) => detail?.ItemRef?.value === SHIPPING_ITEM,
  );
  const shipping = isZero(document.shipping) || hasOwnShipping ? 0 : 1;
  if (sold.length !== document.lines.length + shipping + 1) return null;
  const line = sold[document.lines.length];
  // One more line may also be what was there before its lines were put together.
  if (line?.Description !== ROUNDING_LINE) return null;
  return minorOf(line.SalesItemLineDetail?.TaxInclusiveAmt ?? line.Amount, decimals);
}

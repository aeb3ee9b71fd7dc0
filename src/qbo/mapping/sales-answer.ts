import { decimalsOf, type MinorUnits } from '../../contract/money.js';
import type { MoneyNote } from '../../contract/money-note.js';
import { type Reason, reason } from '../../contract/reasons.js';
import type { Warning } from '../../contract/warnings.js';
import { differencesOf, judge } from './difference.js';
import { isZero, plainDecimal } from './exact-number.js';
import { foldedParts } from './fold.js';
import { filled } from './members.js';
import { decimalOf, type Minor, minorOf } from './minor-units.js';
import { type LineTax, pennyNote } from './penny-ledger.js';
import type { StoredSalesForm } from './quickbooks-types.js';
import { type QuickBooksLine, SHIPPING_ITEM } from './quickbooks-types.js';
import {
  isFolded,
  type SalesDocument,
  type SalesFormCompany,
  type SalesFormSettings,
} from './sales-document.js';

/** What QuickBooks holds after a write, compared with the document to the minor unit. */
export interface SalesFormAfter {
  /** QuickBooks' number; null where it has none. */
  number: string | null;
  totalMinor: MinorUnits;
  balanceMinor: MinorUnits;
  /** Set where the amounts differ and the settings refuse that. */
  problem: Reason | null;
  money: MoneyNote;
  warnings: Warning[];
}

type Company = Pick<SalesFormCompany, 'country' | 'homeCurrency' | 'usingSalesTax' | 'partnerTax'>;
type Compared = {
  document: SalesDocument;
  company: Company;
  settings: Pick<SalesFormSettings, 'tax' | 'difference'>;
};

/** Compares an answer with the document it was made from. Both totals include tax. */
export function salesFormAfter(answer: StoredSalesForm, compared: Compared): SalesFormAfter {
  const { document, company, settings } = compared;
  const decimals = decimalsOf(document.currency ?? company.homeCurrency);
  const shown = (minor: Minor) => decimalOf(minor, decimals);
  const total = minorOf(document.total, decimals);
  const heldTax = minorOf(answer.TxnTaxDetail?.TotalTax, decimals);
  const held = { total: minorOf(answer.TotalAmt, decimals), tax: heldTax };
  const hasOwnTax = document.tax === undefined || isFolded(settings, company);
  const tax = hasOwnTax ? null : minorOf(document.tax?.total, decimals);
  const differences = differencesOf({ total, tax }, held);
  const verdict = judge(differences, settings.difference, document.lines.length);
  const amounts = reason('amount_differs', { source: shown(total), quickbooks: shown(held.total) });
  const taxes = reason('tax_differs', { source: shown(tax ?? 0n), quickbooks: shown(heldTax) });
  // A rounding line that was to make them agree did not: QuickBooks came to something else.
  const isRefused = verdict === 'refuse' || verdict === 'round';
  const found = [
    ...(differences.total === 0n ? [] : [amounts]),
    ...(differences.tax === 0n ? [] : [taxes]),
  ];
  const rounding = roundingOf(answer, document, decimals);
  return {
    number: filled(answer.DocNumber) ?? null,
    totalMinor: Number(held.total),
    balanceMinor: Number(minorOf(answer.Balance ?? answer.TotalAmt, decimals)),
    problem: isRefused ? (found[0] ?? null) : null,
    money: pennyNote({
      document,
      company,
      settings,
      decimals,
      held,
      differences,
      lines: lineTaxes(answer, document, decimals),
      ownTax: answer.TxnTaxDetail?.TaxLine?.some(isOwn) === true,
      rounding,
    }),
    warnings: [
      ...numberWarnings(answer, document),
      ...foldWarnings(compared, decimals),
      ...(verdict === 'warn' ? (found as Warning[]) : []),
    ],
  };
}

const isOwn = ({ TaxLineDetail: detail }: { TaxLineDetail?: { PercentBased?: boolean } }) =>
  detail?.PercentBased === false;

function numberWarnings(answer: StoredSalesForm, document: SalesDocument): Warning[] {
  const number = filled(answer.DocNumber);
  if (number === undefined || number === document.number.trim()) return [];
  return [{ name: 'number_assigned', params: { number } }];
}

function foldWarnings({ document, company, settings }: Compared, decimals: number): Warning[] {
  if (!isFolded(settings, company)) return [];
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
  return minorOf(line?.SalesItemLineDetail?.TaxInclusiveAmt ?? line?.Amount, decimals);
}

function lineTaxes(answer: StoredSalesForm, document: SalesDocument, decimals: number): LineTax[] {
  const rates = answer.TxnTaxDetail?.TaxLine ?? [];
  // With one rate that charges something a line's exact tax is known: if it is taxed, by that one.
  const charging = rates.filter(({ TaxLineDetail: detail }) => detail?.TaxPercent !== 0);
  const percent = charging.length === 1 ? charging[0]?.TaxLineDetail?.TaxPercent : undefined;
  return soldLines(answer)
    .slice(0, document.lines.length)
    .map(({ Amount, SalesItemLineDetail: detail }, index) => {
      const net = minorOf(Amount, decimals);
      const gross = detail?.TaxInclusiveAmt;
      const isTaxed = rates.length === 1 || !isZero(document.lines[index]?.taxAmount);
      return {
        net,
        tax: gross === undefined ? null : minorOf(gross, decimals) - net,
        percent: percent === undefined || !isTaxed ? null : plainDecimal(percent),
      };
    });
}

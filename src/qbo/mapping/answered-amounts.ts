import type { MoneyNote } from '../../contract/money-note.js';
import { type Reason, reason } from '../../contract/reasons.js';
import type { Warning } from '../../contract/warnings.js';
import { differencesOf, judge } from './difference.js';
import { isZero, plainDecimal } from './exact-number.js';
import { decimalOf, type Minor, minorOf } from './minor-units.js';
import { type LineTax, type PennyFacts, pennyNote } from './penny-ledger.js';
import type { QuickBooksTaxDetail } from './tax-types.js';

/** What an answer says of amounts, and what the document says. */
export interface AnsweredAmounts
  extends Pick<
    PennyFacts,
    'document' | 'company' | 'settings' | 'decimals' | 'isFolded' | 'rounding' | 'stated'
  > {
  answer: { TotalAmt: number; TxnTaxDetail?: QuickBooksTaxDetail | undefined };
  /** Lines of the document as QuickBooks has them, in their order. */
  lines: readonly AnsweredLine[];
}

export interface AnsweredLine {
  Amount: number | undefined;
  /** With tax, where prices include it. */
  gross: number | undefined;
}

/** What became of the amounts. */
export interface ComparedAmounts {
  /** Set where they differ and the settings refuse that. */
  problem: Reason | null;
  money: MoneyNote;
  warnings: Warning[];
}

/** Compares the amounts of an answer with the document's to the minor unit. Totals include tax. */
export function compareAmounts(it: AnsweredAmounts): ComparedAmounts {
  const { answer, document, company, settings, decimals, isFolded, rounding, stated } = it;
  const shown = (minor: Minor) => decimalOf(minor, decimals);
  const total = minorOf(document.total, decimals);
  const heldTax = minorOf(answer.TxnTaxDetail?.TotalTax, decimals);
  const held = { total: minorOf(answer.TotalAmt, decimals), tax: heldTax };
  const hasNoTaxOfItsOwn = document.tax === undefined || isFolded;
  const tax = hasNoTaxOfItsOwn ? null : minorOf(document.tax?.total, decimals);
  const differences = differencesOf({ total, tax }, held);
  const verdict = judge(differences, settings.difference, stated.count);
  const amounts = reason('amount_differs', { source: shown(total), quickbooks: shown(held.total) });
  const taxes = reason('tax_differs', { source: shown(tax ?? 0n), quickbooks: shown(heldTax) });
  // A rounding line that was to make them agree did not: QuickBooks came to something else.
  const isRefused = verdict === 'refuse' || verdict === 'round';
  const found = [
    ...(differences.total === 0n ? [] : [amounts]),
    ...(differences.tax === 0n ? [] : [taxes]),
  ];
  return {
    problem: isRefused ? (found[0] ?? null) : null,
    money: pennyNote({
      document,
      company,
      settings,
      decimals,
      held,
      differences,
      lines: lineTaxes(it),
      ownTax: answer.TxnTaxDetail?.TaxLine?.some(isOwn) === true,
      isFolded,
      stated,
      rounding,
    }),
    warnings: verdict === 'warn' ? (found as Warning[]) : [],
  };
}

const isOwn = ({ TaxLineDetail: detail }: { TaxLineDetail?: { PercentBased?: boolean } }) =>
  detail?.PercentBased === false;

function lineTaxes({ answer, document, lines, decimals }: AnsweredAmounts): LineTax[] {
  const rates = answer.TxnTaxDetail?.TaxLine ?? [];
  // With one rate that charges something a line's exact tax is known: if it is taxed, by that one.
  const charging = rates.filter(({ TaxLineDetail: detail }) => detail?.TaxPercent !== 0);
  const percent = charging.length === 1 ? charging[0]?.TaxLineDetail?.TaxPercent : undefined;
  return lines.map(({ Amount, gross }, index) => {
    const net = minorOf(Amount, decimals);
    const isTaxed = rates.length === 1 || !isZero(document.lines[index]?.taxAmount);
    return {
      net,
      tax: gross === undefined ? null : minorOf(gross, decimals) - net,
      percent: percent === undefined || !isTaxed ? null : plainDecimal(percent),
    };
  });
}

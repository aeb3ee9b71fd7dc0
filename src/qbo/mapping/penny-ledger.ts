import type { MoneyNote, MoneyRule } from '../../contract/money-note.js';
import type { Settings } from '../../contract/settings.js';
import type { CompanyFacts } from './company-facts.js';
import type { Differences } from './difference.js';
import type { FormTotals } from './expected-total.js';
import { foldedParts } from './fold.js';
import type { FormDocument } from './form-document.js';
import type { StatedLines } from './grouped-form.js';
import { decimalOf, type Minor, minorOf, roundedAway } from './minor-units.js';

/** The tax of one line, as far as it is known. */
export interface LineTax {
  /** What the line comes to without tax. */
  net: Minor | null;
  /** QuickBooks' tax of the line, where it computes line by line. */
  tax: Minor | null;
  /** All its rates together, decimal string. */
  percent: string | null;
}

export interface PennyFacts {
  document: FormDocument;
  company: Pick<CompanyFacts, 'country' | 'usingSalesTax' | 'partnerTax'>;
  settings: Pick<Settings, 'difference'>;
  decimals: number;
  /** Of the document as it was stated, where this one has its lines put together. */
  stated: StatedLines;
  /** What QuickBooks holds, or would come to. */
  held: FormTotals;
  /** QuickBooks' amounts minus the document's, a rounding line left out. */
  differences: Differences;
  /** Of the document's lines, in their order. */
  lines: readonly LineTax[];
  /** Discounts, shipping and tax are part of the prices. */
  isFolded: boolean;
  /** The document's own tax stands on the form. */
  ownTax: boolean;
  /** Amount of a rounding line; null where there is none. */
  rounding: Minor | null;
}

/** What is written in the penny ledger of a document. */
export function pennyNote(facts: PennyFacts): MoneyNote {
  const { document, decimals, held, rounding, settings, differences } = facts;
  const total = minorOf(document.total, decimals);
  const rule = ruleOf(facts);
  const isJudged = rounding !== null || differences.total !== 0n || differences.tax !== 0n;
  const line = isJudged && rule !== undefined ? lineOf(facts, rule) : undefined;
  return {
    sourceTotal: decimalOf(total, decimals),
    quickbooksTotal: decimalOf(held.total, decimals),
    difference: decimalOf(held.total - total, decimals),
    ...(line !== undefined && { line }),
    ...(rule !== undefined && { rule }),
    ...(isJudged && { policy: settings.difference }),
    ...(rounding !== null && { rounding: decimalOf(rounding, decimals) }),
  };
}

function ruleOf(facts: PennyFacts): MoneyRule | undefined {
  const { document, company, isFolded, decimals, held, differences, ownTax } = facts;
  const differs = differences.total !== 0n || differences.tax !== 0n;
  if (!differs && facts.rounding === null) {
    if (isFolded) {
      return foldedParts(document, decimals) === null ? undefined : 'folded';
    }
    return ownTax ? 'tax_as_billed' : undefined;
  }
  const isOfTax = differences.tax !== 0n || (document.tax === undefined && held.tax !== 0n);
  if (!isOfTax) return 'other';
  if (!company.usingSalesTax) return 'sales_tax_off';
  if (company.country === 'US') return company.partnerTax ? 'automated_sales_tax' : 'tax_per_rate';
  return document.taxMode === 'inclusive' ? 'tax_per_line' : 'tax_per_rate';
}

function lineOf(
  { document, decimals, lines, stated: { places } }: PennyFacts,
  rule: MoneyRule,
): string | undefined {
  if (rule === 'other' || rule === 'folded') return undefined;
  if (document.lines.length === 1) return 'lines.0';
  const stated = document.lines.map(({ taxAmount }) =>
    taxAmount === undefined ? null : minorOf(taxAmount, decimals),
  );
  const index =
    rule === 'tax_per_line'
      ? lines.findIndex(({ tax }, at) => tax !== null && stated[at] !== null && tax !== stated[at])
      : mostRounded(stated, lines);
  return index === -1 ? 'tax' : `lines.${places[index] ?? index}`;
}

/** The line whose stated tax is the furthest from its exact share; -1 where none is known. */
function mostRounded(stated: readonly (Minor | null)[], lines: readonly LineTax[]): number {
  let found = -1;
  let most = 0;
  for (const [index, tax] of stated.entries()) {
    const { net, percent } = lines[index] ?? { net: null, percent: null };
    if (tax === null || net === null || percent === null) continue;
    const away = Math.abs(roundedAway(net, percent, tax));
    if (away > most) {
      most = away;
      found = index;
    }
  }
  return found;
}

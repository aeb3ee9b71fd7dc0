import { AMOUNT_DIGITS_MAX, decimalsOf } from '../../contract/money.js';
import type { CompanyFacts } from './company-facts.js';
import { decimalsUsed, exactNumber, isZero } from './exact-number.js';
import type { FormDocument } from './form-document.js';
import type { FieldProblem } from './limits.js';
import { minorOf, sumOfMinor } from './minor-units.js';
import type { WrittenForm } from './written-form.js';

/** What a form of either side states that QuickBooks cannot carry, in the document's words. */

/** Who a form is for or from: the currency is fixed for life. */
export interface Party {
  word: 'customer' | 'supplier';
  /** ISO 4217, where it is known. */
  currency: string | null;
}

type Line = FormDocument['lines'][number];

export function currencyProblems(
  document: FormDocument,
  currency: string,
  { homeCurrency, multiCurrency }: Pick<CompanyFacts, 'homeCurrency' | 'multiCurrency'>,
  party: Party,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (currency !== homeCurrency && !multiCurrency) {
    const rule = `must be ${homeCurrency}, the only currency of this company`;
    problems.push({ field: 'currency', rule });
  } else if (multiCurrency && party.currency !== null && party.currency !== currency) {
    const rule = `must be ${party.currency}, the currency of the ${party.word} in QuickBooks`;
    problems.push({ field: 'currency', rule });
  }
  const decimals = decimalsOf(currency);
  for (const field of ['total', 'discount', 'shipping'] as const) {
    const amount = document[field];
    if (amount === undefined || decimalsUsed(amount) <= decimals) continue;
    problems.push({ field, rule: `must have at most ${decimals} decimals in ${currency}` });
  }
  return problems;
}

/** Outside the United States: a mode without tax has none, and the parts of the tax add up. */
export function taxSumProblems({ tax, taxMode }: FormDocument): FieldProblem[] {
  if (taxMode === 'none' && !isZero(tax?.total)) {
    return [{ field: 'tax.total', rule: 'must be zero where taxMode is none' }];
  }
  const lines = tax?.lines ?? [];
  const sum = sumOfMinor(lines.map(({ amount }) => minorOf(amount, 3)));
  if (lines.length === 0 || sum === minorOf(tax?.total, 3)) return [];
  return [{ field: 'tax.lines', rule: 'must add up to tax.total' }];
}

export function amountProblems(line: Line, index: number, currency: string): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const add = (field: string, rule: string) =>
    problems.push({ field: `lines.${index}.${field}`, rule });
  if (exactNumber(line.amount) === undefined) {
    add('amount', `must have at most ${AMOUNT_DIGITS_MAX} digits`);
  }
  const decimals = decimalsOf(currency);
  for (const field of ['amount', 'discount', 'taxAmount'] as const) {
    const amount = line[field];
    if (amount === undefined || decimalsUsed(amount) <= decimals) continue;
    add(field, `must have at most ${decimals} decimals in ${currency}`);
  }
  return problems;
}

/** Outside the United States every line has a tax code, or the form has no tax at all. */
export function lineTaxProblems(
  line: Line,
  index: number,
  taxCodeId: string | null,
  { taxMode }: FormDocument,
  form: WrittenForm,
): FieldProblem[] {
  if (form.mode === 'us') return [];
  const problem = (field: string, rule: string) => [{ field: `lines.${index}.${field}`, rule }];
  if (taxMode === 'none') {
    if (taxCodeId !== null) return problem('taxCode', 'must not be stated where taxMode is none');
    return isZero(line.taxAmount)
      ? []
      : problem('taxAmount', 'must not be stated where taxMode is none');
  }
  if (taxCodeId === null) {
    return problem(
      'taxCode',
      'must be stated for a company outside the United States, unless taxMode is none',
    );
  }
  if (form.mode === 'TaxInclusive' && form.lines[index]?.net === null) {
    return problem('taxAmount', 'must be stated where prices include tax');
  }
  return [];
}

/** Where the company keeps one class per form, its lines cannot disagree: each that does is named. */
export function classProblems(
  classIds: readonly (string | null)[],
  { classTracking }: Pick<CompanyFacts, 'classTracking'>,
): FieldProblem[] {
  if (classTracking !== 'transaction') return [];
  const first = classIds.find((id) => id !== null);
  const rule = 'must be the same on all lines: this company keeps one class per form';
  return classIds.flatMap((id, index) =>
    id === null || id === first ? [] : [{ field: `lines.${index}.class`, rule }],
  );
}

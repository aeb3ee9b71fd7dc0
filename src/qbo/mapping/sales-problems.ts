import { LINES_MAX, type Line } from '../../contract/documents/parts.js';
import { AMOUNT_DIGITS_MAX, decimalsOf } from '../../contract/money.js';
import { decimalsUsed, exactNumber, isZero } from './exact-number.js';
import type { FieldProblem } from './limits.js';
import { minorOf, sumOfMinor } from './minor-units.js';
import {
  isFolded,
  type SalesDocument,
  type SalesFormCompany,
  type SalesFormSettings,
} from './sales-document.js';
import type { WrittenForm } from './written-form.js';

/** What a document states that QuickBooks cannot carry as it is meant, each in the document's words. */

/** Most lines of a form that has tax (Intuit's reference page of Invoice). */
export const TAXED_LINES_MAX = 750;

interface Stated {
  document: SalesDocument;
  company: SalesFormCompany;
  settings: SalesFormSettings;
  references: {
    taxCodeIds: readonly (string | null)[];
    classIds: readonly (string | null)[];
    customerCurrency: string | null;
  };
}

export function documentProblems(
  input: Stated,
  currency: string,
  form: WrittenForm,
): FieldProblem[] {
  const { document, references, company, settings } = input;
  return [
    ...currencyProblems(input, currency),
    ...signProblems(document, currency),
    ...(isFolded(settings, company) ? [] : taxProblems(document, company)),
    ...document.lines.flatMap((line, index) => [
      ...lineProblems(line, index, currency),
      ...lineTaxProblems(line, index, references.taxCodeIds[index] ?? null, input, form),
    ]),
    ...classProblems(references.classIds, company),
    ...lineCountProblems(document, form),
  ];
}

/** QuickBooks refuses a form below zero (fault 6000): what is owed to a customer is a credit memo. */
function signProblems({ total }: SalesDocument, currency: string): FieldProblem[] {
  if (minorOf(total, decimalsOf(currency)) >= 0n) return [];
  return [{ field: 'total', rule: 'must not be negative; state a credit memo instead' }];
}

function currencyProblems(
  { document, company, references }: Stated,
  currency: string,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { homeCurrency, multiCurrency } = company;
  const { customerCurrency } = references;
  if (currency !== homeCurrency && !multiCurrency) {
    const rule = `must be ${homeCurrency}, the only currency of this company`;
    problems.push({ field: 'currency', rule });
  } else if (multiCurrency && customerCurrency !== null && customerCurrency !== currency) {
    const rule = `must be ${customerCurrency}, the currency of the customer in QuickBooks`;
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

function taxProblems(document: SalesDocument, company: SalesFormCompany): FieldProblem[] {
  const { tax, taxMode } = document;
  if (company.country === 'US') {
    if (taxMode !== 'inclusive') return [];
    return [
      {
        field: 'taxMode',
        rule: 'must not be inclusive for a company in the United States, unless tax is folded into prices',
      },
    ];
  }
  if (taxMode === 'none' && !isZero(tax?.total)) {
    return [{ field: 'tax.total', rule: 'must be zero where taxMode is none' }];
  }
  const lines = tax?.lines ?? [];
  const sum = sumOfMinor(lines.map(({ amount }) => minorOf(amount, 3)));
  if (lines.length === 0 || sum === minorOf(tax?.total, 3)) return [];
  return [{ field: 'tax.lines', rule: 'must add up to tax.total' }];
}

function lineProblems(line: Line, index: number, currency: string): FieldProblem[] {
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
  if (line.account !== undefined) {
    add(
      'account',
      'an invoice line has no account of its own; QuickBooks takes it from the product',
    );
  }
  return problems;
}

function lineTaxProblems(
  line: Line,
  index: number,
  taxCodeId: string | null,
  { document: { taxMode }, company }: Stated,
  form: WrittenForm,
): FieldProblem[] {
  if (company.country === 'US') return [];
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
  if (taxMode === 'inclusive' && form.lines[index]?.net === null) {
    return problem('taxAmount', 'must be stated where prices include tax');
  }
  return [];
}

/** Where the company keeps one class per form, its lines cannot disagree. */
function classProblems(
  classIds: readonly (string | null)[],
  { classTracking }: SalesFormCompany,
): FieldProblem[] {
  if (classTracking !== 'transaction') return [];
  const first = classIds.find((id) => id !== null);
  const other = classIds.findIndex((id) => id !== null && id !== first);
  if (other === -1) return [];
  const rule = 'must be the same on all lines: this company keeps one class per form';
  return [{ field: `lines.${other}.class`, rule }];
}

function lineCountProblems(document: SalesDocument, form: WrittenForm): FieldProblem[] {
  const lines = form.lines.length + (form.discount === 0n ? 0 : 1);
  if (lines > LINES_MAX) return [{ field: 'lines', rule: `must be at most ${LINES_MAX} in all` }];
  const isTaxed =
    form.mode === 'us'
      ? form.lines.some(({ taxCodeId }) => taxCodeId === 'TAX')
      : form.mode !== 'NotApplicable' && !isZero(document.tax?.total);
  if (!isTaxed || lines <= TAXED_LINES_MAX) return [];
  return [{ field: 'lines', rule: `must be at most ${TAXED_LINES_MAX} where there is tax` }];
}

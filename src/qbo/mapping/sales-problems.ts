import { belowZeroRule } from '../../contract/documents/index.js';
import { LINES_MAX, type Line } from '../../contract/documents/parts.js';
import { decimalsOf } from '../../contract/money.js';
import { isZero } from './exact-number.js';
import {
  amountProblems,
  classProblems,
  currencyProblems,
  lineTaxProblems,
  taxSumProblems,
} from './form-problems.js';
import type { FieldProblem } from './limits.js';
import { minorOf } from './minor-units.js';
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
    ...currencyProblems(document, currency, company, {
      word: 'customer',
      currency: references.customerCurrency,
    }),
    ...signProblems(document, currency),
    ...(isFolded(settings, company) ? [] : taxProblems(document, company)),
    ...document.lines.flatMap((line, index) => [
      ...amountProblems(line, index, currency),
      ...accountProblems(line, index),
      ...(company.country === 'US'
        ? []
        : lineTaxProblems(line, index, references.taxCodeIds[index] ?? null, document, form)),
    ]),
    ...classProblems(references.classIds, company),
    ...lineCountProblems(document, form),
  ];
}

function signProblems({ total }: SalesDocument, currency: string): FieldProblem[] {
  if (minorOf(total, decimalsOf(currency)) >= 0n) return [];
  return [{ field: 'total', rule: belowZeroRule('invoice') }];
}

function taxProblems(document: SalesDocument, company: SalesFormCompany): FieldProblem[] {
  const { taxMode } = document;
  if (company.country === 'US') {
    if (taxMode !== 'inclusive') return [];
    return [
      {
        field: 'taxMode',
        rule: 'must not be inclusive for a company in the United States, unless tax is folded into prices',
      },
    ];
  }
  return taxSumProblems(document);
}

function accountProblems(line: Line, index: number): FieldProblem[] {
  if (line.account === undefined) return [];
  const rule = 'an invoice line has no account of its own; QuickBooks takes it from the product';
  return [{ field: `lines.${index}.account`, rule }];
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

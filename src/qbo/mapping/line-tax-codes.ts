import { isZero } from './exact-number.js';
import type { FieldProblem } from './limits.js';
import {
  isFolded,
  type SalesDocument,
  type SalesFormCompany,
  type SalesFormSettings,
} from './sales-document.js';

/** Words of lines in the United States: with sales tax, and without. */
export const TAXABLE = 'TAX';
export const NON_TAXABLE = 'NON';

/** The tax codes of a form. */
export interface FormTaxCodes {
  /** Per line; null: none is sent. */
  lines: (string | null)[];
  /** The code of the form as a whole, where the document names one (United States). */
  form: string | null;
  problems: FieldProblem[];
}

/** A reference of a US line that is only the word for "taxable" or "not". */
export function taxWord(reference: { name?: string; recordId?: string } | undefined) {
  const word = (reference?.name ?? reference?.recordId)?.trim().toUpperCase();
  return word === TAXABLE || word === NON_TAXABLE ? word : undefined;
}

/**
 * Tax codes of the lines. Outside the United States those of the document; inside, each line says
 * only whether it is taxable: as its code or its tax says, or, where no line says anything, all of
 * them where the form has tax. Folded prices are never taxable, so that nothing is added.
 *
 * @param named QuickBooks' ids of the codes that lines name, as far as they are known
 */
export function formTaxCodes(
  document: SalesDocument,
  named: readonly (string | null)[],
  settings: Pick<SalesFormSettings, 'tax'>,
  company: Pick<SalesFormCompany, 'country' | 'partnerTax'>,
): FormTaxCodes {
  if (company.country !== 'US') return { lines: [...named], form: null, problems: [] };
  const all = (word: string | null) => document.lines.map(() => word);
  const hasTax = !isZero(document.tax?.total);
  if (isFolded(settings, company) || (settings.tax !== 'quickbooks_computes' && !hasTax)) {
    return { lines: all(NON_TAXABLE), form: null, problems: [] };
  }
  const said = document.lines.map((line, index) => saidOf(line, named[index] ?? null));
  const nobodySays = said.every((word) => word === undefined);
  if (nobodySays) return { lines: all(hasTax ? TAXABLE : null), form: null, problems: [] };
  return {
    lines: said.map((word) => word ?? NON_TAXABLE),
    ...codeOfForm(said, named, company),
  };
}

function saidOf(line: SalesDocument['lines'][number], named: string | null) {
  const word = taxWord(line.taxCode);
  if (word !== undefined) return word;
  if (named !== null) return TAXABLE;
  if (line.taxAmount === undefined) return undefined;
  return isZero(line.taxAmount) ? NON_TAXABLE : TAXABLE;
}

/** One code for the form; the automated engine replaces whatever is sent, so none is. */
function codeOfForm(
  said: readonly (string | undefined)[],
  named: readonly (string | null)[],
  { partnerTax }: Pick<SalesFormCompany, 'partnerTax'>,
): Pick<FormTaxCodes, 'form' | 'problems'> {
  if (partnerTax) return { form: null, problems: [] };
  const taxed = named.flatMap((id, index) => (said[index] === TAXABLE && id !== null ? [id] : []));
  const other = named.findIndex((id) => id !== null && id !== taxed[0]);
  if (taxed.length === 0 || other === -1) return { form: taxed[0] ?? null, problems: [] };
  const rule = 'must be the same on all lines: a form in the United States has one tax code';
  return { form: null, problems: [{ field: `lines.${other}.taxCode`, rule }] };
}

import { toMinorUnits } from '../money.js';
import type { FormFields } from './form.js';

type TaxedForm = Omit<FormFields, 'total'>;

/**
 * The lines, each with the form's tax code where the form states one code for all of it and its lines
 * state none. One that taxes a part of the form says nothing of which lines it is for.
 */
export function linesWithSoleCode(form: TaxedForm): FormFields['lines'] {
  const { lines, tax, taxMode } = form;
  const [sole, ...others] = tax?.lines ?? [];
  if (sole === undefined || others.length > 0 || taxMode === 'none') return lines;
  if (lines.some(({ taxCode }) => taxCode !== undefined)) return lines;
  const { taxCode, taxable } = sole;
  return isAllOf(form, taxable) ? lines.map((line) => ({ ...line, taxCode })) : lines;
}

/** Whether the amount is what the form comes to without its tax; shipping may be taxed or not. */
function isAllOf(form: TaxedForm, taxable: string): boolean {
  const minor = (amount: string | undefined) =>
    amount === undefined ? 0n : BigInt(toMinorUnits(amount, form.currency));
  const lines = form.lines.reduce((sum, row) => sum + minor(row.amount) - minor(row.discount), 0n);
  const inside = form.taxMode === 'inclusive' ? minor(form.tax?.total) : 0n;
  const net = lines - minor(form.discount) - inside;
  return [net, net + minor(form.shipping)].includes(minor(taxable));
}

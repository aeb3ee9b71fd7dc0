import { taxBases } from './expected-total.js';
import { type Minor, minorOf, percentOf, sumOfMinor } from './minor-units.js';
import type { SalesDocument } from './sales-document.js';
import { largestRemainder } from './shares.js';
import type { RatesByCode } from './tax-rates.js';
import type { TaxOfRate, WrittenForm } from './written-form.js';

/**
 * The document's own tax per rate, where it is another one than QuickBooks would compute; undefined
 * where QuickBooks comes to the same, or where the document's tax cannot be told apart by rates.
 * Whoever changes the tax of one rate states all rates in use (Intuit's sales tax guide).
 *
 * @param lineCodeIds QuickBooks' ids of the codes of `tax.lines`
 */
export function billedRates(
  form: WrittenForm,
  document: SalesDocument,
  lineCodeIds: readonly (string | null)[],
  rates: RatesByCode,
): TaxOfRate[] | undefined {
  const computed = taxBases(form, rates);
  if (computed === undefined || document.tax === undefined) return undefined;
  const billed =
    document.tax.lines.length === 0
      ? spread(minorOf(document.tax.total, form.decimals), computed)
      : perCode(form, document.tax.lines, lineCodeIds, rates);
  if (billed === undefined) return undefined;
  const used = new Set(computed.map(({ id }) => id));
  // Tax of a rate that no line has cannot stand on the form.
  if ([...billed].some(([id, tax]) => tax !== 0n && !used.has(id))) return undefined;
  const result = computed.map((base) => ({ ...base, tax: billed.get(base.id) ?? 0n }));
  return result.every(({ tax }, index) => tax === computed[index]?.tax) ? undefined : result;
}

type TaxById = ReadonlyMap<string, Minor>;

/** A sum of tax over the rates, in proportion to what QuickBooks computes for each. */
function spread(total: Minor, computed: readonly TaxOfRate[]): TaxById | undefined {
  const weights = computed.map(({ tax }) => tax);
  if (sumOfMinor(weights) === 0n) return total === 0n ? new Map() : undefined;
  const parts = largestRemainder(total, weights);
  return new Map(computed.map(({ id }, index) => [id, parts[index] ?? 0n]));
}

/** Tax stated per code, over the rates of each code. */
function perCode(
  { decimals }: WrittenForm,
  lines: NonNullable<SalesDocument['tax']>['lines'],
  codeIds: readonly (string | null)[],
  rates: RatesByCode,
): TaxById | undefined {
  const taxes = new Map<string, Minor>();
  for (const [index, line] of lines.entries()) {
    const charged = rates.get(codeIds[index] ?? '');
    if (charged === undefined) return undefined;
    const taxable = minorOf(line.taxable, decimals);
    const computed = charged.map((rate) => ({
      ...rate,
      net: taxable,
      tax: percentOf(taxable, rate.percent),
    }));
    const parts = spread(minorOf(line.amount, decimals), computed);
    if (parts === undefined) return undefined;
    for (const [id, tax] of parts) taxes.set(id, (taxes.get(id) ?? 0n) + tax);
  }
  return taxes;
}

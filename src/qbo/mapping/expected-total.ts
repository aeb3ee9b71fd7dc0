import { exactSum } from './exact-number.js';
import { type Minor, netOfGross, percentOf, sumOfMinor } from './minor-units.js';
import type { SalesFeatures } from './sales-document.js';
import { runningShares } from './shares.js';
import type { RatesByCode, TaxRate } from './tax-rates.js';
import type { TaxOfRate, WrittenForm, WrittenLine } from './written-form.js';

/** What QuickBooks comes to. */
export interface FormTotals {
  /** With tax. */
  total: Minor;
  /** Null where the total is known and the tax in it is not. */
  tax: Minor | null;
}

/**
 * What QuickBooks will come to for a form, by its own arithmetic; undefined where that cannot be
 * known before it is sent: the automated sales tax of the United States, codes whose rates are not
 * mirrored. Sources: Intuit's reference page of Invoice and its sales tax guide.
 */
export function expectedTotals(
  form: WrittenForm,
  company: Pick<SalesFeatures, 'usingSalesTax' | 'partnerTax'>,
  rates: RatesByCode,
): FormTotals | undefined {
  const sold = sumOfMinor(form.lines.map(({ amount }) => amount)) - form.discount;
  if (form.mode === 'TaxInclusive') {
    // A company that collects no sales tax: what it makes of prices with tax is not documented.
    return company.usingSalesTax ? { total: sold, tax: inclusiveTax(form.lines) } : undefined;
  }
  const tax = taxOnTop(form, company, rates);
  return tax === undefined ? undefined : { total: sold + tax, tax };
}

/** Each line's tax is what its net part leaves of its price. */
function inclusiveTax(lines: readonly WrittenLine[]): Minor | null {
  let tax = 0n;
  for (const { amount, net } of lines) {
    if (net === null) return null;
    tax += amount - net;
  }
  return tax;
}

function taxOnTop(
  form: WrittenForm,
  company: Pick<SalesFeatures, 'usingSalesTax' | 'partnerTax'>,
  rates: RatesByCode,
): Minor | undefined {
  // Tax of any kind is ignored and not stored then.
  if (!company.usingSalesTax || form.mode === 'NotApplicable') return 0n;
  const { tax } = form;
  switch (tax.kind) {
    case 'total':
      return tax.tax;
    case 'rates':
      return sumOfMinor(tax.rates.map((rate) => rate.tax));
    case 'code':
      return taxOf(basesOfCode(form, tax.taxCodeId, rates));
    case 'computed':
      return form.mode === 'us' ? usTaxByDefault(form) : taxOf(taxBases(form, rates));
  }
}

/** Without a code of ours only a form of no taxable line is foreseen: whose code rules is theirs. */
function usTaxByDefault({ lines }: WrittenForm): Minor | undefined {
  return lines.some(({ taxCodeId }) => taxCodeId === 'TAX') ? undefined : 0n;
}

const taxOf = (bases: readonly TaxOfRate[] | undefined): Minor | undefined =>
  bases === undefined ? undefined : sumOfMinor(bases.map(({ tax }) => tax));

/**
 * The tax of each rate outside the United States: computed once on the sum of its lines, a discount
 * off first, line by line in proportion. Undefined where the rates of a line are not known.
 */
export function taxBases(form: WrittenForm, rates: RatesByCode): TaxOfRate[] | undefined {
  const amounts = netAmounts(form);
  const bases = new Map<string, TaxRate & { net: Minor }>();
  for (const [index, { taxCodeId }] of form.lines.entries()) {
    const charged = taxCodeId === null ? [] : rates.get(taxCodeId);
    if (charged === undefined) return undefined;
    for (const rate of charged) {
      const net = (bases.get(rate.id)?.net ?? 0n) + (amounts[index] ?? 0n);
      bases.set(rate.id, { ...rate, net });
    }
  }
  return [...bases.values()].map((base) => ({ ...base, tax: percentOf(base.net, base.percent) }));
}

/** One code for the whole form, on its taxable lines. */
function basesOfCode(
  form: WrittenForm,
  taxCodeId: string,
  rates: RatesByCode,
): TaxOfRate[] | undefined {
  const amounts = netAmounts(form);
  const taxable = form.lines.reduce(
    (sum, line, index) => (line.taxCodeId === 'TAX' ? sum + (amounts[index] ?? 0n) : sum),
    0n,
  );
  return rates
    .get(taxCodeId)
    ?.map((rate) => ({ ...rate, net: taxable, tax: percentOf(taxable, rate.percent) }));
}

/** Lines after their share of the discount. */
function netAmounts({ lines, discount }: WrittenForm): Minor[] {
  const amounts = lines.map(({ amount }) => amount);
  const shares = runningShares(discount, amounts);
  return amounts.map((amount, index) => amount - (shares[index] ?? 0n));
}

/** The net part of a price that holds tax; null where the rates of its code are not known. */
export function netPart(gross: Minor, taxCodeId: string | null, rates: RatesByCode): Minor | null {
  const charged = taxCodeId === null ? [] : rates.get(taxCodeId);
  return charged === undefined
    ? null
    : netOfGross(gross, exactSum(charged.map(({ percent }) => percent)));
}

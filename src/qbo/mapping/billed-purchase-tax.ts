import { exactSum, isZero } from './exact-number.js';
import { taxBases } from './expected-total.js';
import type { FormDocument } from './form-document.js';
import { absolute, type Minor, minorOf, percentOf, sumOfMinor } from './minor-units.js';
import { largestRemainder } from './shares.js';
import type { RatesByCode, TaxRate } from './tax-rates.js';
import type { TaxOfRate, WrittenForm, WrittenLine } from './written-form.js';

/** What a document says of the tax its supplier billed. */
interface Billed {
  document: Pick<FormDocument, 'tax'>;
  /** Per line; null where it states none. */
  taxAmounts: readonly (Minor | null)[];
  /** QuickBooks' ids of the codes of `tax.lines`. */
  codeIds: readonly (string | null)[];
  rates: RatesByCode;
}

/** The lines of one tax code. */
interface OfCode {
  codeId: string;
  charged: readonly TaxRate[];
  /** Places of its lines. */
  places: number[];
  /** What QuickBooks computes for them. */
  tax: Minor;
}

/**
 * The form with the tax as its supplier billed it, where QuickBooks computes another one for some
 * rate: every rate in use is stated then (Intuit's sales tax guide). Prices that include tax are
 * written without it in that case, because what QuickBooks makes of another tax inside of prices is
 * not documented. The form as it is where QuickBooks comes to the same, or where the billed tax
 * cannot stand on its lines: what differs then is judged with the totals.
 */
export function billedPurchase<Line extends WrittenLine>(
  form: WrittenForm<Line>,
  billed: Billed,
): WrittenForm<Line> {
  const codes = codesOf(form, billed.rates);
  const taxes = codes === undefined ? undefined : taxesOf(codes, billed, form.decimals);
  if (codes === undefined || taxes === undefined) return form;
  const isGross = form.mode === 'TaxInclusive';
  if (isGross && codes.every(({ tax }, index) => tax === taxes[index])) return form;
  const net = isGross ? withoutTax(form, { codes, taxes, taxAmounts: billed.taxAmounts }) : form;
  const bases = taxBases(net, billed.rates);
  const own = bases === undefined ? undefined : ratesOf(net, bases, { codes, taxes });
  if (bases === undefined || own === undefined) return form;
  const isSame = own.every(({ tax }, index) => tax === bases[index]?.tax);
  return isSame ? net : { ...net, tax: { kind: 'rates', rates: own } };
}

/** Undefined where the rates of a line are not known, or its net part is not. */
function codesOf(form: WrittenForm, rates: RatesByCode): OfCode[] | undefined {
  const codes = new Map<string, OfCode>();
  for (const [place, { taxCodeId, amount, net }] of form.lines.entries()) {
    const charged = taxCodeId === null ? undefined : rates.get(taxCodeId);
    const isNetMissing = form.mode === 'TaxInclusive' && net === null;
    if (taxCodeId === null || charged === undefined || isNetMissing) return undefined;
    const known = codes.get(taxCodeId) ?? { codeId: taxCodeId, charged, places: [], tax: 0n };
    const tax = net === null ? 0n : known.tax + amount - net;
    codes.set(taxCodeId, { ...known, places: [...known.places, place], tax });
  }
  const found = [...codes.values()];
  if (form.mode === 'TaxInclusive') return found;
  return found.map((code) => ({ ...code, tax: sumOfMinor(computed(form, code)) }));
}

/** QuickBooks' tax for each rate of a code. */
function computed({ lines }: WrittenForm, { places, charged }: OfCode): Minor[] {
  const net = sumOfMinor(places.map((place) => lines[place]?.amount ?? 0n));
  return charged.map(({ percent }) => percentOf(net, percent));
}

/**
 * The billed tax of each code: by `tax.lines`, else by the lines where theirs come to all of it, else
 * QuickBooks' own with the difference on the largest. Undefined where some code cannot carry its tax:
 * one of 0 %, or a reverse charge, whose rates cancel each other.
 */
function taxesOf(
  codes: readonly OfCode[],
  { document: { tax }, taxAmounts, codeIds }: Billed,
  decimals: number,
): Minor[] | undefined {
  if (tax === undefined) return undefined;
  const total = minorOf(tax.total, decimals);
  if (tax.lines.length > 0) {
    const stated = new Map<string, Minor>();
    for (const [index, { amount }] of tax.lines.entries()) {
      const id = codeIds[index] ?? '';
      stated.set(id, (stated.get(id) ?? 0n) + minorOf(amount, decimals));
    }
    const used = new Set(codes.map(({ codeId }) => codeId));
    // Tax of a code that no line has cannot stand on the form.
    if ([...stated].some(([id, amount]) => amount !== 0n && !used.has(id))) return undefined;
    return carried(codes, (code) => stated.get(code.codeId) ?? 0n);
  }
  if (isByLines(taxAmounts, total)) {
    return carried(codes, ({ places }) =>
      sumOfMinor(places.map((place) => taxAmounts[place] ?? 0n)),
    );
  }
  return madeUp(
    total,
    codes.map((code) => ({ amount: code.tax, bears: canCarry(code) })),
  );
}

function isByLines(taxAmounts: readonly (Minor | null)[], total: Minor): boolean {
  const stated = taxAmounts.flatMap((amount) => amount ?? []);
  return stated.length > 0 && sumOfMinor(stated) === total;
}

function carried(codes: readonly OfCode[], taxOf: (code: OfCode) => Minor): Minor[] | undefined {
  const taxes = codes.map(taxOf);
  const fits = codes.every((code, index) => code.tax === taxes[index] || canCarry(code));
  return fits ? taxes : undefined;
}

/** Whether a code's tax can be another one: some rate charges, and they do not cancel each other. */
function canCarry({ charged }: OfCode): boolean {
  return !isZero(exactSum(charged.map(({ percent }) => percent)));
}

/**
 * The amounts with what they lack of the total put on the largest that may bear it; over all of these
 * in proportion where that would turn the sign of the largest. Undefined where none may.
 */
function madeUp(
  total: Minor,
  parts: readonly { amount: Minor; bears: boolean }[],
): Minor[] | undefined {
  const amounts = parts.map(({ amount }) => amount);
  const lacking = total - sumOfMinor(amounts);
  if (lacking === 0n) return amounts;
  const bearing = parts.flatMap(({ bears }, index) => (bears ? [index] : []));
  const [first] = bearing;
  if (first === undefined) return undefined;
  const at = (index: number) => amounts[index] ?? 0n;
  const largest = bearing.reduce(
    (best, index) => (absolute(at(index)) > absolute(at(best)) ? index : best),
    first,
  );
  const weights = parts.map(({ amount, bears }) => (bears ? amount : 0n));
  if ((at(largest) + lacking) * at(largest) < 0n && sumOfMinor(weights) !== 0n) {
    const shares = largestRemainder(sumOfMinor(weights) + lacking, weights);
    return parts.map(({ amount, bears }, index) => (bears ? (shares[index] ?? 0n) : amount));
  }
  return amounts.map((amount, index) => (index === largest ? amount + lacking : amount));
}

interface Taxes {
  codes: readonly OfCode[];
  /** Of each code. */
  taxes: readonly Minor[];
}

/** Prices without the tax that was billed in them. */
function withoutTax<Line extends WrittenLine>(
  form: WrittenForm<Line>,
  { codes, taxes, taxAmounts }: Taxes & Pick<Billed, 'taxAmounts'>,
): WrittenForm<Line> {
  const inside = new Map<number, Minor>();
  for (const [index, { places }] of codes.entries()) {
    const tax = taxes[index] ?? 0n;
    const own = places.map((place) => taxAmounts[place] ?? null);
    const parts = isByLines(own, tax)
      ? own.map((amount) => amount ?? 0n)
      : madeUp(
          tax,
          places.map((place) => ({ amount: taxInside(form, place), bears: true })),
        );
    for (const [nth, place] of places.entries()) inside.set(place, parts?.[nth] ?? 0n);
  }
  return {
    ...form,
    mode: 'TaxExcluded',
    lines: form.lines.map((line, place) => ({
      ...line,
      amount: line.amount - (inside.get(place) ?? 0n),
      net: null,
    })),
  };
}

function taxInside({ lines }: WrittenForm, place: number): Minor {
  const { amount, net } = lines[place] ?? { amount: 0n, net: null };
  return net === null ? 0n : amount - net;
}

/** The billed tax of each rate: that of a code over its rates, the difference on the largest. */
function ratesOf(
  form: WrittenForm,
  bases: readonly TaxOfRate[],
  { codes, taxes }: Taxes,
): TaxOfRate[] | undefined {
  const byRate = new Map<string, Minor>();
  for (const [index, code] of codes.entries()) {
    const amounts = computed(form, code);
    const parts = madeUp(
      taxes[index] ?? 0n,
      code.charged.map(({ percent }, nth) => ({
        amount: amounts[nth] ?? 0n,
        bears: !isZero(percent),
      })),
    );
    if (parts === undefined) return undefined;
    for (const [nth, { id }] of code.charged.entries()) {
      byRate.set(id, (byRate.get(id) ?? 0n) + (parts[nth] ?? 0n));
    }
  }
  return bases.map((base) => ({ ...base, tax: byRate.get(base.id) ?? 0n }));
}

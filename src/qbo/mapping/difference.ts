import type { Settings } from '../../contract/settings.js';
import { type FormTotals, netPart } from './expected-total.js';
import { NON_TAXABLE } from './line-tax-codes.js';
import { absolute, type Minor } from './minor-units.js';
import type { RatesByCode } from './tax-rates.js';
import type { WrittenForm, WrittenLine } from './written-form.js';

/** QuickBooks' amounts minus the document's. */
export interface Differences {
  total: Minor;
  /** 0 where the document states no tax, or QuickBooks' is not known. */
  tax: Minor;
}

/** What is done about a difference. */
export type Verdict = 'agrees' | 'warn' | 'round' | 'refuse';

export function differencesOf(
  billed: { total: Minor; tax: Minor | null },
  held: FormTotals,
): Differences {
  const tax = billed.tax === null || held.tax === null ? 0n : held.tax - billed.tax;
  return { total: held.total - billed.total, tax };
}

/**
 * What the policy says to a difference. Only what rounding can explain is ever rounded: one unit per
 * line, and two on the shortest form; more is an error in the document or in QuickBooks, which a
 * line must not hide.
 */
export function judge(
  { total, tax }: Differences,
  policy: Settings['difference'],
  lines: number,
): Verdict {
  if (total === 0n && tax === 0n) return 'agrees';
  if (policy !== 'rounding_line') return policy;
  const most = BigInt(Math.max(lines, 2));
  if (absolute(total) > most || absolute(tax) > most) return 'refuse';
  return total === 0n ? 'warn' : 'round';
}

/** What a rounding line says, by which it is known again. */
export const ROUNDING_LINE = 'Rounding';

/** How far from the difference itself the amount of a rounding line is tried. */
const NEIGHBOURS: readonly Minor[] = [0n, 1n, -1n, 2n, -2n];

/**
 * The form with a line more, with which QuickBooks comes to the total. Outside the United States the
 * line has a tax code: one that charges nothing where the company has such a code, else one of the
 * form's, which may move the tax, so that amounts beside the difference are tried as well. Undefined
 * where none of them fits.
 */
export function withRoundingLine<Line extends WrittenLine>(
  form: WrittenForm<Line>,
  missing: Minor,
  o: {
    /** What is rounded with: the line as its side writes it. */
    lineOf(line: WrittenLine): Line;
    untaxedCodeId: string | null;
    total: Minor;
    rates: RatesByCode;
    foresee(form: WrittenForm<Line>): FormTotals | undefined;
  },
): WrittenForm<Line> | undefined {
  const codes = roundingCodes(form, o.untaxedCodeId);
  // Below what is sold and above shipping, where QuickBooks keeps it.
  const sold = form.lines.filter(({ field }) => field !== 'shipping');
  for (const taxCodeId of codes) {
    for (const beside of NEIGHBOURS) {
      const amount = missing + beside;
      if (amount === 0n) continue;
      const rounding = o.lineOf({
        field: 'rounding',
        description: ROUNDING_LINE,
        amount,
        net: form.mode === 'TaxInclusive' ? netPart(amount, taxCodeId, o.rates) : null,
        price: {},
        taxCodeId,
        classId: null,
      });
      const lines = [...sold, rounding, ...form.lines.slice(sold.length)];
      const tried = { ...form, lines };
      if (o.foresee(tried)?.total === o.total) return tried;
    }
  }
  return undefined;
}

function roundingCodes({ mode, lines }: WrittenForm, untaxed: string | null): (string | null)[] {
  if (mode === 'us') return [NON_TAXABLE];
  if (mode === 'NotApplicable') return [null];
  const ofLines = lines.map(({ taxCodeId }) => taxCodeId);
  return [...new Set(untaxed === null ? ofLines : [untaxed, ...ofLines])];
}

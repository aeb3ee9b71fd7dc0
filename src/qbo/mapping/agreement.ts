import type { MoneyNote } from '../../contract/money-note.js';
import { type Reason, reason } from '../../contract/reasons.js';
import { differencesOf, judge, withRoundingLine } from './difference.js';
import { exactSum } from './exact-number.js';
import type { FormTotals } from './expected-total.js';
import { decimalOf, type Minor, minorOf } from './minor-units.js';
import { type LineTax, type PennyFacts, pennyNote } from './penny-ledger.js';
import type { RatesByCode } from './tax-rates.js';
import type { WrittenForm, WrittenLine } from './written-form.js';

/** Why a form must not be sent as it is. */
export interface Refusal {
  reason: Reason;
  money: MoneyNote;
}

export interface Agreement<Line extends WrittenLine> {
  form: WrittenForm<Line>;
  /** Set where QuickBooks would come to other amounts, and the settings refuse that. */
  refusal: Refusal | null;
  /** What rounding lines are written with has to be known first: one is needed. */
  needsRounding: boolean;
}

/** A form that is to agree with its document. */
export interface ToAgree<Line extends WrittenLine>
  extends Pick<
    PennyFacts,
    'document' | 'company' | 'settings' | 'decimals' | 'isFolded' | 'stated'
  > {
  form: WrittenForm<Line>;
  rates: RatesByCode;
  /** Undefined where what QuickBooks comes to is not known before. */
  foresee(form: WrittenForm<Line>): FormTotals | undefined;
  rounding: {
    lineOf(line: WrittenLine): Line;
    isKnown: boolean;
    /** A code that charges nothing, outside the United States. */
    untaxedCodeId: string | null;
  };
}

/** The form as it may be sent: with a rounding line where that makes the totals agree. */
export function agreeing<Line extends WrittenLine>(it: ToAgree<Line>): Agreement<Line> {
  const { form, document, settings, rates, decimals, foresee, rounding } = it;
  const held = foresee(form);
  const stays = { form, refusal: null, needsRounding: false };
  if (held === undefined) return stays;
  const total = minorOf(document.total, decimals);
  const differences = differencesOf({ total, tax: billedTax(it) }, held);
  const refused = { ...stays, refusal: refusalOf(it, held) };
  switch (judge(differences, settings.difference, it.stated.count)) {
    case 'agrees':
    case 'warn':
      return stays;
    case 'refuse':
      return refused;
    case 'round': {
      const { lineOf, untaxedCodeId, isKnown } = rounding;
      const missing = total - held.total;
      const o = { lineOf, untaxedCodeId, total, rates, foresee };
      const rounded = withRoundingLine(form, missing, o);
      if (rounded === undefined) return refused;
      return { form: rounded, refusal: null, needsRounding: !isKnown };
    }
  }
}

/** Null where the document states no tax, or has it in its prices. */
function billedTax({
  document,
  isFolded,
  decimals,
}: Pick<PennyFacts, 'document' | 'isFolded' | 'decimals'>): Minor | null {
  return document.tax === undefined || isFolded ? null : minorOf(document.tax.total, decimals);
}

function refusalOf<Line extends WrittenLine>(it: ToAgree<Line>, held: FormTotals): Refusal {
  const { form, document, company, settings, rates, decimals, isFolded, stated } = it;
  const total = minorOf(document.total, decimals);
  const tax = billedTax(it);
  const differences = differencesOf({ total, tax }, held);
  const shown = (minor: Minor) => decimalOf(minor, decimals);
  const lines = form.lines.slice(0, document.lines.length).map((line): LineTax => {
    const charged = line.taxCodeId === null ? undefined : rates.get(line.taxCodeId);
    return {
      net: line.net ?? line.amount,
      tax: line.net === null ? null : line.amount - line.net,
      percent: charged === undefined ? null : exactSum(charged.map(({ percent }) => percent)),
    };
  });
  return {
    reason:
      differences.total === 0n
        ? reason('tax_differs', { source: shown(tax ?? 0n), quickbooks: shown(held.tax ?? 0n) })
        : reason('amount_differs', { source: shown(total), quickbooks: shown(held.total) }),
    money: pennyNote({
      document,
      company,
      settings,
      decimals,
      held,
      differences,
      lines,
      isFolded,
      stated,
      ownTax: false,
      rounding: null,
    }),
  };
}

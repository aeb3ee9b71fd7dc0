/** Tax from codes and their rates, to the cent: the arithmetic that sales and purchases share. */

import type { Company } from '../../engine/company.js';
import { amountOf, cents, netOfGrossCents, percentOfCents } from '../../engine/money.js';
import { type JsonObject, numberOf, objectOf, objectsOf, refIdOf, textOf } from '../../json.js';

export interface Rate {
  rateId: string;
  /** 20 for 20 %. Negative for the second half of a reverse charge. */
  percent: number;
}

/** One rate of a transaction: what it is charged on and what it comes to. */
export interface TaxBase extends Rate {
  netCents: number;
  taxCents: number;
}

/**
 * The rates of a tax code for one side of the books; none for an unknown code or `NON`.
 *
 * @param date the day of the transaction, for rates that change; default: the present rate
 */
export function ratesOf(
  company: Company,
  codeId: string | undefined,
  side: 'Sales' | 'Purchase',
  date?: string,
): Rate[] {
  const list = objectOf(company.find('TaxCode', codeId), `${side}TaxRateList`);
  return objectsOf(list, 'TaxRateDetail').flatMap((detail) => {
    const rateId = refIdOf(detail, 'TaxRateRef');
    const percent = percentOn(company.find('TaxRate', rateId), date);
    return rateId === undefined || percent === undefined ? [] : [{ rateId, percent }];
  });
}

/** The value in force on that day; the present one where the list of values says nothing of it. */
function percentOn(rate: JsonObject | undefined, date: string | undefined): number | undefined {
  const inForce = objectsOf(rate, 'EffectiveTaxRate').find((each) => {
    const from = textOf(each, 'EffectiveDate')?.slice(0, 10) ?? '';
    const to = textOf(each, 'EndDate')?.slice(0, 10);
    return date !== undefined && from <= date && (to === undefined || date <= to);
  });
  return numberOf(inForce, 'RateValue') ?? numberOf(rate, 'RateValue');
}

/** A line as the tax sees it. */
export interface TaxedLine {
  rates: readonly Rate[];
  netCents: number;
  /** With tax included: the amount that must not change. */
  grossCents?: number;
}

/**
 * The bases of all lines together. Without gross amounts the tax is computed once per rate on the
 * sum of its lines, so that rounding line by line cannot add up. With them each line's tax is
 * what its net part leaves of the gross.
 */
export function basesOf(lines: readonly TaxedLine[]): TaxBase[] {
  const bases = new Map<string, TaxBase>();
  const fixed = new Set<string>();
  for (const { rates, netCents, grossCents } of lines) {
    const taxes = grossCents === undefined ? undefined : shares(netCents, grossCents, rates);
    for (const [index, rate] of rates.entries()) {
      const base = bases.get(rate.rateId) ?? { ...rate, netCents: 0, taxCents: 0 };
      const taxCents = base.taxCents + (taxes?.[index] ?? 0);
      bases.set(rate.rateId, { ...base, netCents: base.netCents + netCents, taxCents });
      if (taxes !== undefined) fixed.add(rate.rateId);
    }
  }
  return [...bases.values()].map((base) => {
    if (fixed.has(base.rateId)) return base;
    return { ...base, taxCents: percentOfCents(base.netCents, base.percent) };
  });
}

/** The net part of a gross amount under all its rates together. */
export function netCentsOf(grossCents: number, rates: readonly Rate[]): number {
  return netOfGrossCents(grossCents, percentOf(rates));
}

/** All rates of a line together, in percent; 0 for a reverse charge. */
export function percentOf(rates: readonly Rate[]): number {
  // Rounded, because binary sums such as 8.25 + 1.1 carry digits the rates do not have.
  return Number(rates.reduce((sum, { percent }) => sum + percent, 0).toFixed(6));
}

/** Splits a line's tax over its rates; the first rate takes what rounding leaves. */
function shares(netCents: number, grossCents: number, rates: readonly Rate[]): number[] {
  const taxes = rates.map(({ percent }) => percentOfCents(netCents, percent));
  const left = grossCents - netCents - taxes.reduce((sum, tax) => sum + tax, 0);
  return taxes.map((tax, index) => (index === 0 ? tax + left : tax));
}

/** `TxnTaxDetail` with one tax line per rate. */
export function taxDetail(bases: readonly TaxBase[]): JsonObject {
  const total = bases.reduce((sum, { taxCents }) => sum + taxCents, 0);
  const detail: JsonObject = { TotalTax: amountOf(total) };
  if (bases.length === 0) return detail;
  detail['TaxLine'] = bases.map(({ rateId, percent, netCents, taxCents }) => ({
    Amount: amountOf(taxCents),
    DetailType: 'TaxLineDetail',
    TaxLineDetail: {
      TaxRateRef: { value: rateId },
      PercentBased: true,
      TaxPercent: percent,
      NetAmountTaxable: amountOf(netCents),
    },
  }));
  return detail;
}

/** Whoever changes the tax of one rate states all rates in use (sales tax guide). */
export function statesAllRates(given: JsonObject | undefined, bases: readonly TaxBase[]): boolean {
  const sent = objectsOf(given, 'TaxLine').map((line) =>
    refIdOf(objectOf(line, 'TaxLineDetail'), 'TaxRateRef'),
  );
  return sent.length === 0 || bases.every(({ rateId }) => sent.includes(rateId));
}

/** Where a company collects and reclaims no tax, none is stored (Invoice reference page). */
export function usesSalesTax(company: Company): boolean {
  return company.preference('TaxPrefs')?.['UsingSalesTax'] === true;
}

/**
 * A `TxnTaxDetail` in a request that replaces the computed tax: own tax lines, or a total alone.
 * Undefined where it states neither.
 */
export function overriddenTax(given: JsonObject | undefined): JsonObject | undefined {
  if (given === undefined) return undefined;
  const lines = objectsOf(given, 'TaxLine');
  const total = numberOf(given, 'TotalTax');
  if (lines.length === 0 && total === undefined) return undefined;
  const { TxnTaxCodeRef, TaxLine } = given;
  const sum = lines.reduce((all, line) => all + cents(numberOf(line, 'Amount') ?? 0), 0);
  const detail: JsonObject = {};
  if (TxnTaxCodeRef !== undefined) detail['TxnTaxCodeRef'] = TxnTaxCodeRef;
  detail['TotalTax'] = lines.length > 0 ? amountOf(sum) : total;
  if (lines.length > 0) detail['TaxLine'] = TaxLine;
  return detail;
}

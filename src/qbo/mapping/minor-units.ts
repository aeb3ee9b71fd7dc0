import { Decimal } from 'decimal.js';
import { exactNumber } from './exact-number.js';

/**
 * Amounts in whole minor units of their currency (cents, pence, yen) while a form is put together.
 * `bigint`, so that sums of thousands of large lines and products with percentages stay exact.
 * Rounding is half away from zero, as QuickBooks rounds.
 */
export type Minor = bigint;

const Exact = Decimal.clone({ precision: 60 });

const rounded = (value: Decimal): Minor =>
  BigInt(value.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0));

/** `"12.50"` with 2 decimals → `1250n`; nothing stated is nothing. */
export function minorOf(amount: string | number | undefined, decimals: number): Minor {
  return amount === undefined ? 0n : rounded(new Exact(amount).times(new Exact(10).pow(decimals)));
}

/** `1250n` with 2 decimals → `"12.50"`. */
export function decimalOf(minor: Minor, decimals: number): string {
  return new Exact(minor.toString()).dividedBy(new Exact(10).pow(decimals)).toFixed(decimals);
}

/** A JSON number with exactly these digits: amounts have 15 at most, which a double holds. */
export function numberOf(minor: Minor, decimals: number): number {
  const amount = decimalOf(minor, decimals);
  return exactNumber(amount) ?? Number(amount);
}

export function sumOfMinor(amounts: readonly Minor[]): Minor {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

export function absolute(minor: Minor): Minor {
  return minor < 0n ? -minor : minor;
}

/** `percent` of an amount. @param percent decimal string, `"8.25"` for 8.25 % */
export function percentOf(base: Minor, percent: string): Minor {
  return rounded(new Exact(base.toString()).times(percent).dividedBy(100));
}

/** The net part of an amount that holds `percent` of tax. */
export function netOfGross(gross: Minor, percent: string): Minor {
  return rounded(new Exact(gross.toString()).times(100).dividedBy(new Exact(percent).plus(100)));
}

/** `base × percent` less what was charged for it, in hundredths of a minor unit and exact. */
export function roundedAway(base: Minor, percent: string, charged: Minor): number {
  return new Exact(base.toString())
    .times(percent)
    .minus(new Exact(charged.toString()).times(100))
    .toNumber();
}

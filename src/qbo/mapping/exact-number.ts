import { Decimal } from 'decimal.js';

/**
 * Decimal strings of the contract as JSON numbers. QuickBooks reads the digits of a JSON number, so
 * a number may only be sent where its digits are the decimal's own.
 */

/** Products of two numbers of 22 digits are exact with this many. */
const Exact = Decimal.clone({ precision: 60 });

/**
 * The number whose JSON text is the same decimal in plain notation; undefined where there is none
 * (more digits than a double holds, or so small that it would be written with an exponent).
 */
export function exactNumber(decimal: string): number | undefined {
  const value = new Exact(decimal);
  if (value.isZero()) return 0;
  const number = value.toNumber();
  return JSON.stringify(number) === value.toFixed() ? number : undefined;
}

/** A number as a plain decimal string, never with an exponent. */
export function plainDecimal(number: number): string {
  return new Exact(number).toFixed();
}

/** Significant digits of a number as its JSON text shows them, decimals included. */
export function digitsOf(number: number): number {
  return new Exact(number).precision(true);
}

/** True where both numbers print the same decimal; undefined only equals undefined. */
export function sameNumber(left: number | undefined, right: number | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return new Exact(left).equals(right);
}

/** Exact sum of numbers. */
export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum.plus(number), new Exact(0)).toNumber();
}

/** Exact sum of decimal strings, in plain notation and without zeros at its end. */
export function exactSum(decimals: readonly string[]): string {
  return decimals.reduce((sum, decimal) => sum.plus(decimal), new Exact(0)).toFixed();
}

/** True where quantity × unit price, rounded half away from zero, is the amount. */
export function productIs(
  quantity: string,
  unitPrice: string,
  amount: string,
  decimals: number,
): boolean {
  return new Exact(quantity)
    .times(unitPrice)
    .toDecimalPlaces(decimals, Decimal.ROUND_HALF_UP)
    .equals(amount);
}

/** `amount ÷ divisor` with at most `places` decimals; undefined where the divisor is zero. */
export function quotient(amount: string, divisor: string, places: number): string | undefined {
  const by = new Exact(divisor);
  if (by.isZero()) return undefined;
  return new Exact(amount).dividedBy(by).toDecimalPlaces(places, Decimal.ROUND_HALF_UP).toFixed();
}

/** `amount − part` as a plain decimal string. */
export function minus(amount: string, part: string): string {
  return new Exact(amount).minus(part).toFixed();
}

export function isZero(amount: string | undefined): boolean {
  return amount === undefined || new Exact(amount).isZero();
}

/** Decimals a decimal string really uses: 1 for `"12.50"`. */
export function decimalsUsed(amount: string): number {
  return new Exact(amount).decimalPlaces();
}

/** An amount in whole minor units, rounded half away from zero. */
export function minorUnitsOf(amount: number | string, decimals: number): number {
  const scaled = new Exact(amount).times(new Exact(10).pow(decimals));
  return scaled.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber() + 0;
}

/**
 * Exact arithmetic on the decimal spelling of JSON numbers, so that 1.005 × 100 rounds as written
 * and not as its binary neighbour does. Rounding is half away from zero, to two decimals.
 */

interface Decimal {
  digits: bigint;
  scale: number;
}

function decimalOf(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = value.toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

function divideRounding(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  const rounded = (size * 2n + denominator) / (denominator * 2n);
  return negative ? -rounded : rounded;
}

function toCents({ digits, scale }: Decimal): number {
  const cents = digits * 100n;
  return Number(divideRounding(cents, 10n ** BigInt(scale)));
}

/** The amount in cents, rounded. */
export function cents(amount: number): number {
  return toCents(decimalOf(amount));
}

/** Cents back to an amount with at most two decimals. */
export function amountOf(centCount: number): number {
  return centCount / 100;
}

/** Quantity × unit price in cents, rounded once. */
export function productCents(a: number, b: number): number {
  const left = decimalOf(a);
  const right = decimalOf(b);
  return toCents({ digits: left.digits * right.digits, scale: left.scale + right.scale });
}

/** `percent` of an amount in cents, rounded to whole cents. */
export function percentOfCents(baseCents: number, percent: number): number {
  const rate = decimalOf(percent);
  const numerator = BigInt(baseCents) * rate.digits;
  return Number(divideRounding(numerator, 10n ** BigInt(rate.scale) * 100n));
}

/** The net part, in cents, of an amount that already holds `percent` of tax. */
export function netOfGrossCents(grossCents: number, percent: number): number {
  const rate = decimalOf(percent);
  const unit = 10n ** BigInt(rate.scale);
  return Number(divideRounding(BigInt(grossCents) * 100n * unit, 100n * unit + rate.digits));
}

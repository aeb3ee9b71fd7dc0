import { type Minor, sumOfMinor } from './minor-units.js';

/**
 * Splits an amount in proportion to weights by largest remainder: every part is its exact share
 * rounded down or up by one unit, and the parts add up to the whole. Units left over go to the
 * largest remainders, equal ones from the first on; a weight of zero bears nothing.
 *
 * @throws RangeError where the weights come to zero: there is no proportion then
 */
export function largestRemainder(total: Minor, weights: readonly Minor[]): Minor[] {
  const whole = sumOfMinor(weights);
  if (whole === 0n) throw new RangeError('weights that come to zero have no proportion');
  const shares = weights.map((weight, index) => {
    const part = floorOf(total * weight, whole);
    return { index, part, remainder: remainderOf(total * weight, whole) };
  });
  const left = Number(total - sumOfMinor(shares.map(({ part }) => part)));
  const parts = shares.map(({ part }) => part);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const { index, part } of byRemainder.slice(0, left)) parts[index] = part + 1n;
  return parts;
}

/**
 * Splits an amount in proportion as QuickBooks takes a discount off the lines of several tax codes:
 * rounded where the running sum stands, so that nothing is left over at the end. How QuickBooks
 * rounds here is not documented; this is the likely reading, and its answer is compared.
 */
export function runningShares(total: Minor, weights: readonly Minor[]): Minor[] {
  const whole = sumOfMinor(weights);
  if (whole === 0n) return weights.map(() => 0n);
  let weighed = 0n;
  let given = 0n;
  return weights.map((weight) => {
    weighed += weight;
    const upTo = floorOf(2n * total * weighed + whole, 2n * whole);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}

/** Quotient rounded towards minus infinity. */
function floorOf(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const isExact = quotient * denominator === numerator;
  return !isExact && numerator < 0n !== denominator < 0n ? quotient - 1n : quotient;
}

/** What flooring left over, as a part of a positive denominator. */
function remainderOf(numerator: bigint, denominator: bigint): bigint {
  const left = numerator - floorOf(numerator, denominator) * denominator;
  return denominator < 0n ? -left : left;
}

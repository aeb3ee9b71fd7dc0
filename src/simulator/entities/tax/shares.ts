/** Splits cents in proportion, so that the parts add up to the whole again. */

/**
 * @param total the cents to split
 * @param weights how much of them each part bears; without any weight nobody bears anything
 * @returns whole cents, one per weight; their sum is `total`
 */
export function sharesOf(total: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  if (whole === 0) return weights.map(() => 0);
  let weighed = 0;
  let given = 0;
  return weights.map((weight) => {
    // Rounded where the running sum stands, not part by part: nothing is left over at the end.
    weighed += weight;
    const upTo = Number(roundedQuotient(BigInt(total) * BigInt(weighed), BigInt(whole)));
    const share = upTo - given;
    given = upTo;
    return share;
  });
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const size = numerator < 0n ? -numerator : numerator;
  const by = denominator < 0n ? -denominator : denominator;
  const rounded = (size * 2n + by) / (by * 2n);
  return negative ? -rounded : rounded;
}

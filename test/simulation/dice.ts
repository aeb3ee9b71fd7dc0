/** Chances of a seed, drawn one after the other; the same seed draws the same. */
export class Dice {
  constructor(private readonly stream: Iterator<number>) {}

  /** 0 up to 1. */
  readonly random = (): number => Number(this.stream.next().value) / DICE_SIDES;

  happens(probability: number): boolean {
    return this.random() < probability;
  }

  oneOf<T>(values: readonly T[]): T {
    const value = values[Math.floor(this.random() * values.length)];
    if (value === undefined) throw new RangeError('There is nothing to choose from');
    return value;
  }
}

/** Numbers of the stream are below this. */
export const DICE_SIDES = 1_000_000;

import { cpus } from 'node:os';

/** What a figure should be. */
export type Goal = { atLeast: number } | { atMost: number };

/** One figure of one run. */
export interface Figure {
  what: string;
  value: number;
  unit: string;
  /** Absent: told for what it says beside the others. */
  goal?: Goal;
}

/** One row of the numbers to reach: measured whole by one call. */
export interface Row {
  name: string;
  /** How it is measured, in a sentence. */
  how: string;
  /** Runs at most, where one run compares its sides in turns itself. */
  runsMax?: number;
  /** `run`: counted from 1. What takes long and says little more the next time may be left to the first. */
  measure(run: number): Promise<Figure[]>;
}

/** The value at a share of those sorted in ascending order. */
export const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;

export const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export const median = (values: readonly number[]): number => at(sorted(values), 0.5);

export function isReached(value: number, goal: Goal): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}

/** Four digits tell enough, whatever the size. */
export function shown(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1_000 ? value.toFixed(0) : value.toPrecision(3);
}

/** A number from the environment, for a shorter or a longer run. */
export function setting(name: string, otherwise: number): number {
  return Number(process.env[name] ?? otherwise);
}

/** Words from the environment, separated by commas. */
export function choice<Word extends string>(name: string, otherwise: readonly Word[]): Word[] {
  const words = process.env[name]?.split(',');
  return otherwise.filter((word) => words === undefined || words.includes(word));
}

export const MACHINE = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

import type { LiveFigures } from '../../contract/live.js';

/** What the charts of the live page show, from the figures of the last half hour. */

export const SHOWN_MINUTES = 30;
/** Reasons with a colour of their own; all others are one. */
const NAMED_REASONS = 4;

/** Counts of one thing, one for each of the shown minutes. */
export interface MinuteSeries {
  /** Undefined: all reasons that have no series of their own. */
  reason: string | undefined;
  counts: number[];
}

export interface Minutes {
  /** When each minute began, in milliseconds since 1970; the oldest first, and none left out. */
  times: number[];
  synced: number[];
  failed: number[];
  /** What failed, the most frequent reason first. */
  reasons: MinuteSeries[];
}

export function minutesOf({ at, minutes }: LiveFigures): Minutes {
  const byTime = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]));
  const last = Math.floor(Date.parse(at) / 60_000) * 60_000;
  const times = Array.from(
    { length: SHOWN_MINUTES },
    (_, index) => last - (SHOWN_MINUTES - 1 - index) * 60_000,
  );
  const failedAt = (time: number) => byTime.get(time)?.failed ?? [];
  const of = (reason: string) =>
    times.map((time) => failedAt(time).find((row) => row.reason === reason)?.documents ?? 0);
  const names = [...new Set(times.flatMap((time) => failedAt(time).map(({ reason }) => reason)))];
  const all = names
    .map((reason) => ({ reason, counts: of(reason) }))
    .sort((a, b) => total(b.counts) - total(a.counts));
  return {
    times,
    synced: times.map((time) => byTime.get(time)?.synced ?? 0),
    failed: sumOf(times.length, all),
    reasons: withOthersTogether(all),
  };
}

function withOthersTogether(all: readonly MinuteSeries[]): MinuteSeries[] {
  if (all.length <= NAMED_REASONS + 1) return [...all];
  const others = all.slice(NAMED_REASONS);
  const together = { reason: undefined, counts: sumOf(others[0]?.counts.length ?? 0, others) };
  return [...all.slice(0, NAMED_REASONS), together];
}

function sumOf(length: number, series: readonly MinuteSeries[]): number[] {
  return Array.from({ length }, (_, index) =>
    series.reduce((sum, { counts }) => sum + (counts[index] ?? 0), 0),
  );
}

export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

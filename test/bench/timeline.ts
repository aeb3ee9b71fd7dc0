import type { LoggedCall } from '../../src/simulator/index.js';

/** Batches, singles and objects of each ten seconds, and what went before each 429; scaled back. */
export function callsOfEachTenSeconds(
  calls: readonly LoggedCall[],
  startMs: number,
  scale: number,
): string[] {
  const slices = new Map<number, { batches: number; singles: number; objects: number }>();
  for (const { kind, time, items } of calls) {
    const slice = Math.floor(((Date.parse(time) - startMs) * scale) / 10_000);
    const row = slices.get(slice) ?? { batches: 0, singles: 0, objects: 0 };
    slices.set(slice, row);
    if (kind === 'batch') row.batches += 1;
    if (kind === 'write') row.singles += 1;
    row.objects += items ?? 1;
  }
  return [
    ...calls
      .filter(({ status }) => status === 429)
      .map((call) => throttled(call, calls, startMs, scale)),
    ...[...slices].map(
      ([slice, { batches, singles, objects }]) =>
        `${slice * 10} s: ${batches} batches, ${singles} singles, ${objects} objects`,
    ),
  ];
}

function throttled(
  call: LoggedCall,
  calls: readonly LoggedCall[],
  startMs: number,
  scale: number,
): string {
  const atMs = Date.parse(call.time);
  const before = calls.filter(({ time, status }) => status === 200 && Date.parse(time) <= atMs);
  const within = (ms: number) => before.filter(({ time }) => Date.parse(time) > atMs - ms / scale);
  const batches = within(60_000).filter(({ kind }) => kind === 'batch').length;
  return (
    `429 for a ${call.kind} at ${((atMs - startMs) * scale) / 1_000} s, after ${within(1_000).length} ` +
    `calls in a second, ${within(60_000).length} in a minute, ${batches} of them batches`
  );
}

import type { BenchPlace } from './place.js';

/** What Intuit's limits allow a minute: 40 batches of 30 and 460 single calls. */
export const MOST_PER_MINUTE = 40 * 30 + 460;
/** How long QuickBooks takes for a call, and for a batch of 30. */
const CALL_MS = 300;
const BATCH_MS = 3_000;

/** Settings of ours for a company that has all of Intuit's limits, `scale` times shorter. */
export const limitedBy = (scale: number): Record<string, string> => ({
  LANE_SHARE_PERCENT: '100',
  QBO_SYNC_TEST_LANE: String(scale),
});

/** Intuit's limits and latencies in the simulator, `scale` times shorter together. */
export async function limitSimulator(
  { simulator: { control } }: Pick<BenchPlace, 'simulator'>,
  scale: number,
): Promise<void> {
  await control('PUT', 'limits', { on: true, scale });
  await control('PUT', 'latency', { call: 'all', ms: CALL_MS / scale });
  await control('PUT', 'latency', { call: 'batch', ms: BATCH_MS / scale });
}

import type { Config } from '../config.js';
import { intuitWindows, laneStore } from '../ledger/companies/lanes.js';
import { readMeter } from '../ledger/companies/read-meter.js';
import { tokenStore } from '../ledger/companies/tokens.js';
import type { Ledger } from '../ledger/database/open.js';
import { requestStore } from '../ledger/pushes/requests.js';
import type { Log } from '../log.js';
import { openQuickBooks, type QuickBooks } from '../qbo/quickbooks.js';
import type { LaneLimits } from '../qbo/stores.js';
import type { BusinessClock } from './clock.js';
import { type Reached, watchRequests, watchTokens } from './fault-point.js';
import type { ProcessMetrics } from './metrics.js';
import type { Tracing } from './tracing.js';

interface QuickBooksSources {
  clock: BusinessClock;
  log: Log;
  metrics: ProcessMetrics;
  tracing: Tracing;
  reached: Reached | undefined;
}

/** QuickBooks of a process: its stores in the ledger, watched where a test breaks in. */
export function quickBooksOf(
  config: Config,
  ledger: Ledger,
  { clock, log, metrics, tracing, reached }: QuickBooksSources,
): QuickBooks {
  const { environment, baseUrl, clientId, clientSecret } = config.intuit;
  const tokens = tokenStore(ledger);
  const requests = requestStore(ledger);
  return openQuickBooks({
    environment,
    baseUrl,
    clientId,
    clientSecret,
    redirectUri: `${config.publicUrl}/oauth/callback`,
    tokens: reached === undefined ? tokens : watchTokens(tokens, reached),
    lanes: metrics.watchLanes(laneStore(ledger, intuitWindows(config.testLaneScale))),
    requests: reached === undefined ? requests : watchRequests(requests, reached),
    reads: metrics.watchReads(readMeter(ledger)),
    limits: laneLimitsOf(config),
    waits: config.waits.quickbooks,
    clock: clock.now,
    random: Math.random,
    log: (event) => {
      metrics.hearQuickBooks(event);
      tracing.hearQuickBooks(event);
      log.write(event.event, event);
    },
  });
}

/** Intuit's limits per company and app (Intuit's page "limits and throttles"), our share of each minute. */
function laneLimitsOf(config: Config): LaneLimits {
  const slotHoldMs = config.waits.quickbooks.callMs + 10_000;
  if (config.testLaneUnlimited) {
    return {
      inFlight: 200,
      perSecond: 100_000,
      perMinute: 1_000_000,
      batchesPerMinute: 1_000_000,
      slotHoldMs,
    };
  }
  return {
    inFlight: 10,
    perSecond: 10,
    perMinute: Math.floor((500 * config.laneSharePercent) / 100),
    batchesPerMinute: 40,
    slotHoldMs,
  };
}

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DELIVER_JOB, PULL_JOBS, PUSH_JOBS } from '../../jobs/index.js';
import type { Config } from '../config.js';
import type { DeliverTools } from '../deliver/deliver-events.js';
import { openPoster, type Poster } from '../deliver/post.js';
import { DEFAULT_WEB_LIMITS, type Readiness, type Web } from '../http/parts.js';
import { createWeb } from '../http/web.js';
import { type AdmissionLimits, DEFAULT_ADMISSION } from '../ledger/admission.js';
import { intuitWindows, laneStore } from '../ledger/lanes.js';
import { type Ledger, openLedger } from '../ledger/open.js';
import { readMeter } from '../ledger/read-meter.js';
import { requestStore } from '../ledger/requests.js';
import { runEpoch } from '../ledger/runs.js';
import { tokenStore } from '../ledger/tokens.js';
import type { Log } from '../log.js';
import { FilePlaces } from '../push/files.js';
import { previewDocument } from '../push/preview.js';
import type { PushTools } from '../push/sending.js';
import { checkSettings } from '../push/settings-check.js';
import { openQuickBooks, type QuickBooks } from '../qbo/quickbooks.js';
import type { LaneLimits } from '../qbo/stores.js';
import { within } from '../qbo/within.js';
import { openQueueBackend, type QueueBackend } from '../queue/backend.js';
import { type Dispatcher, openDispatcher } from '../queue/dispatch.js';
import type { QueueEvents } from '../queue/events.js';
import { jobsByKind, type PushWorker, startWorker } from '../queue/worker.js';
import { type BusinessClock, machineClock, openTestClock } from './clock.js';
import {
  openFaultPoint,
  type Reached,
  watchEvents,
  watchRequests,
  watchTokens,
} from './fault-point.js';
import { openMetrics, type ProcessMetrics } from './metrics.js';
import { withPresence } from './worker-presence.js';

/** The parts of one process, put together from its configuration. */
export interface House {
  ledger: Ledger;
  queue: QueueBackend;
  quickbooks: QuickBooks;
  dispatcher: Dispatcher;
  metrics: ProcessMetrics;
  createWeb(): Promise<Web>;
  startWorker(): PushWorker;
  /** Whether work can be done: database and keys; the queue may be away. */
  readiness(): Promise<Readiness>;
  close(): Promise<void>;
}

/** Opens everything a process needs. The database must be migrated; the queue may be away. */
export async function openHouse(config: Config, log: Log): Promise<House> {
  const clock =
    config.testClockUrl === undefined ? machineClock : await openTestClock(config.testClockUrl);
  const ledger = await openLedger({
    url: config.databaseUrl,
    keys: config.encryptionKeys,
    clock: clock.now,
    poolSize: config.poolSize,
    connectTimeoutMs: config.waits.database.connectMs,
    statementTimeoutMs: config.waits.database.statementMs,
  });
  const queue = await openQueueBackend({
    url: config.queueUrl,
    schema: config.queueSchema,
    log: log.store,
    ...config.waits.queue,
  });
  const metrics = openMetrics(config.metricsToken);
  const reached = config.testFault === undefined ? undefined : openFaultPoint(config.testFault);
  const quickbooks = quickBooksOf(config, ledger, { clock, log, metrics, reached });
  const tell: QueueEvents = (event, fields) => {
    metrics.hearQueue(event, fields);
    log.write(event, fields);
  };
  const events = reached === undefined ? tell : watchEvents(tell, reached);
  const { deliverToPrivate: allowPrivate } = config;
  const poster = openPoster({ timeoutMs: config.waits.deliver.postMs, allowPrivate });
  const dispatcher = openDispatcher({ ledger, queue, limits: admissionOf(config), log: events });
  const tools = toolsOf(config, ledger, quickbooks, tell);
  return {
    ledger,
    queue,
    quickbooks,
    dispatcher,
    metrics,
    createWeb: () => {
      metrics.addStores(ledger, queue);
      return webOf(config, { ledger, queue, quickbooks, dispatcher, log, metrics, tools });
    },
    startWorker: () => {
      const worker = startWorker({
        tools,
        queue,
        pulls: PULL_JOBS,
        deliver: {
          job: DELIVER_JOB,
          tools: deliverToolsOf(config, ledger, poster, events),
          everyMs: config.waits.deliver.everyMs,
          concurrency: config.deliverConcurrency,
        },
        changes: config.waits.changes,
        ...(config.testSchedulesOff ? {} : { schedules: schedulesOf(config) }),
        bulk: config.waits.bulk,
        admission: admissionOf(config),
        lease: config.waits.lease,
        callMs: config.waits.quickbooks.callMs,
        pageSize: 1_000,
        concurrency: config.concurrency,
        sweep: { everyMs: config.waits.sweepEveryMs, quietMs: config.waits.sweepQuietMs },
        checkEveryMs: config.waits.checkEveryMs,
        graceMs: config.waits.graceMs,
        log: events,
      });
      return withPresence(ledger, worker, config.waits.sweepEveryMs);
    },
    readiness: () => readiness(ledger, queue, config.waits.web.readyMs),
    async close() {
      await queue.close();
      await poster.close();
      await quickbooks.close();
      clock.close();
      await ledger.close();
    },
  };
}

function toolsOf(
  config: Config,
  ledger: Ledger,
  quickbooks: QuickBooks,
  tell: QueueEvents,
): PushTools {
  return {
    ledger,
    quickbooks,
    jobs: jobsByKind(PUSH_JOBS),
    random: Math.random,
    onCrash: (crash) => tell('push_failed', crash),
    pace: config.waits.pace,
    waits: config.waits.push,
    filePlaces: new FilePlaces(),
  };
}

function deliverToolsOf(
  { waits: { deliver } }: Config,
  ledger: Ledger,
  poster: Poster,
  log: QueueEvents,
): DeliverTools {
  return {
    ledger,
    poster,
    retry: { delaysMs: deliver.retryDelaysMs, random: Math.random },
    leaseMs: deliver.leaseMs + deliver.postMs,
    eventsAtOnce: DELIVER_JOB.eventsAtOnce,
    log,
  };
}

interface QuickBooksSources {
  clock: BusinessClock;
  log: Log;
  metrics: ProcessMetrics;
  reached: Reached | undefined;
}

function quickBooksOf(
  config: Config,
  ledger: Ledger,
  { clock, log, metrics, reached }: QuickBooksSources,
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
      log.write(event.event, event);
    },
  });
}

function schedulesOf({ waits, readsPerMonth }: Config) {
  return { everyMs: waits.schedulesEveryMs, readsPerMonth };
}

/** How many pushes a company may have open. */
function admissionOf({ namePushesAtOnce }: Config): AdmissionLimits {
  return { ...DEFAULT_ADMISSION, names: namePushesAtOnce };
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

interface WebSources {
  ledger: Ledger;
  queue: QueueBackend;
  quickbooks: QuickBooks;
  dispatcher: Dispatcher;
  log: Log;
  metrics: ProcessMetrics;
  tools: PushTools;
}

function webOf(
  config: Config,
  { ledger, queue, quickbooks, dispatcher, log, metrics, tools }: WebSources,
): Promise<Web> {
  const { answerMs, webhookMs } = config.waits.web;
  return createWeb({
    ledger,
    config: {
      publicUrl: config.publicUrl,
      intuitClientId: config.intuit.clientId,
      verifierTokens: config.intuit.verifierTokens,
      limits: { ...DEFAULT_WEB_LIMITS, answerMs, webhookMs },
      singleSignOn: config.singleSignOn,
      trustedProxies: config.trustedProxies,
      endpointsMayBePrivate: config.deliverToPrivate,
    },
    auth: quickbooks.auth,
    dispatch: (companyId) => void dispatcher.dispatch(companyId),
    wakeRun: (runId) => void wakeRun(ledger, queue, runId).catch(() => undefined),
    log: (event) => {
      metrics.hearWeb(event);
      log.write(event.event, event);
    },
    preview: (connection, asked) => previewDocument(tools, connection, asked),
    checkSettings: (connection, proposed) => checkSettings(tools, connection, proposed),
    metrics,
    dashboardFolder: builtFolder('dashboard'),
    customerPageFolder: builtFolder('customer-page'),
    readiness: () => readiness(ledger, queue, config.waits.web.readyMs),
  });
}

/** The first wake-up of a run; where it cannot be added, the sweep adds it. */
async function wakeRun(ledger: Ledger, queue: QueueBackend, runId: number): Promise<void> {
  const epoch = await runEpoch(ledger, runId);
  if (epoch === undefined) return;
  await queue.add([{ queue: 'pull', subjectId: String(runId), epoch, priority: 1 }]);
}

/** Whoever asks whether we are ready waits a second or so; web is, however long the queue is silent. */
const QUEUE_LOOK_MS = 500;

class DatabaseSilent extends Error {
  override name = 'DatabaseSilent';
}

async function readiness(ledger: Ledger, queue: QueueBackend, readyMs: number): Promise<Readiness> {
  try {
    await within(readyMs, ledger.sql`select 1 from installation_secrets limit 1`, {
      error: () => new DatabaseSilent(),
    });
  } catch {
    return { ready: false, degraded: true };
  }
  const problems = await queue.check(QUEUE_LOOK_MS);
  return { ready: true, degraded: problems.some(({ severity }) => severity === 'error') };
}

/** `dist/<name>`, beside the built code and beside the sources. */
function builtFolder(name: 'dashboard' | 'customer-page'): string | null {
  let place = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < 5; level += 1) {
    for (const folder of [join(place, name), join(place, 'dist', name)]) {
      if (existsSync(join(folder, 'index.html')) && existsSync(join(folder, 'assets')))
        return folder;
    }
    place = dirname(place);
  }
  return null;
}

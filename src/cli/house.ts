import { DELIVER_JOB, PULL_JOBS, PUSH_JOBS } from '../../jobs/index.js';
import type { Config } from '../config.js';
import type { DeliverTools } from '../deliver/deliver-events.js';
import { openPoster, type Poster } from '../deliver/post.js';
import type { Readiness, Web } from '../http/parts.js';
import { type Ledger, openLedger } from '../ledger/database/open.js';
import { type AdmissionLimits, DEFAULT_ADMISSION } from '../ledger/pushes/admission.js';
import type { Log } from '../log.js';
import { FilePlaces } from '../push/files.js';
import type { PushTools } from '../push/sending.js';
import type { QuickBooks } from '../qbo/quickbooks.js';
import { openQueueBackend, type QueueBackend } from '../queue/backend.js';
import { type Dispatcher, openDispatcher } from '../queue/dispatch.js';
import type { QueueEvents } from '../queue/events.js';
import { jobsByKind, type PushWorker, startWorker } from '../queue/worker.js';
import { machineClock, openTestClock } from './clock.js';
import { openFaultPoint, watchEvents } from './fault-point.js';
import { quickBooksOf } from './house-quickbooks.js';
import { webOf } from './house-web.js';
import { openMetrics, type ProcessMetrics } from './metrics.js';
import { readiness } from './readiness.js';
import { openTracing } from './tracing.js';
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
  const tracing = openTracing();
  const ledger = await openLedger({
    url: config.databaseUrl,
    keys: config.encryptionKeys,
    clock: clock.now,
    traceparent: tracing.traceparent,
    pagesUrl: config.intuit.pagesUrl,
    poolSize: config.poolSize,
    connectTimeoutMs: config.waits.database.connectMs,
    statementTimeoutMs: config.waits.database.statementMs,
  });
  const untraced = await openQueueBackend({
    url: config.queueUrl,
    schema: config.queueSchema,
    log: log.store,
    ...config.waits.queue,
  });
  const queue = tracing.ofQueue(untraced);
  const metrics = openMetrics(config.metricsToken);
  const reached = config.testFault === undefined ? undefined : openFaultPoint(config.testFault);
  const quickbooks = quickBooksOf(config, ledger, { clock, log, metrics, tracing, reached });
  const tell: QueueEvents = (event, fields) => {
    metrics.hearQueue(event, fields);
    tracing.hearQueue(event, fields);
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
      return webOf(config, { ledger, queue, quickbooks, dispatcher, log, metrics, tracing, tools });
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

function schedulesOf({ waits, readsPerMonth }: Config) {
  return { everyMs: waits.schedulesEveryMs, readsPerMonth };
}

/** How many pushes a company may have open. */
function admissionOf({ namePushesAtOnce }: Config): AdmissionLimits {
  return { ...DEFAULT_ADMISSION, names: namePushesAtOnce };
}

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { WebEvent } from '../http/log-events.js';
import type { Metrics } from '../http/metrics.js';
import type { Ledger } from '../ledger/database/open.js';
import { LANE_CLASS_NAMES, readFigures } from '../ledger/housekeeping/figures.js';
import type { QuickBooksEvent } from '../qbo/log-events.js';
import type { LaneStore, ReadMeter } from '../qbo/stores.js';
import type { QueueBackend } from '../queue/backend.js';
import type { Canary, WorkerActivity } from '../queue/canary.js';
import type { QueueEventFields, QueueEventName } from '../queue/events.js';
import { ownVersion } from './version.js';

/**
 * Figures of one process, heard from what it logs. Labels are closed lists: kinds, outcomes,
 * reasons, statuses; never a realm id, a name or an id of ours, whose number has no bound.
 */
export interface ProcessMetrics extends Metrics {
  hearQueue<Name extends QueueEventName>(event: Name, fields: QueueEventFields[Name]): void;
  hearQuickBooks(event: QuickBooksEvent): void;
  hearWeb(event: WebEvent): void;
  /** Measures what the lanes answer. */
  watchLanes(lanes: LaneStore): LaneStore;
  /** Counts what the meter is told. */
  watchReads(reads: ReadMeter): ReadMeter;
  /** Adds what is the same for every process: ledger and queue, for web to tell. */
  addStores(ledger: Ledger, queue: QueueBackend): void;
  /** Adds what this process' own worker does. */
  addWorker(activity: () => readonly WorkerActivity[], canary: Canary): void;
}

const PREFIX = 'qbosync_';
/** Ledger and queue are asked at most this often, whoever scrapes. */
const STORES_EVERY_MS = 15_000;
const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
/** Intuit's own tries again lie up to six hours apart. */
const LAG_SECONDS = [1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 21_600, 86_400];
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60];

export function openMetrics(token: string | undefined): ProcessMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ prefix: PREFIX, register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter({ name: PREFIX + name, help, labelNames, registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: PREFIX + name, help, labelNames, registers });
  const seconds = <Label extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: Label[] = [],
  ) => new Histogram({ name: PREFIX + name, help, buckets, labelNames, registers });

  gauge('build_info', '1; says which version runs', ['version', 'node']).set(
    { version: ownVersion(), node: process.version },
    1,
  );

  return {
    token,
    contentType: registry.contentType,
    text: () => registry.metrics(),
    hearQueue: queueEar(counter, seconds),
    hearQuickBooks: quickBooksEar(counter, seconds),
    hearWeb: webEar(counter, seconds),
    watchLanes(lanes) {
      const answers = counter('lane_answers_total', 'Answers of lanes to calls', ['answer']);
      const waits = seconds('lane_wait_seconds', 'Waits that lanes asked for', WAIT_SECONDS);
      return {
        ...lanes,
        async acquire(...asked) {
          const grant = await lanes.acquire(...asked);
          if (grant.granted) answers.inc({ answer: 'granted' });
          else {
            answers.inc({ answer: grant.paused ? 'paused' : 'waits' });
            waits.observe(grant.waitMs / 1_000);
          }
          return grant;
        },
      };
    },
    watchReads(reads) {
      const counted = counter('reads_total', 'Reads that Intuit meters, by what they are for', [
        'feature',
      ]);
      return {
        count(companyId, feature, count) {
          counted.inc({ feature }, count);
          return reads.count(companyId, feature, count);
        },
      };
    },
    addStores: (ledger, queue) => addStores(registry, gauge, ledger, queue),
    addWorker(activity, canary) {
      const jobs = gauge('worker_jobs', 'Jobs this worker runs now', ['queue']);
      const idle = gauge('worker_idle_seconds', 'Time a worker took nothing though it could', [
        'queue',
      ]);
      onScrape(registry, async () => {
        for (const { queue, inFlight } of activity()) jobs.set({ queue }, inFlight);
        for (const [queue, idleMs] of canary.idleMs()) idle.set({ queue }, idleMs / 1_000);
      });
    },
  };
}

type MakeCounter = <Label extends string>(
  name: string,
  help: string,
  labels?: Label[],
) => Counter<Label>;
type MakeGauge = <Label extends string>(
  name: string,
  help: string,
  labels?: Label[],
) => Gauge<Label>;
type MakeHistogram = <Label extends string>(
  name: string,
  help: string,
  buckets: number[],
  labels?: Label[],
) => Histogram<Label>;

function queueEar(counter: MakeCounter, seconds: MakeHistogram): ProcessMetrics['hearQueue'] {
  const documents = counter('documents_total', 'Documents that left a push', ['kind', 'outcome']);
  const reasons = counter('document_reasons_total', 'Why documents did not get through', [
    'reason',
  ]);
  const pushes = seconds('push_duration_seconds', 'From claim to settled', CALL_SECONDS, ['kind']);
  const postponed = counter('pushes_postponed_total', 'Pushes that go on later', ['reason']);
  const leases = counter('lease_lost_total', 'Pushes that another worker took over');
  const requeued = counter('sweeper_requeued_total', 'Work the queue had lost', ['what']);
  const sweeps = seconds('sweep_duration_seconds', 'How long a sweep took', WAIT_SECONDS);
  const failures = counter('failures_total', 'Failures of our own', ['event']);
  const forgotten = counter('forgotten_rows_total', 'Rows that retention let go', ['what']);
  const ears: { [Name in QueueEventName]?: (fields: QueueEventFields[Name]) => void } = {
    push_ended({ kind, outcomes, reasons: why, durationMs }) {
      for (const [outcome, count] of Object.entries(outcomes))
        documents.inc({ kind, outcome }, count);
      for (const [reason, count] of Object.entries(why)) reasons.inc({ reason }, count);
      pushes.observe({ kind }, durationMs / 1_000);
    },
    push_postponed: ({ reason }) => postponed.inc({ reason: reason ?? 'none' }),
    lease_lost: () => leases.inc(),
    sweep(fields) {
      for (const [what, count] of Object.entries(fields)) requeued.inc({ what }, count);
    },
    sweep_ended: ({ durationMs }) => sweeps.observe(durationMs / 1_000),
    forgotten(fields) {
      for (const [what, count] of Object.entries(fields)) forgotten.inc({ what }, count);
    },
    push_failed: () => failures.inc({ event: 'push_failed' }),
    run_failed: () => failures.inc({ event: 'run_failed' }),
    sweep_failed: () => failures.inc({ event: 'sweep_failed' }),
    forgetting_failed: () => failures.inc({ event: 'forgetting_failed' }),
    dispatch_put_off: () => failures.inc({ event: 'dispatch_put_off' }),
  };
  return (event, fields) => ears[event]?.(fields);
}

/** `2xx`, `4xx` and so on; `none` where no answer came. */
const statusClass = (status: number | null) =>
  status === null ? 'none' : `${Math.floor(status / 100)}xx`;

function quickBooksEar(
  counter: MakeCounter,
  seconds: MakeHistogram,
): ProcessMetrics['hearQuickBooks'] {
  const calls = seconds('qbo_request_duration_seconds', 'Calls to QuickBooks', CALL_SECONDS, [
    'op',
    'outcome',
    'status',
  ]);
  const throttled = counter('qbo_throttled_total', 'Times QuickBooks throttled a company');
  const refreshes = counter('token_refresh_total', 'Refreshes of tokens', ['result']);
  return (event) => {
    if (event.event === 'qbo_call') {
      const { method, resource, outcome, status, durationMs } = event;
      const op = `${method} ${resource}`;
      calls.observe({ op, outcome, status: statusClass(status) }, durationMs / 1_000);
    } else if (event.event === 'qbo_paused') throttled.inc();
    else if (event.event === 'qbo_token_refresh') refreshes.inc({ result: event.result });
  };
}

function webEar(counter: MakeCounter, seconds: MakeHistogram): ProcessMetrics['hearWeb'] {
  const webhooks = counter(
    'webhooks_total',
    'Webhooks of Intuit: changes, and deliveries refused',
    ['result'],
  );
  const lag = seconds('webhook_lag_seconds', 'Age of the oldest change of a delivery', LAG_SECONDS);
  return (event) => {
    if (event.event === 'webhooks_refused') webhooks.inc({ result: event.why });
    else if (event.event === 'webhooks_received') {
      for (const [result, count] of Object.entries(event.results)) webhooks.inc({ result }, count);
      if (event.lagMs !== null) lag.observe(event.lagMs / 1_000);
    }
  };
}

function addStores(
  registry: Registry,
  gauge: MakeGauge,
  ledger: Ledger,
  queue: QueueBackend,
): void {
  const due = gauge('due_documents', 'Documents that wait for dispatch', ['class']);
  const oldest = gauge('oldest_pending_seconds', 'Age of the oldest due document', ['class']);
  const open = gauge('open_pushes', 'Pushes on their way', ['class']);
  const unended = gauge('documents', 'Documents that have not come to their end', ['status']);
  const unknown = gauge('unknown_outcomes', 'Documents nobody knows the outcome of');
  const failed = gauge('failed_documents', 'Documents a person has to look at', ['reason']);
  const connections = gauge('connections', 'Connections by status', ['status']);
  const throttled = gauge('throttled_companies', 'Companies QuickBooks takes no calls for');
  const reads = gauge('reads_month', 'Reads of this calendar month that Intuit meters');
  const forecast = gauge('reads_forecast', 'What they come to at the pace of the last seven days');
  const stages = gauge('apps_short_of_reads', 'Apps that read less by the clock', ['stage']);
  const jobs = gauge('queue_jobs', 'Wake-ups in the queue', ['queue', 'state']);
  const readable = gauge('store_readable', '1 where the figures are fresh', ['store']);
  const readLedger = async () => {
    const figures = await readFigures(ledger);
    for (const all of [due, oldest, open, failed, connections]) all.reset();
    for (const { laneClass, documents, oldestSeconds } of figures.due) {
      due.set({ class: LANE_CLASS_NAMES[laneClass] }, documents);
      oldest.set({ class: LANE_CLASS_NAMES[laneClass] }, oldestSeconds);
    }
    for (const row of figures.openPushes)
      open.set({ class: LANE_CLASS_NAMES[row.laneClass] }, row.pushes);
    for (const { status, documents } of figures.unended) {
      unended.set({ status }, documents);
      if (status === 'checking') unknown.set(documents);
    }
    for (const row of figures.failed) failed.set({ reason: row.reason }, row.documents);
    throttled.set(figures.throttledCompanies);
    reads.set(figures.reads.month);
    forecast.set(figures.reads.forecast);
    for (const row of figures.readStages) stages.set({ stage: row.stage }, row.apps);
    for (const row of figures.connections) connections.set({ status: row.status }, row.connections);
  };
  const readQueue = async () => {
    for (const name of ['push', 'pull', 'deliver'] as const) {
      for (const [state, count] of Object.entries(await queue.counts(name)))
        jobs.set({ queue: name, state }, count);
    }
  };
  const told = (store: string, read: () => Promise<void>) =>
    read().then(
      () => readable.set({ store }, 1),
      () => readable.set({ store }, 0),
    );
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<unknown> = Promise.resolve();
  onScrape(registry, () => {
    if (performance.now() - readAt >= STORES_EVERY_MS) {
      readAt = performance.now();
      reading = Promise.all([told('ledger', readLedger), told('queue', readQueue)]);
    }
    return reading;
  });
}

/** Runs before each scrape; prom-client asks a metric for its value, so one asks for all. */
function onScrape(registry: Registry, collect: () => Promise<unknown>): void {
  const metrics = registry.metrics.bind(registry);
  registry.metrics = async () => {
    await collect();
    return metrics();
  };
}

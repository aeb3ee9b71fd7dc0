import { PULL_JOBS, PUSH_JOBS } from '../../jobs/index.js';
import { laneStore } from '../../src/ledger/companies/lanes.js';
import { readMeter } from '../../src/ledger/companies/read-meter.js';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { isLedgerUnavailable } from '../../src/ledger/database/unavailable.js';
import { requestStore } from '../../src/ledger/pushes/requests.js';
import { DEFAULT_PACE } from '../../src/push/failure-policy.js';
import { FilePlaces } from '../../src/push/files.js';
import { DEFAULT_PUSH_WAITS, type PushTools } from '../../src/push/sending.js';
import { openQuickBooks } from '../../src/qbo/quickbooks.js';
import type { LaneLimits } from '../../src/qbo/stores.js';
import type { QuickBooksWaits } from '../../src/qbo/waits.js';
import type { QueueBackend, WorkOptions } from '../../src/queue/backend.js';
import { nameOf, openDispatcher } from '../../src/queue/dispatch.js';
import { QueueUnavailable } from '../../src/queue/errors.js';
import type { QueueEvents } from '../../src/queue/events.js';
import { sweepOnce } from '../../src/queue/sweep.js';
import {
  jobsByKind,
  type PushWorker,
  startWorker,
  type WorkerOptions,
} from '../../src/queue/worker.js';
import type { Dice } from './dice.js';
import type { LossyQueue } from './lossy-queue.js';
import type { Stage } from './stage.js';
import { Thread } from './thread.js';
import type { VirtualTime } from './virtual-time.js';

/** What all workers of a seed share. */
export interface WorkParts {
  /** With gates. */
  ledger: Ledger;
  stage: Stage;
  time: VirtualTime;
  queue: LossyQueue;
  dice: Dice;
  urlFor(name: string): string;
  log(line: object): void;
}

/** Small, so that a handful of documents meets every branch of admission. */
export const ADMISSION = {
  open: 4,
  inDoubtPerPlace: 1,
  backfill: 2,
  retry: 2,
  batch: 1,
  files: 1,
  names: 2,
  batchSize: 3,
  batchFrom: 2,
};

/** As in production. */
const LEASE = { leaseMs: 30_000, renewMs: 10_000 };
const CALL_MS = 110_000;
const SWEEP_QUIET_MS = 5_000;
/** Real time: sweeps are started one by one. */
const NEVER_MS = 2 ** 28;

/** No spacing: its smallest steps are those of the clock, which stands still. Slots are Intuit's. */
const LANE: LaneLimits = {
  inFlight: 10,
  perSecond: 1e9,
  perMinute: 1e9,
  batchesPerMinute: 1e9,
  slotHoldMs: CALL_MS + 10_000,
};

/** Waits in real time, which is not what is simulated: either none, or longer than any seed. */
const WAITS: Partial<QuickBooksWaits> = {
  laneMs: 0,
  laneStoreMs: 60_000,
  readRetryMs: 1,
  tokenPollMs: 1,
  tokenSaveMs: 60_000,
};

/** A worker process that does one push at a time; when it dies another one takes its place. */
export class SimulatedWorker {
  readonly #options: WorkerOptions;
  #handle: WorkOptions['handle'] | undefined;
  #worker: PushWorker | undefined;
  #run: { thread: Thread; stopping: AbortController } | undefined;
  readonly #threads: Thread[] = [];
  isFrozen = false;

  constructor(
    readonly name: string,
    private readonly parts: WorkParts,
  ) {
    const log: QueueEvents = (event, fields) => parts.log({ event, ...fields });
    this.#options = {
      tools: toolsOf(name, parts),
      queue: this.#ownQueue(),
      pulls: PULL_JOBS,
      admission: ADMISSION,
      lease: LEASE,
      callMs: CALL_MS,
      pageSize: 1_000,
      concurrency: { push: 1, pull: 1 },
      sweep: { everyMs: NEVER_MS, quietMs: SWEEP_QUIET_MS },
      graceMs: 0,
      log,
    };
  }

  /** What it does right now for QuickBooks; undefined: nothing. */
  get thread(): Thread | undefined {
    return this.#run?.thread;
  }

  get isIdle(): boolean {
    return this.#run === undefined && this.#handle !== undefined && !this.isFrozen;
  }

  /** Starts as a process does, with a sweep. */
  start(): void {
    const begin = () => {
      this.#worker = startWorker(this.#options);
      return Promise.resolve();
    };
    this.#startThread(new Thread(`${this.name} starts`, { endless: true }), begin);
  }

  /** Takes a wake-up and works on its push until it is done with it. */
  work(pushId: number): void {
    const handle = this.#handle;
    if (handle === undefined) return;
    const stopping = new AbortController();
    const wakeUp = { subjectId: String(pushId), epoch: 1 };
    const thread = this.#startThread(
      new Thread(`${this.name} push ${pushId}`, { isPush: true }),
      async () => {
        try {
          await handle(wakeUp, stopping.signal);
        } catch (error) {
          // The database sent it back: the queue logs that, and the sweep finds the push.
          if (!isLedgerUnavailable(error)) throw error;
        } finally {
          this.#run = undefined;
        }
      },
    );
    this.#run = { thread, stopping };
  }

  /** One sweep of this process, beside whatever else it does. */
  sweep(): void {
    const { ledger } = this.parts;
    const { queue, admission: limits, log } = this.#options;
    const dispatcher = openDispatcher({ ledger, queue, limits, log });
    const options = { ledger, queue, dispatcher, everyMs: NEVER_MS, quietMs: SWEEP_QUIET_MS, log };
    this.#startThread(new Thread(`sweep of ${this.name}`), async () => {
      await sweepOnce(options).catch((error: unknown) => {
        log('sweep_failed', { error: nameOf(error) });
        if (!isLedgerUnavailable(error) && !(error instanceof QueueUnavailable)) throw error;
      });
    });
  }

  /** SIGSTOP: it stands still and its lease runs out, until it goes on as if nothing had been. */
  freeze(): void {
    this.isFrozen = true;
    for (const thread of this.#threads) thread.freeze();
  }

  /** SIGCONT. */
  thaw(): void {
    this.isFrozen = false;
    for (const thread of this.#threads) thread.thaw();
  }

  /** SIGTERM, and no grace: it gives back what it holds. */
  stop(): void {
    this.#handle = undefined;
    this.#run?.stopping.abort();
    void this.#worker?.stop();
  }

  /** SIGKILL: nothing of it goes on, whatever it was at. */
  kill(): void {
    this.#handle = undefined;
    for (const thread of this.#threads) thread.kill();
    void this.#worker?.stop();
  }

  #startThread(thread: Thread, work: () => Promise<void>): Thread {
    const { stage } = this.parts;
    this.#threads.push(thread);
    stage.start(thread, async () => {
      await stage.gate(thread, 'begins');
      await work();
    });
    return thread;
  }

  /** The queue as this process has it: what it hands to the queue's library is called from here. */
  #ownQueue(): QueueBackend {
    const { queue } = this.parts;
    return {
      kind: queue.kind,
      check: () => queue.check(),
      counts: () => queue.counts(),
      close: () => queue.close(),
      add: (wakeUps) => queue.add(wakeUps),
      work: (name, { handle }) => {
        if (name === 'push') this.#handle = handle;
        return { lastActivityAt: 0, inFlight: 0, close: () => Promise.resolve() };
      },
    };
  }
}

/** All a process of this name works with. */
export function toolsOf(name: string, parts: WorkParts): PushTools {
  const { ledger, time, dice } = parts;
  const quickbooks = openQuickBooks({
    environment: 'simulator',
    baseUrl: parts.urlFor(name),
    clientId: 'simulator-client',
    clientSecret: 'test-client-secret',
    redirectUri: 'http://127.0.0.1/oauth/callback',
    tokens: tokenStore(ledger),
    lanes: laneStore(ledger),
    requests: requestStore(ledger),
    reads: readMeter(ledger),
    limits: LANE,
    waits: WAITS,
    clock: time.clock,
    random: dice.random,
    log: parts.log,
  });
  return {
    ledger,
    quickbooks,
    jobs: jobsByKind(PUSH_JOBS),
    random: dice.random,
    onCrash: (crash) => parts.log({ event: 'push_failed', ...crash }),
    pace: DEFAULT_PACE,
    waits: DEFAULT_PUSH_WAITS,
    filePlaces: new FilePlaces(),
  };
}

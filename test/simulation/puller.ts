import { PULL_JOBS } from '../../jobs/index.js';
import type { Connection } from '../../src/ledger/connections/connections.js';
import { isLedgerUnavailable } from '../../src/ledger/database/unavailable.js';
import { startRun } from '../../src/ledger/runs/runs.js';
import { openDispatcher } from '../../src/queue/dispatch.js';
import type { QueueEvents } from '../../src/queue/events.js';
import { executeRun, type RunPullOptions } from '../../src/queue/run-pull.js';
import { Thread } from './thread.js';
import { ADMISSION, toolsOf, type WorkParts } from './workers.js';

const NAME = 'puller';
const LEASE_MS = 30_000;

/** Brings what changed in QuickBooks, as a worker does, one run after the other. */
export class SimulatedPuller {
  readonly #options: RunPullOptions;
  #thread: Thread | undefined;
  #count = 0;

  constructor(
    private readonly parts: WorkParts,
    private readonly connection: Connection,
  ) {
    const { ledger, queue } = parts;
    const log: QueueEvents = (event, fields) => parts.log({ event, ...fields });
    this.#options = {
      tools: toolsOf(NAME, parts),
      pulls: new Map(PULL_JOBS.map((pull) => [pull.job, pull])),
      queue,
      dispatcher: openDispatcher({ ledger, queue, limits: ADMISSION, log }),
      leaseMs: LEASE_MS,
      pageSize: 1_000,
      log,
    };
  }

  threadOf(name: string): Thread | undefined {
    return name === NAME ? this.#thread : undefined;
  }

  /** Begins a run, or goes on with the one that is open. */
  pull(): void {
    if (this.#thread?.lives === true) return;
    const { stage, ledger } = this.parts;
    this.#count += 1;
    const thread = new Thread(`${NAME} ${this.#count}`);
    this.#thread = thread;
    stage.start(thread, async () => {
      await stage.gate(thread, 'begins');
      try {
        const { connection } = this;
        const { runId } = await startRun(ledger, connection, {
          job: 'pull_changes',
          trigger: 'person',
        });
        await executeRun(this.#options, runId, new AbortController().signal);
      } catch (error) {
        if (!isLedgerUnavailable(error)) throw error;
      }
    });
  }
}

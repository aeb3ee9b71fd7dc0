import { setTimeout as delay } from 'node:timers/promises';
import { anInvoice } from '../support/orders.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import type { QboSyncProcess } from '../support/worker-process.js';
import { type ChaosHouse, type QueueKind, startChaosHouse } from './house.js';

export interface StormOptions {
  documents: number;
  companies: number;
  queue: QueueKind;
  /** One of the workers is killed this often, and started again. */
  killEveryMs: number;
  workers: number;
  /** Shares of QuickBooks' answers. */
  lost: number;
  unavailable: number;
  throttled: number;
  flushes: number;
  postgresRestarts: number;
  /** From the last fault until nothing is left to do. */
  quietWithinMs: number;
  say?(line: string): void;
}

/** The run before a release. */
export const LONG_STORM: StormOptions = {
  documents: 10_000,
  companies: 20,
  queue: 'redis',
  killEveryMs: 5_000,
  workers: 2,
  lost: 0.05,
  unavailable: 0.02,
  throttled: 0.01,
  flushes: 3,
  postgresRestarts: 1,
  quietWithinMs: 90_000,
};

/** The same in half a minute, as it is played with all other tests. */
export const SHORT_STORM: StormOptions = {
  ...LONG_STORM,
  documents: 400,
  companies: 4,
  killEveryMs: 3_000,
};

export interface StormFigures {
  documents: number;
  kills: number;
  flushes: number;
  postgresRestarts: number;
  throttled: number;
  /** Answers that were asked for once more under the same requestid. */
  replayed: number;
  seconds: number;
  /** From the end of the last fault until nothing was left to do. */
  quietSeconds: number;
}

/** Stated in one request. */
const STATED_AT_ONCE = 100;
/** Faults go on until so much is done; outages come before that. */
const FAULTS_UNTIL = 0.9;
const LONGEST_MS = 3_600_000;
/** Rules of chance end after so many hits, which are more than there are calls. */
const ENDLESS = 1_000_000;

/**
 * Everything at once: workers are killed, answers lost, queue and database taken away. Answers its
 * figures. @throws Error with everything that is not true afterwards
 */
export async function playStorm(options: StormOptions): Promise<StormFigures> {
  const { say = () => undefined } = options;
  const house = await startChaosHouse({ queue: options.queue });
  const startedAtMs = performance.now();
  const seconds = (sinceMs: number) => Math.round((performance.now() - sinceMs) / 100) / 10;
  const running: { stop(): Promise<number> }[] = [];
  try {
    await house.startWorker();
    const companies = await Promise.all(
      Array.from({ length: options.companies }, () => house.company()),
    );
    await house.stopWorkers();
    house.simulator.control.setLatency({ call: 'all', ms: 100 });
    addFaults(house, options);
    const killers = killing(house, options);
    running.push(killers);
    const [outages] = await Promise.all([
      outagesAt(house, options, say),
      state(companies, options),
    ]);
    await waitFor(async () => (await synced(house)) >= options.documents * FAULTS_UNTIL, {
      what: 'most documents to be synced',
      withinMs: LONGEST_MS,
    });
    const kills = await killers.stop();
    house.simulator.control.removeFaults();
    const lastFaultAtMs = performance.now();
    say(`Faults end after ${seconds(startedAtMs)} s, ${await synced(house)} synced.`);
    await house.quiet(options.quietWithinMs);
    const quietSeconds = seconds(lastFaultAtMs);
    await house.check({ unseenSends: kills * CALLS_OF_A_WORKER });
    allThere(house, companies, options);
    return {
      ...counted(house, options),
      ...outages,
      kills,
      seconds: seconds(startedAtMs),
      quietSeconds,
    };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await house.close();
  }
}

/** A killed worker may have noted so many sendings that never left. */
const CALLS_OF_A_WORKER = 50;

function addFaults(house: ChaosHouse, { lost, unavailable, throttled }: StormOptions): void {
  const { control } = house.simulator;
  const writes = { count: ENDLESS, match: { method: 'POST' } };
  control.addFault({ do: 'drop', at: 'after_commit', probability: lost, ...writes });
  control.addFault({ do: 'status', status: 503, probability: unavailable, ...writes });
  control.addFault({ do: 'throttle', probability: throttled, ...writes });
}

/** Keeps workers running, and kills one of them now and then. */
function killing(house: ChaosHouse, { workers, killEveryMs }: StormOptions) {
  const stopping = new AbortController();
  let kills = 0;
  const one = async () => {
    let worker: QboSyncProcess = await house.startWorker();
    while (!stopping.signal.aborted) {
      const afterMs = killEveryMs * workers * (0.5 + Math.random());
      await delay(afterMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      worker.kill('SIGKILL');
      kills += 1;
      await worker.exitCode();
      worker = await house.startWorker();
    }
  };
  const all = Promise.all(Array.from({ length: workers }, one));
  // A failure to start shows in what is not done.
  const ended = all.catch(() => undefined);
  return {
    async stop(): Promise<number> {
      stopping.abort();
      await ended;
      return kills;
    },
  };
}

const numberOf = (index: number) => `S-${index + 1}`;

/** All documents, spread over the companies; what an outage refuses is stated again. */
async function state(companies: readonly SalesCompany[], o: StormOptions): Promise<void> {
  const each = Math.ceil(o.documents / companies.length);
  await Promise.all(
    companies.map(async (company) => {
      for (let from = 0; from < each; from += STATED_AT_ONCE) {
        const length = Math.min(STATED_AT_ONCE, each - from);
        const numbers = Array.from({ length }, (_, index) => numberOf(from + index));
        const taken = () => company.invoicesOf(numbers).then(() => true);
        await waitFor(taken, { what: 'statements to be taken', withinMs: 60_000 });
      }
    }),
  );
}

async function synced({ house: { ledger } }: ChaosHouse): Promise<number> {
  const [row] = await ledger.sql<{ synced: number }[]>`
      select count(*)::int as synced from documents where kind = 'invoice' and status = 'synced'`.catch(
    () => [],
  );
  return row?.synced ?? 0;
}

/** Each outage comes when its share of the documents is synced. */
async function outagesAt(
  house: ChaosHouse,
  { documents, flushes, postgresRestarts }: StormOptions,
  say: (line: string) => void,
): Promise<{ flushes: number; postgresRestarts: number }> {
  const outages = [
    ...Array.from({ length: flushes }, () => 'flush' as const),
    ...Array.from({ length: postgresRestarts }, () => 'restart' as const),
  ];
  const happened = { flushes: 0, postgresRestarts: 0 };
  for (const [index, outage] of outages.entries()) {
    const share = (FAULTS_UNTIL * (index + 1)) / (outages.length + 1);
    await waitFor(async () => (await synced(house)) >= documents * share, {
      what: `${Math.round(share * 100)} % of the documents to be synced`,
      withinMs: LONGEST_MS,
    });
    say(`${await synced(house)} synced: ${outage}`);
    if (outage === 'restart') {
      await house.postgres.restart();
      happened.postgresRestarts += 1;
    } else if (house.redis !== undefined) {
      await house.redis.flushAll();
      happened.flushes += 1;
    }
  }
  return happened;
}

/** 0 lost, 0 doubled, 0 wrong, by what QuickBooks holds. */
function allThere(
  house: ChaosHouse,
  companies: readonly SalesCompany[],
  { documents }: StormOptions,
): void {
  const each = Math.ceil(documents / companies.length);
  const total = Number(anInvoice().total);
  for (const { realmId } of companies) {
    const held = house.simulator.control.objects(realmId, 'Invoice');
    const numbers = new Set(held.map((one) => one['DocNumber']));
    const wrong = held.filter((one) => one['TotalAmt'] !== total).length;
    if (numbers.size !== each || held.length !== each || wrong > 0) {
      throw new Error(
        `${held.length} invoices of ${numbers.size} numbers for ${each}, ${wrong} wrong`,
      );
    }
  }
}

function counted(house: ChaosHouse, { documents }: StormOptions) {
  const { control } = house.simulator;
  const logs = control.companies().map(({ realmId }) => control.log(realmId));
  return {
    documents,
    throttled: logs.reduce((sum, { counts }) => sum + counts.throttled, 0),
    replayed: logs.reduce((sum, log) => sum + log.calls.filter((call) => call.replayed).length, 0),
  };
}

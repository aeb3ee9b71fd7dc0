import { eventsOf } from '../support/log-lines.js';
import { anInvoice } from '../support/orders.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { type ChaosHouse, type QueueKind, startChaosHouse } from './house.js';
import { type Crew, startCrew } from './storm/crew.js';
import { type Happened, type Outage, playOutages, synced } from './storm/outages.js';

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
  /** In this order, evenly spread over the documents. */
  outages: readonly Outage[];
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
  outages: ['flush', 'postgres restart', 'flush', 'rolling restart', 'flush'],
  quietWithinMs: 90_000,
};

/** The same in half a minute, as it is played with all other tests. */
export const SHORT_STORM: StormOptions = {
  ...LONG_STORM,
  documents: 400,
  companies: 4,
  killEveryMs: 1_500,
};

export interface StormFigures {
  documents: number;
  kills: number;
  outages: Happened[];
  /** Calls of QuickBooks, and of these what went wrong. */
  calls: number;
  lost: number;
  unavailable: number;
  throttled: number;
  /** Answers that were asked for once more under the same requestid. */
  replayed: number;
  /** Open pushes whose wake-up a sweep added again. */
  addedAgain: number;
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
 * Everything at once: workers are killed, answers lost, queue and database taken away, a version
 * replaced by the next. Answers its figures. @throws Error with everything that is not true afterwards
 */
export async function playStorm(options: StormOptions): Promise<StormFigures> {
  const { say = () => undefined } = options;
  const house = await startChaosHouse({ queue: options.queue });
  const startedAtMs = performance.now();
  const seconds = (sinceMs: number) => Math.round((performance.now() - sinceMs) / 100) / 10;
  let crew: Crew | undefined;
  try {
    const companies = await companiesFor(house, options);
    house.simulator.control.setLatency({ call: 'all', ms: 100 });
    addFaults(house, options);
    crew = await startCrew(house, options);
    const outages = await untilMostIsDone(house, companies, crew, options);
    await crew.stop();
    house.simulator.control.removeFaults();
    const lastFaultAtMs = performance.now();
    say(`Faults end after ${seconds(startedAtMs)} s, ${await synced(house)} synced.`);
    await house.quiet(options.quietWithinMs);
    const quietSeconds = seconds(lastFaultAtMs);
    await house.check({ unseenSends: crew.kills() * CALLS_OF_A_WORKER });
    await allThere(house, companies, options);
    const figures = { ...counted(house, options), kills: crew.kills(), outages };
    return { ...figures, seconds: seconds(startedAtMs), quietSeconds };
  } finally {
    await crew?.stop().catch(() => undefined);
    await house.close();
  }
}

/** Companies whose lists are known. */
async function companiesFor(house: ChaosHouse, { companies }: StormOptions) {
  await house.startWorker();
  const made = await Promise.all(Array.from({ length: companies }, () => house.company()));
  await house.stopWorkers();
  return made;
}

/** States everything, and makes each outage happen when its time has come. */
async function untilMostIsDone(
  house: ChaosHouse,
  companies: readonly SalesCompany[],
  crew: Crew,
  { documents, outages }: StormOptions,
): Promise<Happened[]> {
  const within = LONGEST_MS;
  const [happened] = await Promise.all([
    playOutages(house, { crew, outages, documents, until: FAULTS_UNTIL, within }),
    state(companies, documents),
  ]);
  await waitFor(async () => (await synced(house)) >= documents * FAULTS_UNTIL, {
    what: 'most documents to be synced',
    withinMs: LONGEST_MS,
  });
  return happened;
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

const numberOf = (index: number) => `S-${index + 1}`;

/** All documents, spread over the companies; what an outage refuses is stated again. */
async function state(companies: readonly SalesCompany[], documents: number): Promise<void> {
  const each = Math.ceil(documents / companies.length);
  await Promise.all(
    companies.map(async (company) => {
      for (let from = 0; from < each; from += STATED_AT_ONCE) {
        const length = Math.min(STATED_AT_ONCE, each - from);
        const numbers = Array.from({ length }, (_, index) => numberOf(from + index));
        const taken = () => company.invoicesOf(numbers).then(() => true);
        await waitFor(taken, { what: 'statements to be taken', withinMs: LONGEST_MS });
      }
    }),
  );
}

/** 0 lost, 0 doubled, 0 wrong, by what QuickBooks holds. */
async function allThere(
  house: ChaosHouse,
  companies: readonly SalesCompany[],
  { documents }: StormOptions,
): Promise<void> {
  const each = Math.ceil(documents / companies.length);
  const total = Number(anInvoice().total);
  for (const { realmId } of companies) {
    const held = house.simulator.control.objects(realmId, 'Invoice');
    const numbers = new Set(held.map((one) => one['DocNumber']));
    const wrong = held.filter((one) => one['TotalAmt'] !== total).length;
    if (numbers.size !== each || held.length !== each || wrong > 0) {
      const rows = await house.house.ledger.sql`
        select external_id, status, reason from documents where status <> 'synced'`;
      throw new Error(
        `${held.length} invoices of ${numbers.size} numbers for ${each}, ${wrong} wrong; ` +
          `not synced: ${JSON.stringify(rows)}`,
      );
    }
  }
}

function counted(house: ChaosHouse, { documents }: StormOptions) {
  const { control } = house.simulator;
  const calls = control.companies().flatMap(({ realmId }) => control.log(realmId).calls);
  const ended = (status: number | null) => calls.filter((call) => call.status === status).length;
  return {
    documents,
    calls: calls.length,
    lost: ended(null),
    unavailable: ended(503),
    throttled: ended(429),
    replayed: calls.filter((call) => call.replayed).length,
    addedAgain: eventsOf(house, 'sweep').reduce((sum, { pushes }) => sum + Number(pushes), 0),
  };
}

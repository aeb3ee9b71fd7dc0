import { PULL_JOBS, PUSH_JOBS } from '../../jobs/index.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import { laneStore } from '../../src/ledger/companies/lanes.js';
import { readMeter } from '../../src/ledger/companies/read-meter.js';
import { tokenStore } from '../../src/ledger/companies/tokens.js';
import type { Ledger } from '../../src/ledger/database/open.js';
import { requestStore } from '../../src/ledger/pushes/requests.js';
import { companiesWithWebhooks, startWantedRun } from '../../src/ledger/runs/changes-wanted.js';
import { DEFAULT_PACE } from '../../src/push/failure-policy.js';
import { FilePlaces } from '../../src/push/files.js';
import { DEFAULT_PUSH_WAITS } from '../../src/push/sending.js';
import { openQuickBooks } from '../../src/qbo/quickbooks.js';
import { executeRun, type RunPullOptions } from '../../src/queue/run-pull.js';
import { startScheduled } from '../../src/queue/start-scheduled.js';
import { jobsByKind } from '../../src/queue/worker.js';
import { type Connected, type Journey, runsEnded, waitForStatus } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { quickBooksSide } from '../support/quickbooks-side.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';
import { Arrivals } from './arrivals.js';
import { say, shown } from './figures.js';

export const BEGINNING = '2026-11-01T00:00:00Z';
const DAY_MS = 24 * 60 * 60_000;
const STEP_MS = 5 * 60_000;
export const STEPS_A_DAY = DAY_MS / STEP_MS;
/** People work from three in the afternoon, in UTC, for nine hours. */
const WORKING = { fromStep: 15 * 12, steps: 9 * 12 };
/** Multiples of it fall everywhere between two whole numbers, and near no other. */
const SPREAD = 0.618_033_988_75;
const RUNS_AT_ONCE = 10;
const TIMES = { gatherMs: 0, settleMs: 0 };

/** Contacts are imported and payments are told. */
const SETTINGS: SettingsInput = {
  modules: ['invoice', 'payment', 'customer'],
  imports: { contacts: true },
  payments: true,
};
const PAID = 'INV-1';
/** More than all payments of a month. */
const PAID_TOTAL = '100000.00';

/** Who is played, and how their changes come. */
export interface Cast {
  companies: number;
  withWebhooks: boolean;
  /** Customers somebody adds and payments somebody books in each company's QuickBooks on a day. */
  changesADay: number;
}

/** Metered reads, by what they were for. */
type Reads = ReadonlyMap<string, number>;

interface Company extends Connected {
  /** QuickBooks' id of the invoice that is paid bit by bit. */
  invoiceId: string;
}

/**
 * Companies on a clock that is moved: five minutes at a time, and with webhooks to each change as well.
 * At each stop everything that has fallen due is done, as a worker does it.
 */
export class Month {
  #nowMs = Date.parse(BEGINNING);
  #changes = 0;
  readonly #ledger: Ledger;
  readonly #options: RunPullOptions;
  readonly #wanted: number[] = [];
  readonly arrivals: Arrivals;

  private constructor(
    private readonly journey: Journey,
    private readonly companies: readonly Company[],
    private readonly cast: Cast,
  ) {
    this.#ledger = { ...journey.house.ledger, clock: () => new Date(this.#nowMs) };
    this.#options = runOptions(journey, this.#ledger);
    this.arrivals = new Arrivals(this.#ledger, journey.appId);
  }

  /** Connects the companies, reads their lists, and has an invoice sent in each. */
  static async begin(journey: Journey, cast: Cast): Promise<Month> {
    const { control } = journey.simulator;
    control.setClock({ now: BEGINNING, stopped: true });
    const worker = journey.startWorker();
    const companies: Company[] = [];
    while (companies.length < cast.companies) companies.push(await companyOf(journey));
    await worker.stop();
    if (cast.withWebhooks) {
      control.webhooks.subscribe({
        clientId: journey.config.intuit.clientId,
        url: `${journey.webUrl}/webhooks/intuit`,
        verifierToken: VERIFIER_TOKEN,
        delayMs: 0,
      });
    }
    const month = new Month(journey, companies, cast);
    // The first webhook of a company is what shows that they arrive.
    for (const company of companies) month.#change(company);
    await month.#readTold();
    await month.#doDue();
    await month.arrivals.begin();
    return month;
  }

  /** Plays whole days; answers the reads of a company and day, by what they were for. */
  async play(days: number): Promise<Reads> {
    const before = await this.#counted();
    for (let step = 1; step <= days * STEPS_A_DAY; step += 1) {
      const endMs = this.#nowMs + STEP_MS;
      await this.#playChanges(endMs);
      this.#goOnTo(endMs);
      await this.#doDue();
      await this.arrivals.note(this.#nowMs);
      if (step % STEPS_A_DAY === 0) await this.#endDay(step / STEPS_A_DAY, before);
    }
    return this.#countedSince(before, days);
  }

  close(): Promise<void> {
    return this.#options.tools.quickbooks.close();
  }

  /** Says what it came to so far: a long one may be broken off. */
  async #endDay(day: number, before: Reads): Promise<void> {
    const [failed] = await this.#ledger.sql<{ runs: number }[]>`
      select count(*)::int as runs from runs where status <> 'succeeded'`;
    if (failed?.runs !== 0) throw new Error(`${failed?.runs} runs did not succeed`);
    const reads = [...(await this.#countedSince(before, day)).values()];
    const all = reads.reduce((sum, count) => sum + count, 0);
    const contacts = this.arrivals.figures('contact.imported');
    say(
      `  day ${day}: ${shown(all)} reads a company and day; contacts told within ${shown(contacts.max)} s; ` +
        `${Math.round(performance.now() / 1_000)} s`,
    );
  }

  /** Of a company and day, by what they were for. */
  async #countedSince(before: Reads, days: number): Promise<Reads> {
    const after = await this.#counted();
    const companyDays = days * this.companies.length;
    return new Map(
      [...after].flatMap(([feature, reads]) => {
        const count = (reads - (before.get(feature) ?? 0)) / companyDays;
        return count > 0 ? [[feature, count]] : [];
      }),
    );
  }

  #goOnTo(nowMs: number): void {
    this.#nowMs = nowMs;
    this.journey.simulator.control.setClock({ now: new Date(nowMs).toISOString() });
  }

  /** What people do until then, at some moment of these minutes. */
  async #playChanges(untilMs: number): Promise<void> {
    const due = this.companies.filter((_, index) => this.#isChanged(index));
    if (due.length === 0) return;
    this.#goOnTo(Math.round(untilMs - STEP_MS * ((this.#changes * SPREAD) % 1)));
    for (const company of due) this.#change(company);
    if (!this.cast.withWebhooks) return;
    await this.#readTold();
    await this.arrivals.note(this.#nowMs);
  }

  /** Evenly over the working hours, at other times in each twenty companies. */
  #isChanged(index: number): boolean {
    const step = (this.#nowMs % DAY_MS) / STEP_MS - WORKING.fromStep;
    const apart = Math.floor(WORKING.steps / this.cast.changesADay);
    return (
      step >= 0 &&
      step < apart * this.cast.changesADay &&
      (step + Math.floor(index / 20)) % apart === 0
    );
  }

  #change({ id, realmId, invoiceId }: Company): void {
    const { control } = this.journey.simulator;
    this.#changes += 1;
    const isCustomer = this.#changes % 2 === 0;
    const date = new Date(this.#nowMs).toISOString().slice(0, 10);
    const { object } = isCustomer
      ? control.act(realmId, {
          do: 'create',
          entity: 'Customer',
          object: { DisplayName: `Customer ${this.#changes}` },
        })
      : control.act(realmId, { do: 'pay', invoice: invoiceId, amount: 1, date });
    this.arrivals.expect({
      connectionId: id,
      what: isCustomer ? 'contact.imported' : 'payment.recorded',
      quickbooksId: String(object?.['Id']),
      madeAtMs: this.#nowMs,
    });
  }

  /** Starts what webhooks ask for, and does it. */
  async #readTold(): Promise<void> {
    await this.journey.simulator.control.webhooks.idle();
    for (const id of await companiesWithWebhooks(this.#ledger, TIMES, this.companies.length)) {
      const runId = await startWantedRun(this.#ledger, id, TIMES);
      if (runId !== undefined) this.#wanted.push(runId);
    }
    await this.#doRuns();
  }

  /** Starts what has fallen due by the clock, and does it. */
  async #doDue(): Promise<void> {
    const queue = {
      add: async (wakeUps: readonly { subjectId: string }[]) => {
        this.#wanted.push(...wakeUps.map(({ subjectId }) => Number(subjectId)));
      },
    };
    const log = () => undefined;
    await startScheduled({ ledger: this.#ledger, queue, readsPerMonth: null, log });
    await this.#doRuns();
  }

  async #doRuns(): Promise<void> {
    const left = this.#wanted.splice(0);
    const stopping = new AbortController().signal;
    const one = async () => {
      for (let id = left.shift(); id !== undefined; id = left.shift()) {
        await executeRun(this.#options, id, stopping);
      }
    };
    await Promise.all(Array.from({ length: Math.min(RUNS_AT_ONCE, left.length) }, one));
  }

  async #counted(): Promise<Reads> {
    const rows = await this.#ledger.sql<{ feature: string; reads: number }[]>`
      select feature, sum(reads)::float8 as reads from read_days group by 1 order by 1`;
    return new Map(rows.map(({ feature, reads }) => [feature, reads]));
  }
}

async function companyOf(journey: Journey): Promise<Company> {
  const { control } = journey.simulator;
  const { realmId } = control.createCompany({ seed: 'new' });
  control.load(realmId, {
    Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
    Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
  });
  const connected = await journey.connect({ realmId, settings: SETTINGS });
  await runsEnded(journey, connected.id);
  const lines = [aLine({ unitPrice: PAID_TOTAL, amount: PAID_TOTAL })];
  const invoice = anInvoice({ number: PAID, lines, total: PAID_TOTAL });
  await journey.client.state(connected.id, 'invoice', PAID, invoice);
  await waitForStatus(journey, connected.id, 'invoice', PAID, 'synced');
  const [sent] = quickBooksSide(journey, connected).where('Invoice', 'DocNumber', PAID);
  return { ...connected, invoiceId: String(sent?.['Id']) };
}

function runOptions({ house, config }: Journey, ledger: Ledger): RunPullOptions {
  const random = Math.random;
  const quickbooks = openQuickBooks({
    environment: 'simulator',
    baseUrl: config.intuit.baseUrl ?? '',
    clientId: config.intuit.clientId,
    clientSecret: config.intuit.clientSecret,
    redirectUri: `${config.publicUrl}/oauth/callback`,
    tokens: tokenStore(ledger),
    lanes: laneStore(ledger),
    requests: requestStore(ledger),
    reads: readMeter(ledger),
    limits: {
      inFlight: 200,
      perSecond: 100_000,
      perMinute: 1_000_000,
      batchesPerMinute: 1_000_000,
      slotHoldMs: 120_000,
    },
    clock: ledger.clock,
    random,
    log: () => undefined,
  });
  const tools = {
    ledger,
    quickbooks,
    jobs: jobsByKind(PUSH_JOBS),
    random,
    onCrash: () => undefined,
    pace: DEFAULT_PACE,
    waits: DEFAULT_PUSH_WAITS,
    filePlaces: new FilePlaces(),
  };
  return {
    tools,
    pulls: new Map(PULL_JOBS.map((pull) => [pull.job, pull])),
    queue: house.queue,
    dispatcher: house.dispatcher,
    leaseMs: 120_000,
    pageSize: 1_000,
    log: () => undefined,
  };
}

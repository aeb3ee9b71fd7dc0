import { PULL_JOBS, PUSH_JOBS } from '../../../jobs/index.js';
import type { SettingsInput } from '../../../src/contract/settings.js';
import { laneStore } from '../../../src/ledger/companies/lanes.js';
import { readMeter } from '../../../src/ledger/companies/read-meter.js';
import { tokenStore } from '../../../src/ledger/companies/tokens.js';
import { migrateLedger } from '../../../src/ledger/database/migrate.js';
import type { Ledger } from '../../../src/ledger/database/open.js';
import { requestStore } from '../../../src/ledger/pushes/requests.js';
import { companiesWithWebhooks, startWantedRun } from '../../../src/ledger/runs/changes-wanted.js';
import { DEFAULT_PACE } from '../../../src/push/failure-policy.js';
import { FilePlaces } from '../../../src/push/files.js';
import { DEFAULT_PUSH_WAITS } from '../../../src/push/sending.js';
import { openQuickBooks } from '../../../src/qbo/quickbooks.js';
import { executeRun, type RunPullOptions } from '../../../src/queue/run-pull.js';
import { startScheduled } from '../../../src/queue/start-scheduled.js';
import { jobsByKind } from '../../../src/queue/worker.js';
import { type Connected, type Journey, startJourney } from '../../support/journey.js';
import { startPrivatePostgres } from '../../support/postgres-server.js';
import { VERIFIER_TOKEN } from '../../support/webhooks.js';
import { type Figure, type Row, say, setting } from '../figures.js';

const COMPANIES = setting('BENCH_COMPANIES', 100);
/** Days that are played with webhooks. Each week is as the other: whole lists come once in it. */
const DAYS = setting('BENCH_DAYS', 30);
/** Without webhooks each day is as the other, and has 288 looks a company. */
const POLLED_COMPANIES = setting('BENCH_POLLED_COMPANIES', 10);
const POLLED_DAYS = setting('BENCH_POLLED_DAYS', 1);
/** What people do in each company's QuickBooks on a day: customers they add, invoices they write. */
const CHANGES_A_DAY = setting('BENCH_CHANGES', 6);

const BEGINNING = '2026-11-01T00:00:00Z';
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const STEP_MS = 5 * MINUTE_MS;
const RUNS_AT_ONCE = 4;
/** Customers, invoices and payments, each asked for every five minutes. */
const QUERIES_A_DAY = 3 * (DAY_MS / STEP_MS);

const SETTINGS: SettingsInput = {
  modules: ['invoice', 'payment', 'customer'],
  imports: { contacts: true },
  payments: true,
};

/** Metered reads of companies whose contacts are imported and whose payments are told. */
export const READS: Row = {
  name: 'reads',
  how: `${COMPANIES} companies, ${CHANGES_A_DAY} changes a day in each: ${DAYS} days with webhooks, then ${POLLED_DAYS} without, in ${POLLED_COMPANIES} of them.`,
  runsMax: 1,
  async measure() {
    const postgres = await startPrivatePostgres();
    await migrateLedger(postgres.url);
    const journey = await startJourney({
      databaseUrl: postgres.url,
      idle: true,
      now: BEGINNING,
      environment: {
        INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN,
        QBO_SYNC_TEST_WAITS: '1',
        LOG_LEVEL: 'fatal',
      },
    });
    try {
      const month = await Month.begin(journey);
      const told = await month.play(DAYS);
      await month.goOnWithoutWebhooks(POLLED_COMPANIES);
      const looked = await month.play(POLLED_DAYS);
      await month.close();
      return [...figuresOf('with webhooks', told, 20), ...figuresOf('by looks', looked, 3)];
    } finally {
      await journey.close();
      await postgres.stop();
    }
  },
};

/** Reads of a company and day, by what they were for. */
type Counted = ReadonlyMap<string, number>;

function figuresOf(side: string, counted: Counted, timesFewer: number): Figure[] {
  const all = [...counted.values()].reduce((sum, reads) => sum + reads, 0);
  const lists = counted.get('refresh') ?? 0;
  return [
    ...[...counted].map(([feature, value]) => ({
      what: `${side}: ${feature}, a company and day`,
      value,
      unit: 'reads',
    })),
    { what: `${side}: all, a company and day`, value: all, unit: 'reads' },
    {
      what: `${side}: queries every five minutes to what looks for changes`,
      value: QUERIES_A_DAY / (all - lists),
      unit: 'times',
      goal: { atLeast: timesFewer },
    },
    {
      what: `${side}: the same to all reads`,
      value: QUERIES_A_DAY / all,
      unit: 'times',
      goal: { atLeast: timesFewer },
    },
  ];
}

/** Time of all sides, moved step by step; in each step all that has fallen due is done. */
class Month {
  #nowMs = Date.parse(BEGINNING);
  readonly #ledger: Ledger;
  readonly #options: RunPullOptions;
  readonly #wanted: number[] = [];
  #changes = 0;

  private constructor(
    private readonly journey: Journey,
    private companies: Connected[],
  ) {
    this.#ledger = { ...journey.house.ledger, clock: () => new Date(this.#nowMs) };
    this.#options = this.#runOptions();
  }

  /** Connects the companies, reads their lists, and begins to tell of what changes in them. */
  static async begin(journey: Journey): Promise<Month> {
    const { control } = journey.simulator;
    control.setClock({ now: BEGINNING, stopped: true });
    const companies: Connected[] = [];
    while (companies.length < COMPANIES) {
      const { realmId } = control.createCompany({ seed: 'new' });
      control.load(realmId, {
        Customer: [{ Id: '7', DisplayName: 'Harbor Lane Dental' }],
        Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
      });
      companies.push(await journey.connect({ realmId, settings: SETTINGS }));
    }
    const month = new Month(journey, companies);
    await month.#settle();
    control.webhooks.subscribe({
      clientId: journey.config.intuit.clientId,
      url: `${journey.webUrl}/webhooks/intuit`,
      verifierToken: VERIFIER_TOKEN,
      delayMs: 0,
    });
    for (const company of companies) month.#change(company);
    await month.#settle();
    return month;
  }

  /** Plays whole days; answers the reads of a company and day. */
  async play(days: number): Promise<Counted> {
    const { sql } = this.#ledger;
    const before = await this.#counted();
    const steps = (days * DAY_MS) / STEP_MS;
    for (let step = 1; step <= steps; step += 1) {
      this.#nowMs += STEP_MS;
      const now = new Date(this.#nowMs).toISOString();
      this.journey.simulator.control.setClock({ now });
      for (const [index, company] of this.companies.entries()) {
        if (this.#isChanged(index)) this.#change(company);
      }
      await this.#settle();
      if (step % (DAY_MS / STEP_MS) === 0) say(`  ${now.slice(0, 10)} is over`);
    }
    const [failed] = await sql<{ runs: number }[]>`
      select count(*)::int as runs from runs where status <> 'succeeded'`;
    if (failed?.runs !== 0) throw new Error(`${failed?.runs} runs did not succeed`);
    const after = await this.#counted();
    const companyDays = days * this.companies.length;
    return new Map(
      [...after].flatMap(([feature, reads]) => {
        const count = (reads - (before.get(feature) ?? 0)) / companyDays;
        return count > 0 ? [[feature, count]] : [];
      }),
    );
  }

  /** With some of the companies, whose webhooks are as after something none of them told of. */
  async goOnWithoutWebhooks(companies: number): Promise<void> {
    const { sql } = this.#ledger;
    this.journey.simulator.control.webhooks.unsubscribe();
    this.companies = this.companies.slice(0, companies);
    const ids = this.companies.map(({ id }) => id);
    await sql`update companies set webhooks_doubted_at = ${new Date(this.#nowMs)}`;
    await sql`
      update companies set status = 'disconnected' where id not in (
        select company_id from connections where id = any(${ids}::uuid[]))`;
  }

  close(): Promise<void> {
    return this.#options.tools.quickbooks.close();
  }

  /** Evenly over nine hours of the day, at other times in each company. */
  #isChanged(index: number): boolean {
    const stepOfDay = (this.#nowMs % DAY_MS) / STEP_MS - 12 * 15;
    const apart = Math.floor((12 * 9) / CHANGES_A_DAY);
    return stepOfDay >= 0 && stepOfDay < apart * CHANGES_A_DAY && (stepOfDay + index) % apart === 0;
  }

  #change({ realmId }: Connected): void {
    const { control } = this.journey.simulator;
    this.#changes += 1;
    const isCustomer = this.#changes % 2 === 0;
    if (isCustomer) {
      const object = { DisplayName: `Customer ${this.#changes}` };
      control.act(realmId, { do: 'create', entity: 'Customer', object });
      return;
    }
    const detail = {
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: '3' } },
    };
    const object = { CustomerRef: { value: '7' }, Line: [{ Amount: 100, ...detail }] };
    control.act(realmId, { do: 'create', entity: 'Invoice', object });
  }

  /** Does all that has fallen due, as a worker does. */
  async #settle(): Promise<void> {
    const { sql } = this.#ledger;
    await this.journey.simulator.control.webhooks.idle();
    const queue = {
      add: async (wakeUps: readonly { subjectId: string }[]) => {
        this.#wanted.push(...wakeUps.map(({ subjectId }) => Number(subjectId)));
      },
    };
    await startScheduled({
      ledger: this.#ledger,
      queue,
      readsPerMonth: null,
      log: () => undefined,
    });
    const times = { gatherMs: 0, settleMs: 0 };
    for (const id of await companiesWithWebhooks(this.#ledger, times, COMPANIES)) {
      const runId = await startWantedRun(this.#ledger, id, times);
      if (runId !== undefined) this.#wanted.push(runId);
    }
    // Those of connecting as well.
    const open = await sql<
      { id: number }[]
    >`select id from runs where ended_at is null order by id`;
    const runs = [...new Set([...this.#wanted.splice(0), ...open.map(({ id }) => id)])];
    const stopping = new AbortController().signal;
    for (let start = 0; start < runs.length; start += RUNS_AT_ONCE) {
      const some = runs.slice(start, start + RUNS_AT_ONCE);
      await Promise.all(some.map((id) => executeRun(this.#options, id, stopping)));
    }
  }

  async #counted(): Promise<Counted> {
    const rows = await this.#ledger.sql<{ feature: string; reads: number }[]>`
      select feature, sum(reads)::float8 as reads from read_days group by 1 order by 1`;
    return new Map(rows.map(({ feature, reads }) => [feature, reads]));
  }

  #runOptions(): RunPullOptions {
    const { house, config } = this.journey;
    const ledger = this.#ledger;
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
}

import { migrateLedger } from '../../../src/ledger/database/migrate.js';
import { startJourney } from '../../support/journey.js';
import { startPrivatePostgres } from '../../support/postgres-server.js';
import { VERIFIER_TOKEN } from '../../support/webhooks.js';
import type { Arrivals, Arriving } from '../arrivals.js';
import { choice, type Figure, type Row, setting } from '../figures.js';
import { BEGINNING, Month, STEPS_A_DAY } from '../month.js';

const COMPANIES = setting('BENCH_COMPANIES', 100);
const DAYS = setting('BENCH_DAYS', 30);
/** Without webhooks each company has 288 looks a day: 100 of them for a month are hours. */
const POLLED_COMPANIES = setting('BENCH_POLLED_COMPANIES', 10);
const POLLED_DAYS = setting('BENCH_POLLED_DAYS', DAYS);
/** What people do in each company's QuickBooks on a day: customers they add, payments they book. */
const CHANGES_A_DAY = setting('BENCH_CHANGES', 6);
const SIDES = choice('BENCH_SIDES', ['webhooks', 'looks'] as const);

/** Customers, invoices and payments, each asked for every five minutes. */
const QUERIES_A_DAY = 3 * STEPS_A_DAY;

/** What a side is called, how it is played, and how many times fewer its reads should be. */
const PLAYED = {
  webhooks: { name: 'with webhooks', companies: COMPANIES, days: DAYS, timesFewer: 20 },
  looks: { name: 'by looks', companies: POLLED_COMPANIES, days: POLLED_DAYS, timesFewer: 3 },
} as const;

/** Metered reads of companies whose contacts are imported and whose payments are told. */
export const READS: Row = {
  name: 'reads',
  how: `${CHANGES_A_DAY} changes a day: ${COMPANIES} companies with webhooks for ${DAYS} days, ${POLLED_COMPANIES} without for ${POLLED_DAYS}.`,
  runsMax: 1,
  async measure() {
    const figures: Figure[] = [];
    for (const side of SIDES) figures.push(...(await measureSide(side)));
    return figures;
  },
};

async function measureSide(side: keyof typeof PLAYED): Promise<Figure[]> {
  const { name, companies, days, timesFewer } = PLAYED[side];
  const postgres = await startPrivatePostgres();
  await migrateLedger(postgres.url);
  const journey = await startJourney({
    databaseUrl: postgres.url,
    idle: true,
    now: BEGINNING,
    environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN, LOG_LEVEL: 'fatal' },
  });
  try {
    const month = await Month.begin(journey, {
      companies,
      withWebhooks: side === 'webhooks',
      changesADay: CHANGES_A_DAY,
    });
    const counted = await month.play(days);
    await month.close();
    return [
      ...figuresOf(name, counted, timesFewer),
      ...arrivalsOf(name, 'contacts', 'contact.imported', month.arrivals),
      ...arrivalsOf(name, 'payments', 'payment.recorded', month.arrivals),
    ];
  } finally {
    await journey.close();
    await postgres.stop();
  }
}

/** @param counted reads of a company and day, by what they were for. */
function figuresOf(
  side: string,
  counted: ReadonlyMap<string, number>,
  timesFewer: number,
): Figure[] {
  const all = [...counted.values()].reduce((sum, reads) => sum + reads, 0);
  return [
    ...[...counted].map(([feature, value]) => ({
      what: `${side}: ${feature}, a company and day`,
      value,
      unit: 'reads',
    })),
    { what: `${side}: all, a company and day`, value: all, unit: 'reads' },
    {
      what: `${side}: queries every five minutes to all reads`,
      value: QUERIES_A_DAY / all,
      unit: 'times',
      goal: { atLeast: timesFewer },
    },
  ];
}

function arrivalsOf(side: string, name: string, what: Arriving, arrivals: Arrivals): Figure[] {
  const { count, p50, max, open } = arrivals.figures(what);
  return [
    { what: `${side}: ${name} that came`, value: count, unit: '' },
    { what: `${side}: ${name} not there yet at the end`, value: open, unit: '' },
    { what: `${side}: ${name}, p50 until told`, value: p50, unit: 's' },
    {
      what: `${side}: ${name}, longest until told`,
      value: max,
      unit: 's',
      ...(what === 'contact.imported' ? { goal: { atMost: 300 } } : {}),
    },
  ];
}

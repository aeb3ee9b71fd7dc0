import { waitFor } from '../../support/wait-for.js';
import { stateInvoices } from '../backlog.js';
import { at, type Figure, type Row, setting, sorted } from '../figures.js';
import { limitedBy, limitSimulator } from '../limits.js';
import { forgetPeak, peakMb } from '../memory.js';
import { type BenchPlace, CUSTOMER, ITEM, settled, startPlace } from '../place.js';
import { startWorkers, type Workers } from '../workers.js';

const CUSTOMERS = setting('BENCH_CUSTOMERS', 100_000);
const FEWER = CUSTOMERS / 10;
const LOADED_AT_ONCE = 5_000;
const FIRST_ID = 1_000;
/** Windows and latencies are this many times shorter. */
const SCALE = setting('BENCH_SCALE', 4);
const INVOICES_ALONE = 30;
const REFRESH_MS_MAX = 240_000;

/** What a refresh of a long list costs, and what it leaves of the lane to a document beside it. */
export const MASTER_DATA: Row = {
  name: 'master-data',
  how: `${CUSTOMERS} customers are refreshed, and ${FEWER} before; windows and latencies ${SCALE} times shorter; one worker.`,
  async measure() {
    const place = await startPlace('redis', limitedBy(SCALE));
    try {
      const realmId = await place.simulator.createCompany();
      const [connection = ''] = await place.connect(realmId);
      await limitSimulator(place, SCALE);
      const workers = await startWorkers(place, 1);
      const company = { realmId, connection };
      const alone = await tookEach(place, company, 'alone', (count) => count >= INVOICES_ALONE);
      await loadCustomers(place, realmId, 0, FEWER);
      const fewer = await refresh(place, workers, company);
      await loadCustomers(place, realmId, FEWER, CUSTOMERS);
      const all = await refresh(place, workers, company);
      await workers.stop();
      return figuresOf(alone, fewer, all);
    } finally {
      await place.close();
    }
  },
};

interface Company {
  realmId: string;
  connection: string;
}

interface Refreshed {
  calls: number;
  seconds: number;
  peakMb: number;
  /** Of each invoice sent meanwhile, from stated to settled. */
  besideMs: number[];
}

function figuresOf(alone: number[], fewer: Refreshed, all: Refreshed): Figure[] {
  const p95 = (took: number[]) => at(sorted(took), 0.95);
  return [
    { what: 'calls', value: all.calls, unit: 'calls', goal: { atMost: 110 } },
    {
      what: `worker's most memory, to ${FEWER} customers`,
      value: all.peakMb / fewer.peakMb,
      unit: 'times',
      goal: { atMost: 1.25 },
    },
    { what: "worker's most memory", value: all.peakMb, unit: 'MB' },
    { what: 'refresh', value: all.seconds, unit: 's' },
    {
      what: 'p95 of an invoice beside : alone',
      value: p95(all.besideMs) / p95(alone),
      unit: 'times',
      goal: { atMost: 2 },
    },
    { what: 'p95 of an invoice beside', value: p95(all.besideMs), unit: 'ms' },
  ];
}

async function loadCustomers(
  { simulator }: BenchPlace,
  realmId: string,
  from: number,
  to: number,
): Promise<void> {
  for (let start = from; start < to; start += LOADED_AT_ONCE) {
    const length = Math.min(LOADED_AT_ONCE, to - start);
    const Customer = Array.from({ length }, (_, place) => ({
      Id: String(FIRST_ID + start + place),
      DisplayName: `Customer ${start + place}`,
      PrimaryEmailAddr: { Address: `customer-${start + place}@example.com` },
      BillAddr: { Line1: `${start + place} Quay Street`, City: 'Alder', PostalCode: '97000' },
    }));
    await simulator.control('POST', `companies/${realmId}/load`, { Customer });
  }
}

async function refresh(place: BenchPlace, workers: Workers, company: Company): Promise<Refreshed> {
  const [pid = 0] = workers.pids;
  const { client, simulator } = place;
  await simulator.clearLog(company.realmId);
  forgetPeak(pid);
  const startedAtMs = performance.now();
  const { id } = await client.startRun(company.connection, 'refresh_master_data');
  let isOver = false;
  const running = waitFor(
    async () => {
      const run = await client.run(company.connection, id);
      if (run.status === 'failed') throw new Error(`The refresh failed: ${run.details}`);
      return run.status === 'succeeded';
    },
    { what: 'the refresh', withinMs: REFRESH_MS_MAX },
  ).finally(() => {
    isOver = true;
  });
  const besideMs = await tookEach(place, company, id, () => isOver);
  await running;
  const { counts } = await simulator.log(company.realmId);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  return { calls: counts.reads, seconds, peakMb: peakMb(pid), besideMs };
}

/** States invoices one after the other; how long each took until it was settled, in milliseconds. */
async function tookEach(
  place: BenchPlace,
  { connection }: Company,
  name: string,
  isEnough: (count: number) => boolean,
): Promise<number[]> {
  const tookMs: number[] = [];
  while (!isEnough(tookMs.length)) {
    const startedAtMs = performance.now();
    const number = `${name}-${tookMs.length}`;
    await stateInvoices(place, connection, 1, () => ({
      number,
      customer: CUSTOMER,
      items: [ITEM, ITEM],
    }));
    await settled(place.ledger, connection, REFRESH_MS_MAX);
    tookMs.push(performance.now() - startedAtMs);
  }
  return tookMs;
}

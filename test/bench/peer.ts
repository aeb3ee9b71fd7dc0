import { cpus } from 'node:os';
import Table from 'cli-table3';
import { waitFor } from '../support/wait-for.js';
import { type Backlog, ourSide, peerSide, RUN_MS_MAX, type Runner } from './peer-sides.js';
import { type BenchPlace, startPlace } from './place.js';
import { processorMs } from './processor-time.js';

/** Windows and latencies are this many times shorter; figures are scaled back. */
const SCALE = Number(process.env['BENCH_SCALE'] ?? 4);
const WORKERS = (process.env['BENCH_WORKERS'] ?? '1,2,4').split(',').map(Number);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
/** Enough for a steady pace of each; the peer is an order of magnitude slower. */
const INVOICES = { ours: Number(process.env['BENCH_INVOICES'] ?? 1_500), peer: 120 };
const CALL_MS = 300;
const BATCH_MS = 3_000;
const LOST_PERCENT = 5;
/** The quiet company's one invoice comes this long after the start, scaled. */
const QUIET_AFTER_MS = 10_000;

type Side = 'ours' | 'peer';

interface Figures {
  perMinute: number;
  readsEach: number;
  cpuMsEach: number;
  throttled: number;
  quietMs: number;
  /** Beyond what was asked for. */
  twice: number;
}

/**
 * qbo-sync beside what a user would write in a day (test/bench/peer): the same invoices for new
 * customers and products, the same simulator with Intuit's limits, in turn.
 */
export async function runPeerBenchmark(): Promise<void> {
  say(
    `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}; ` +
      `windows ${SCALE} times shorter, medians of ${RUNS}`,
  );
  const place = await startPlace('redis', {
    LANE_SHARE_PERCENT: '100',
    QBO_SYNC_TEST_LANE: String(SCALE),
    QBO_SYNC_TEST_WAITS: String(1 / SCALE),
  });
  const table = new Table({
    head: [
      'workers',
      'lost answers',
      '',
      'documents/min',
      'reads/document',
      'worker ms/document',
      '429',
      'quiet company s',
      'twice',
    ],
    style: { head: [], border: [], compact: true },
  });
  try {
    const sides = await prepare(place);
    for (const workers of WORKERS) await compare(table, sides, { workers, lost: 0 });
    await compare(table, sides, { workers: 1, lost: LOST_PERCENT });
  } finally {
    await place.close();
  }
  say(table.toString());
}

interface Case {
  workers: number;
  lost: number;
}

type Sides = Record<Side, (backlog: Backlog, o: Case) => Promise<Figures>>;

async function compare(table: Table.Table, sides: Sides, o: Case): Promise<void> {
  const figures: Record<Side, Figures[]> = { peer: [], ours: [] };
  for (let run = 0; run < RUNS; run += 1) {
    for (const side of ['peer', 'ours'] as const) {
      const name = `${side}-${o.workers}-${o.lost}-${run}`;
      figures[side].push(await sides[side]({ name, invoices: INVOICES[side] }, o));
    }
  }
  const median = (side: Side, of: (figures: Figures) => number) =>
    figures[side].map(of).sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  const columns: [(figures: Figures) => number, digits: number][] = [
    [({ perMinute }) => perMinute, 0],
    [({ readsEach }) => readsEach, 3],
    [({ cpuMsEach }) => cpuMsEach, 2],
    [({ throttled }) => throttled, 0],
    [({ quietMs }) => quietMs / 1_000, 2],
    [({ twice }) => twice, 0],
  ];
  const lost = `${o.lost} %`;
  for (const side of ['peer', 'ours'] as const) {
    table.push([
      o.workers,
      lost,
      side,
      ...columns.map(([of, digits]) => median(side, of).toFixed(digits)),
    ]);
  }
  const ratios = columns
    .slice(0, 3)
    .map(([of]) => (median('ours', of) / median('peer', of)).toPrecision(2));
  table.push([o.workers, lost, 'ours : peer', ...ratios, '', '', '']);
}

/** Two companies, one busy and one quiet, connected to both. */
async function prepare(place: BenchPlace): Promise<Sides> {
  const { simulator } = place;
  const control = <Answer>(method: string, path: string, body?: unknown) =>
    simulator.control<Answer>(method, path, body);
  const quiet = await control<{ realmId: string }>('POST', 'companies', {});
  const realms = { busy: simulator.realmId, quiet: quiet.realmId };
  const connections = {
    busy: await place.connect(realms.busy),
    quiet: await place.connect(realms.quiet),
  };
  const { accessToken } = await control<{ accessToken: string }>(
    'POST',
    `companies/${realms.quiet}/token`,
    {},
  );
  const tokens = { [realms.busy]: simulator.accessToken, [realms.quiet]: accessToken };
  await control('PUT', 'limits', { on: true, scale: SCALE });
  await control('PUT', 'latency', { call: 'all', ms: CALL_MS / SCALE });
  await control('PUT', 'latency', { call: 'batch', ms: BATCH_MS / SCALE });
  const measured = (side: Runner) => (backlog: Backlog, o: Case) =>
    measure(place, realms, side, backlog, o);
  return {
    ours: measured(ourSide(place, connections)),
    peer: measured(peerSide(place, { realms, tokens, scale: SCALE })),
  };
}

async function measure(
  { simulator }: BenchPlace,
  realms: { busy: string; quiet: string },
  side: Runner,
  backlog: Backlog,
  { workers, lost }: Case,
): Promise<Figures> {
  await side.submit('busy', backlog);
  for (const realm of Object.values(realms)) {
    await simulator.control('DELETE', `companies/${realm}/log`);
  }
  const loss = { do: 'drop', at: 'after_commit', count: 1_000_000, match: { method: 'POST' } };
  if (lost > 0) await simulator.control('POST', 'faults', { ...loss, probability: lost / 100 });
  const running = await side.start(workers);
  const cpuMs = () => running.pids.reduce((sum, pid) => sum + processorMs(pid), 0);
  const cpuBefore = cpuMs();
  const startedAtMs = performance.now();
  const quietMs = quietCompany(simulator, realms.quiet, side, backlog.name);
  await side.done();
  const minutes = ((performance.now() - startedAtMs) * SCALE) / 60_000;
  const cpuAfter = cpuMs();
  await simulator.control('DELETE', 'faults');
  const { counts, commits } = await simulator.control<CompanyLog>(
    'GET',
    `companies/${realms.busy}/log`,
  );
  const made = commits.filter(({ entity }) => entity === 'Invoice').length;
  const figures = {
    perMinute: Math.min(made, backlog.invoices) / minutes,
    readsEach: counts.reads / backlog.invoices,
    cpuMsEach: (cpuAfter - cpuBefore) / backlog.invoices,
    throttled: counts.throttled,
    quietMs: await quietMs,
    twice: made - backlog.invoices,
  };
  await running.stop();
  return figures;
}

interface CompanyLog {
  counts: { reads: number; throttled: number };
  commits: { entity: string }[];
}

/** One invoice of another company, while the first one's wait: until QuickBooks has it. */
async function quietCompany(
  { control }: BenchPlace['simulator'],
  realm: string,
  side: Runner,
  name: string,
): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, QUIET_AFTER_MS / SCALE));
  const startedAtMs = performance.now();
  await side.submit('quiet', { name: `quiet-${name}`, invoices: 1 });
  await waitFor(
    async () => {
      const { commits } = await control<CompanyLog>('GET', `companies/${realm}/log`);
      return commits.some(({ entity }) => entity === 'Invoice');
    },
    { what: "the quiet company's invoice", withinMs: RUN_MS_MAX },
  );
  return performance.now() - startedAtMs;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

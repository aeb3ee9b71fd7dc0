import { waitFor } from '../../support/wait-for.js';
import { choice, type Figure, type Row, setting } from '../figures.js';
import { limitedBy, limitSimulator } from '../limits.js';
import { type Backlog, ourSide, peerSide, RUN_MS_MAX, type Runner } from '../peer-sides.js';
import { type BenchPlace, startPlace } from '../place.js';
import { processorMs } from '../processor-time.js';

/** Windows and latencies are this many times shorter; figures are scaled back. */
const SCALE = setting('BENCH_SCALE', 10);
const WORKERS = choice('BENCH_WORKERS', ['1', '2', '4']).map(Number);
/** Enough for a steady pace of each; the peer is an order of magnitude slower. */
const INVOICES = { ours: setting('BENCH_INVOICES', 1_500), peer: 120 };
const LOST_PERCENT = 5;
/** The quiet company's one invoice comes this long after the start, scaled. */
const QUIET_AFTER_MS = 10_000;

type Side = 'ours' | 'peer';

interface Measured {
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
export const PEER: Row = {
  name: 'peer',
  how: `${INVOICES.ours} invoices of ours, ${INVOICES.peer} of the peer's; windows and latencies ${SCALE} times shorter.`,
  async measure() {
    const place = await startPlace('redis', {
      ...limitedBy(SCALE),
      QBO_SYNC_TEST_WAITS: String(1 / SCALE),
    });
    try {
      const sides = await prepare(place);
      const figures: Figure[] = [];
      for (const workers of WORKERS) figures.push(...(await compare(sides, { workers, lost: 0 })));
      return [...figures, ...(await compare(sides, { workers: 1, lost: LOST_PERCENT }))];
    } finally {
      await place.close();
    }
  },
};

interface Case {
  workers: number;
  /** Percent of the answers to writes that do not arrive. */
  lost: number;
}

type Sides = Record<Side, (backlog: Backlog, o: Case) => Promise<Measured>>;

let cases = 0;

async function compare(sides: Sides, o: Case): Promise<Figure[]> {
  cases += 1;
  const of = (side: Side) => sides[side]({ name: `${cases}${side}`, invoices: INVOICES[side] }, o);
  const peer = await of('peer');
  const ours = await of('ours');
  const lost = o.lost > 0;
  const name = `${o.workers} workers${lost ? `, ${o.lost} % of answers lost` : ''}`;
  const each = (what: string, unit: string, value: (side: Measured) => number): Figure[] => [
    { what: `${name}, ${what}: ours`, value: value(ours), unit },
    { what: `${name}, ${what}: peer`, value: value(peer), unit },
  ];
  const pace = ours.perMinute / peer.perMinute;
  const reads = ours.readsEach / peer.readsEach;
  return [
    { what: `${name}, pace to the peer's`, value: pace, unit: 'times', goal: { atLeast: 10 } },
    { what: `${name}, reads to the peer's`, value: reads, unit: 'times', goal: { atMost: 0.02 } },
    ...each('documents', 'a minute', ({ perMinute }) => perMinute),
    ...each('reads', 'a document', ({ readsEach }) => readsEach),
    ...each('processor', 'ms/document', ({ cpuMsEach }) => cpuMsEach),
    ...each('throttled', 'calls', ({ throttled }) => throttled),
    ...each('quiet company', 's', ({ quietMs }) => quietMs / 1_000),
    { what: `${name}, made twice: ours`, value: ours.twice, unit: 'invoices', goal: { atMost: 0 } },
    { what: `${name}, made twice: peer`, value: peer.twice, unit: 'invoices' },
  ];
}

/** Two companies, one busy and one quiet, connected to both. */
async function prepare(place: BenchPlace): Promise<Sides> {
  const { simulator } = place;
  const made = await simulator.control<{ realmId: string }>('POST', 'companies', {});
  const realms = { busy: simulator.realmId, quiet: made.realmId };
  const [busy = '', quiet = ''] = await place.connect(realms.busy, realms.quiet);
  const connections = { busy, quiet };
  const { accessToken } = await simulator.control<{ accessToken: string }>(
    'POST',
    `companies/${realms.quiet}/token`,
    {},
  );
  const tokens = { [realms.busy]: simulator.accessToken, [realms.quiet]: accessToken };
  await limitSimulator(place, SCALE);
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
): Promise<Measured> {
  await side.submit('busy', backlog);
  for (const realm of Object.values(realms)) {
    await simulator.clearLog(realm);
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
  const { counts, commits } = await simulator.log(realms.busy);
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

/** One invoice of another company, while the first one's wait: until QuickBooks has it. */
async function quietCompany(
  simulator: BenchPlace['simulator'],
  realm: string,
  side: Runner,
  name: string,
): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, QUIET_AFTER_MS / SCALE));
  const startedAtMs = performance.now();
  await side.submit('quiet', { name: `quiet-${name}`, invoices: 1 });
  await waitFor(
    async () => {
      const { commits } = await simulator.log(realm);
      return commits.some(({ entity }) => entity === 'Invoice');
    },
    { what: "the quiet company's invoice", withinMs: RUN_MS_MAX },
  );
  return performance.now() - startedAtMs;
}

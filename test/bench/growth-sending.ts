import { keysOf } from '../../src/config/encryption-keys.js';
import { openLedger } from '../../src/ledger/database/open.js';
import { fillLedger } from '../support/filled-ledger.js';
import { waitFor } from '../support/wait-for.js';
import { stateInvoices } from './backlog.js';
import { type Figure, median, say, setting } from './figures.js';
import { forgetPeak, peakMb, startToldWorker, type ToldWorker } from './memory.js';
import { type BenchPlace, startPlace } from './place.js';

/** Documents sent before the first look at the memory, and until the last one. */
const WARM_UP = 1_000;
const SENT = setting('BENCH_SENT', 5_000);
const LOOKS = 8;
/** Stated in one request, so that it is answered on a busy machine too. */
const STATED_AT_ONCE = 100;
/** Stated beyond these: what is behind them cannot be read by anybody, and is not to be reached. */
const SPARE = 1_000;
const CALL_MS = 2;
const FILL_MS_MAX = 3_600_000;
const SEND_MS_MAX = 600_000;
const FLAT_RATIO_MAX = 1.25;

interface Use {
  /** Median of the looks: each finds some pushes under way, one more than another. */
  keptMb: number;
  peakMb: number;
}

/** What a worker needs while it sends, with the least and the most waiting behind what it sends. */
export async function measureSending(sizes: readonly number[]): Promise<Figure[]> {
  const [least = 0] = sizes;
  const most = sizes.at(-1) ?? 0;
  const [few, many] = [await sendWith(least), await sendWith(most)];
  const figuresOf = (waiting: number, use: Use): Figure[] => [
    { what: `sending, ${waiting} waiting, heap kept`, value: use.keptMb, unit: 'MB' },
    { what: `sending, ${waiting} waiting, most resident`, value: use.peakMb, unit: 'MB' },
  ];
  const ratio = (what: string, of: (use: Use) => number): Figure => ({
    what: `sending, ${what}, ${most} waiting : ${least}`,
    value: of(many) / of(few),
    unit: 'times',
    goal: { atMost: FLAT_RATIO_MAX },
  });
  return [
    ...figuresOf(least, few),
    ...figuresOf(most, many),
    ratio('heap kept', ({ keptMb }) => keptMb),
    ratio('most resident', (use) => use.peakMb),
  ];
}

async function sendWith(waiting: number): Promise<Use> {
  const place = await startPlace('redis');
  let worker: ToldWorker | undefined;
  try {
    await place.simulator.control('PUT', 'latency', { call: 'all', ms: CALL_MS });
    const [connection = ''] = await place.connect();
    await backlog(place, connection, waiting);
    const startedAtMs = performance.now();
    worker = await startToldWorker(place);
    await synced(place, WARM_UP);
    forgetPeak(worker.process.pid);
    const looksMb: number[] = [];
    for (let look = 1; look <= LOOKS; look += 1) {
      await synced(place, WARM_UP + ((SENT - WARM_UP) * look) / LOOKS);
      looksMb.push(await worker.keptMb());
    }
    const peak = peakMb(worker.process.pid);
    const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(0);
    say(
      `  ${SENT} before ${waiting} sent in ${seconds} s: ${looksMb.map((mb) => mb.toFixed(1)).join(', ')} MB kept, ${peak.toFixed(0)} MB resident at most`,
    );
    return { keptMb: median(looksMb), peakMb: peak };
  } finally {
    worker?.process.kill('SIGKILL');
    await worker?.stop();
    await place.close();
  }
}

/** What can be sent has waited longest; of the rest only the number is of interest. */
async function backlog(place: BenchPlace, connection: string, waiting: number): Promise<void> {
  for (let from = 0; from < SENT + SPARE; from += STATED_AT_ONCE) {
    const stated = () =>
      stateInvoices(place, connection, STATED_AT_ONCE, (index) => ({
        number: `S-${from + index}`,
        customer: 'Copperline Bakery',
        items: ['Services', 'Hours'],
      })).then(() => true);
    await waitFor(stated, { what: 'invoices to be taken' });
  }
  const ledger = await openLedger({
    url: place.environment['DATABASE_URL'] ?? '',
    keys: keysOf(place.environment['ENCRYPTION_KEYS'] ?? '', []),
    poolSize: 2,
    statementTimeoutMs: FILL_MS_MAX,
  });
  try {
    const [of] = await ledger.sql<{ appId: string; companyId: string }[]>`
      update documents d set due_at = now() - interval '2 days' from connections c
      where c.id = d.connection_id and d.connection_id = ${connection}
      returning c.app_id, d.company_id`;
    if (of === undefined) throw new Error('Nothing was stated');
    const filling = { waiting, open: 0, failed: 0, synced: 0, causes: 0 };
    await fillLedger(ledger, { ...of, connectionId: connection }, filling);
  } finally {
    await ledger.close();
  }
}

async function synced({ ledger }: BenchPlace, count: number): Promise<void> {
  await waitFor(
    async () => {
      const [row] = await ledger.sql<{ synced: number }[]>`
        select count(*)::int as synced from documents where kind = 'invoice' and status = 'synced'`;
      return (row?.synced ?? 0) >= count;
    },
    { what: `${count} documents to be synced`, withinMs: SEND_MS_MAX },
  );
}

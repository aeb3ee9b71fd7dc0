import { stateInvoices } from '../backlog.js';
import { at, choice, type Figure, type Row, setting, sorted } from '../figures.js';
import { CUSTOMER, ITEM, type Queue, settled, startPlace } from '../place.js';
import { startWorkers } from '../workers.js';

const DOCUMENTS = setting('BENCH_DOCUMENTS', 200);
const WARM_UP = 20;
const QUEUES = choice('BENCH_QUEUES', ['redis', 'postgres']);

/**
 * How long one document takes on an idle system: from the request that states it to its settling. The
 * simulator answers at once, so what it takes for its answer counts as ours.
 */
export const LATENCY: Row = {
  name: 'latency',
  how: `${DOCUMENTS} documents, each stated when the one before is synced; one worker, an idle system.`,
  async measure() {
    const figures: Figure[] = [];
    for (const queue of QUEUES) figures.push(...(await measure(queue)));
    return figures;
  },
};

async function measure(queue: Queue): Promise<Figure[]> {
  const place = await startPlace(queue);
  try {
    const [connection = ''] = await place.connect(await place.simulator.createCompany());
    const workers = await startWorkers(place, 1);
    const tookMs: number[] = [];
    for (let index = -WARM_UP; index < DOCUMENTS; index += 1) {
      const number = `L${index}`;
      const statedAtMs = Date.now();
      await stateInvoices(place, connection, 1, () => ({
        number,
        customer: CUSTOMER,
        items: [ITEM, ITEM],
      }));
      await settled(place.ledger, connection, 60_000);
      const [row] = await place.ledger.sql<{ at: Date }[]>`
        select h.at from documents d join document_history h on h.document_id = d.id
        where d.connection_id = ${connection} and d.external_id = ${number} and h.status = 'synced'`;
      if (index >= 0) tookMs.push((row?.at.getTime() ?? Number.NaN) - statedAtMs);
    }
    await workers.stop();
    return [
      { what: `${queue}, p50`, value: at(sorted(tookMs), 0.5), unit: 'ms', goal: { atMost: 50 } },
      { what: `${queue}, p99`, value: at(sorted(tookMs), 0.99), unit: 'ms', goal: { atMost: 250 } },
    ];
  } finally {
    await place.close();
  }
}

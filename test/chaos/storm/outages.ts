import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.js';
import { migratedFurther } from '../deploy/next-version.js';
import type { ChaosHouse } from '../house.js';
import { loseQueue } from '../queue/lose-queue.js';
import type { Crew } from './crew.js';

export type Outage = 'flush' | 'postgres restart' | 'rolling restart';

/** When an outage came, and how far all had got. */
export interface Happened {
  outage: Outage;
  /** Documents that were synced by then. */
  synced: number;
  /** How long it took itself, in seconds. */
  seconds: number;
}

/** Makes each of them happen when its share of the documents is synced. */
export async function playOutages(
  house: ChaosHouse,
  {
    crew,
    outages,
    documents,
    until,
    within,
  }: {
    crew: Crew;
    outages: readonly Outage[];
    documents: number;
    /** Share of the documents that is synced when the last one is over, about. */
    until: number;
    within: number;
  },
): Promise<Happened[]> {
  const happened: Happened[] = [];
  for (const [index, outage] of outages.entries()) {
    const share = (until * (index + 1)) / (outages.length + 1);
    await waitFor(async () => (await synced(house)) >= documents * share, {
      what: `${Math.round(share * 100)} % of the documents to be synced`,
      withinMs: within,
    });
    const before = await synced(house);
    const startedAtMs = performance.now();
    await OUTAGES[outage](house, crew);
    const seconds = Math.round((performance.now() - startedAtMs) / 100) / 10;
    happened.push({ outage, synced: before, seconds });
  }
  return happened;
}

const OUTAGES: Record<Outage, (house: ChaosHouse, crew: Crew) => Promise<unknown>> = {
  flush: loseQueue,
  'postgres restart': (house) => house.postgres.restart(),
  async 'rolling restart'(house, crew) {
    await migratedFurther(house);
    await crew.replace();
    house.web().kill('SIGTERM');
    await house.web().exitCode();
    await house.startWeb();
  },
};

/** Documents in QuickBooks, by our own account; 0 while nobody can say. */
export async function synced({ house: { ledger } }: ChaosHouse): Promise<number> {
  const [row] = await ledger.sql<{ synced: number }[]>`
    select count(*)::int as synced from documents where kind = 'invoice' and status = 'synced'`.catch(
    () => [],
  );
  // Counting must not be what the machine is busy with.
  await delay(COUNT_EVERY_MS);
  return row?.synced ?? 0;
}

const COUNT_EVERY_MS = 200;

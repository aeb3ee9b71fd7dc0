import { isQuiet } from './ground.js';
import type { Seed } from './seed.js';

/** What brings a seed to its end, once nothing goes wrong any more. */

const ROUNDS_MAX = 60;
/** Times a run that is put off is gone on with. */
const PULLS_MAX = 4;

/** Lets time pass and sweeps run until nothing is left to be done. */
export async function quieten(seed: Seed): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await seed.run();
    await seed.happen({ do: 'sweep', worker: 0 });
    await seed.run();
    if (seed.ground.wire.isEmpty && (await isQuiet(seed.ground.ledger))) return;
    await seed.happen({ do: 'move', ms: round % 4 === 3 ? 660_000 : 45_000 });
  }
}

/** Reads all that changed in QuickBooks, until no run of it is left open. */
export async function bringChanges(seed: Seed): Promise<void> {
  const { sql } = seed.ground.ledger;
  for (let pulled = 0; pulled < PULLS_MAX; pulled += 1) {
    await seed.happen({ do: 'pull' });
    await quieten(seed);
    const open = await sql`select 1 from runs where ended_at is null`;
    if (open.count === 0) return;
    await seed.happen({ do: 'move', ms: 31_000 });
  }
}

/** A person retries all that failed. */
export async function retryFailed({ ground: { ledger }, app }: Seed): Promise<void> {
  const failed = await ledger.sql<{ id: number }[]>`
    select id from documents where status = 'failed' and dependency_key is null order by id`;
  if (failed.length > 0) app.retryAll(failed.map(({ id }) => id));
}

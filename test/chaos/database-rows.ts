import { afterEach, beforeAll } from '@jest/globals';
import type { SalesCompany } from '../support/sales-company.js';
import { connections } from './database/connections.js';
import { fullDisk } from './database/full-disk.js';
import { races } from './database/races.js';
import { restarts } from './database/restarts.js';
import { standstills } from './database/standstills.js';
import { clocks } from './host/clocks.js';
import { fullLog } from './host/full-log.js';
import type { ChaosHouse, QueueKind } from './house.js';
import { describeHouse } from './row.js';

/** Waits for an answer of the database: under a third of those of production. */
const SHORT_WAITS = { QBO_SYNC_TEST_DATABASE_WAITS: '0.3' };

/** The database is away, stands still, is full, and the clocks beside it are wrong; on one queue. */
export function databaseRows(queue: QueueKind): void {
  rows('a database that says nothing', queue, SHORT_WAITS, [restarts, standstills, connections]);
  // Whatever is answered here is meant, however long a busy machine takes for it.
  rows('the database', queue, {}, [races, fullDisk, fullLog, clocks]);
}

type Rows = (house: () => ChaosHouse, company: () => SalesCompany) => void;

function rows(
  name: string,
  queue: QueueKind,
  environment: Record<string, string>,
  groups: readonly Rows[],
): void {
  describeHouse(name, { queue, environment }, (house) => {
    let at: SalesCompany;

    // Its lists are known and something was sent, so that from now on nothing is read any more.
    beforeAll(async () => {
      await house().startWorker();
      at = await house().company();
      await house().stopWorkers();
    });
    // A row that fails must not leave its fault to the next one, nor its workers.
    afterEach(async () => {
      house().postgres.thaw();
      await house().proxies.postgres.pass();
      await house().stopWorkers();
    });

    for (const group of groups) group(house, () => at);
  });
}

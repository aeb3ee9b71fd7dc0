import { afterEach, beforeAll } from '@jest/globals';
import type { SalesCompany } from '../support/sales-company.js';
import { connections } from './database/connections.js';
import { fullDisk } from './database/full-disk.js';
import { races } from './database/races.js';
import { restarts } from './database/restarts.js';
import { standstills } from './database/standstills.js';
import { clocks } from './host/clocks.js';
import { fullLog } from './host/full-log.js';
import type { QueueKind } from './house.js';
import { describeHouse } from './row.js';

/** Waits for an answer of the database are a fifth of those of production. */
const environment = { QBO_SYNC_TEST_DATABASE_WAITS: '0.2' };

/** The database is away, stands still, is full, and the clocks beside it are wrong; on one queue. */
export function databaseRows(queue: QueueKind): void {
  describeHouse('the database', { queue, environment }, (house) => {
    let at: SalesCompany;

    // Its lists are known and something was sent, so that from now on nothing is read any more.
    beforeAll(async () => {
      await house().startWorker();
      at = await house().company();
      await house().stopWorkers();
    });
    const company = () => at;
    // A row that fails must not leave its fault to the next one.
    afterEach(async () => {
      house().postgres.thaw();
      await house().proxies.postgres.pass();
    });

    restarts(house, company);
    standstills(house, company);
    connections(house, company);
    races(house, company);
    fullDisk(house, company);
    fullLog(house, company);
    clocks(house, company);
  });
}

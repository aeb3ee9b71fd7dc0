import { beforeAll } from '@jest/globals';
import type { SalesCompany } from '../support/sales-company.js';
import { racingMigrations } from './deploy/migrations.js';
import { versions } from './deploy/versions.js';
import { fairness } from './queue/fairness.js';
import { lostQueue } from './queue/lost.js';
import { describeHouse } from './row.js';

const racing = racingMigrations();

describeHouse('queue and deploy', { queue: 'postgres', migrate: racing.migrate }, (house) => {
  let company: SalesCompany;
  const at = () => company;

  beforeAll(async () => {
    await house().startWorker();
    company = await house().company();
    await house().stopWorkers();
  });

  racing.rows(house, at);
  lostQueue(house, at);
  versions(house, at);
  fairness(house, at);
});

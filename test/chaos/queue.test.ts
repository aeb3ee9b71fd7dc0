import { beforeAll } from '@jest/globals';
import type { SalesCompany } from '../support/sales-company.js';
import { versions } from './deploy/versions.js';
import { fairness } from './queue/fairness.js';
import { lostQueue } from './queue/lost.js';
import { redisAway } from './queue/redis-away.js';
import { redisUnfit } from './queue/redis-unfit.js';
import { describeHouse } from './row.js';

describeHouse('the queue', { queue: 'redis' }, (house) => {
  let company: SalesCompany;
  const at = () => company;

  beforeAll(async () => {
    await house().startWorker();
    company = await house().company();
    await house().stopWorkers();
  });

  lostQueue(house, at);
  redisAway(house, at);
  redisUnfit(house, at);
  versions(house, at);
  fairness(house, at);
});

import { beforeAll, expect } from '@jest/globals';
import { ALONE_CRASHES_MAX } from '../../src/push/poison.js';
import { waitForStatus } from '../support/journey.js';
import { rawApi } from '../support/raw-api.js';
import type { SalesCompany } from '../support/sales-company.js';
import { describeHouse, row } from './row.js';

/** Enough for a worker, and soon full. */
const SMALL_HEAP = ['--max-old-space-size=160'];
const HUGE = 10 * 1_024 * 1_024;

describeHouse('the memory of a worker', { queue: 'redis' }, (house) => {
  let at: SalesCompany;

  beforeAll(async () => {
    await house().startWorker();
    at = await house().company();
    await house().stopWorkers();
  });

  row('F11', async () => {
    const path = `/v1/connections/${at.id}/documents/invoice/F11-HUGE`;
    const huge = await rawApi(house(), 'PUT', path, { body: { number: 'x'.repeat(HUGE) } });
    expect(huge.status).toBe(413);

    await at.invoice('F11');
    for (let death = 1; death <= ALONE_CRASHES_MAX; death += 1) {
      const doomed = await house().startWorker({
        fault: 'push_claimed:1:exhaust',
        nodeArguments: SMALL_HEAP,
      });
      expect(await doomed.exitCode()).not.toBe(0);
    }
    await at.invoice('F11-OTHER');
    await house().startWorker();

    const poison = await waitForStatus(house(), at.id, 'invoice', 'F11', 'failed');
    await waitForStatus(house(), at.id, 'invoice', 'F11-OTHER', 'synced');
    expect(poison.reason).toBe('crashed');
    expect(at.invoices('F11')).toHaveLength(0);
    await house().check();
  });
});

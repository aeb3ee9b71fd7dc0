import { beforeAll, expect, it } from '@jest/globals';
import { waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';
import { changedMeanwhile } from './quickbooks/changed-meanwhile.js';
import { everyKind } from './quickbooks/every-kind.js';
import { lostAnswers } from './quickbooks/lost-answers.js';
import { strangeAnswers } from './quickbooks/strange-answers.js';
import { throttles } from './quickbooks/throttles.js';
import { describeHouse, row, rowsAtOnce } from './row.js';

// QuickBooks misbehaves towards two workers, each time for one company alone.
const environment = { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN };

describeHouse('QuickBooks', { queue: 'redis', front: true, environment }, (house) => {
  beforeAll(async () => {
    await Promise.all([house().startWorker(), house().startWorker()]);
  });

  const allEnded = rowsAtOnce([
    ...lostAnswers(house),
    ...everyKind(house),
    ...throttles(house),
    ...strangeAnswers(house),
    ...changedMeanwhile(house),
  ]);

  it('leaves everything true, and no crash of ours', async () => {
    await allEnded();
    await house().check();
    expect(eventsOf(house(), 'push_failed')).toEqual([]);
  });

  row(
    'F22',
    async () => {
      await house().startWorker();
      const at = await house().company();
      await house().stopWorkers();
      const { port } = house().proxies.quickbooks;
      for (const address of [`https://127.0.0.1:${port}`, 'http://quickbooks.invalid']) {
        await unreachable(at, address);
      }
      expect(at.quickbooks.writes()).toBe(0);

      await house().startWorker();
      await waitForStatus(house(), at.id, 'invoice', 'F22', 'synced');
      await house().check();
    },
    'TLS that fails, and a name without an address',
  );

  /** A worker that looks for QuickBooks there waits, says so, and counts nothing as sent. */
  async function unreachable(at: SalesCompany, address: string): Promise<void> {
    const before = eventsOf(house(), 'qbo_call').length;
    await house().startWorker({ environment: { INTUIT_BASE_URL: address } });
    await at.invoice('F22');
    const outcomes = await waitFor(
      () => {
        const calls = eventsOf(house(), 'qbo_call').slice(before);
        return calls.length > 0 && calls.map(({ outcome }) => outcome);
      },
      { what: 'a call that cannot be made' },
    );
    expect(new Set(outcomes)).toEqual(new Set(['never_left']));
    await waitForStatus(house(), at.id, 'invoice', 'F22', 'waiting');
    await house().stopWorkers();
  }
});

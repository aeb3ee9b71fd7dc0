import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { describeWith } from '../support/needs.js';
import { ownTime } from '../support/own-time.js';
import { type PrivateRedis, startRedis } from '../support/redis.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

/** More than a company may have open at once, so that some are at work and others wait. */
const COUNT = 25;

// The queue forgets everything, or is away. The ledger remembers: nothing is lost and nothing sent
// twice, an app is answered meanwhile, and all of it goes on by itself.
describeWith('redis-server', 'the queue on Redis', () => {
  let redis: PrivateRedis;
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    redis = await startRedis();
    journey = await startJourney({ redisUrl: redis.url });
    company = await salesCompany(journey);
  });
  afterAll(async () => {
    await journey?.close();
    await redis?.stop();
  });

  const numbersOf = (prefix: string) =>
    Array.from({ length: COUNT }, (_, index) => `${prefix}-${index + 1}`);
  const allSynced = (numbers: readonly string[]) =>
    Promise.all(
      numbers.map((number) => waitForStatus(journey, company.id, 'invoice', number, 'synced')),
    );
  /** Calls take long enough to be met by what happens. */
  const slowly = () => journey.simulator.control.setLatency({ call: 'all', ms: 150 });
  const atWork = (prefix: string) =>
    waitFor(
      () =>
        company.quickbooks
          .all('Invoice')
          .some((one) => String(one['DocNumber']).startsWith(prefix)),
      { what: 'the first commit' },
    );

  it('is flushed with work waiting and in flight', async () => {
    slowly();
    const numbers = numbersOf('F');
    await company.invoicesOf(numbers);
    await atWork('F');

    await redis.flushAll();

    await allSynced(numbers);
  });

  it('is killed and comes back with what its file kept', async () => {
    const numbers = numbersOf('K');
    await company.invoicesOf(numbers);
    await atWork('K');

    await redis.kill();
    await company.invoice('K-MORE');
    await redis.restart();

    await allSynced([...numbers, 'K-MORE']);
  });

  it('stands still, and an app is answered all the same', async () => {
    redis.freeze();
    const tookMs = ownTime();
    await company.invoicesOf(numbersOf('Z'));
    const answeredInMs = tookMs();
    redis.thaw();

    await allSynced(numbersOf('Z'));
    expect(answeredInMs).toBeLessThan(2_000);
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated: { [company.id]: 3 * COUNT + 1 } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { SubscriptionOptions } from '../../src/simulator/webhooks/subscription.js';
import { type Journey, pullChanges, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';

// Intuit tells of every change, ours included. What it tells of others is in test/chaos/webhooks.test.ts.
describe('what Intuit tells', () => {
  let journey: Journey;
  let one: SalesCompany;
  let number = 0;

  const settings: SettingsInput = { modules: ['invoice', 'payment', 'customer'] };
  beforeAll(async () => {
    journey = await startJourney({ environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN } });
    one = await salesCompany(journey, { settings });
    await pullChanges(journey, one.id);
  }, 60_000);
  afterAll(() => journey?.close());
  beforeEach(() => void subscribe());
  afterEach(() => void journey.simulator.control.webhooks.unsubscribe());

  const subscribe = (o: Partial<SubscriptionOptions> = {}) =>
    journey.simulator.control.webhooks.subscribe({
      clientId: 'test-client',
      url: `${journey.webUrl}/webhooks/intuit`,
      verifierToken: VERIFIER_TOKEN,
      delayMs: 0,
      ...o,
    });

  /** Runs that webhooks asked for, how often. */
  async function runsOf({ id }: SalesCompany): Promise<number> {
    const { count } = await journey.house.ledger.sql`
      select 1 from runs r join connections c on c.company_id = r.company_id
      where c.id = ${id} and r.job = 'pull_changes' and r.trigger = 'webhook'`;
    return count;
  }

  /** Waits until every webhook was looked at and every run has ended. */
  async function settled(): Promise<void> {
    await journey.simulator.control.webhooks.idle();
    const { sql } = journey.house.ledger;
    const waiting = () => sql`
      select 1 from inbound_webhooks where state = 'waiting'
      union all select 1 from runs where ended_at is null`;
    await waitFor(async () => (await waiting()).count === 0, { what: 'webhooks to be looked at' });
  }

  /** An invoice QuickBooks has, and everything that was told of it looked at. */
  async function sent(of: SalesCompany): Promise<string> {
    number += 1;
    const externalId = `INV-${number}`;
    await of.invoice(externalId);
    await waitForStatus(journey, of.id, 'invoice', externalId, 'synced');
    await settled();
    return externalId;
  }

  it('of our own writes makes nobody read', async () => {
    const before = await runsOf(one);
    const externalId = await sent(one);
    await one.state('payment', `P-${externalId}`, {
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '60.00',
      applies: [{ invoice: { externalId }, amount: '60.00' }],
    });
    await waitForStatus(journey, one.id, 'payment', `P-${externalId}`, 'synced');
    await settled();
    const states = await journey.house.ledger.sql<{ entity: string; state: string }[]>`
      select distinct entity, state from inbound_webhooks order by 1, 2`;
    expect([...states]).toEqual([
      { entity: 'invoice', state: 'echo' },
      { entity: 'payment', state: 'echo' },
    ]);
    expect(await runsOf(one)).toBe(before);
    const figures = await journey.house.metrics.text();
    expect(figures).toMatch(/^qbosync_webhooks_total\{result="accepted"\} [1-9]/m);
    expect(figures).toMatch(/^qbosync_webhook_lag_seconds_count [1-9]/m);
  });
});

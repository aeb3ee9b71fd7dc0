import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Journey, pullChanges, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { VERIFIER_TOKEN } from '../support/webhooks.js';

// Intuit tells of every change, ours included. What it tells of others is in test/chaos/webhooks.test.ts.
describe('what Intuit tells', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({ environment: { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN } });
    const settings = { modules: ['invoice' as const, 'payment' as const] };
    company = await salesCompany(journey, { settings });
    await pullChanges(journey, company.id);
    journey.simulator.control.webhooks.subscribe({
      clientId: journey.config.intuit.clientId,
      url: `${journey.webUrl}/webhooks/intuit`,
      verifierToken: VERIFIER_TOKEN,
      delayMs: 0,
    });
  });
  afterAll(() => journey?.close());

  /** Waits until every webhook was looked at and every run has ended. */
  async function settled(): Promise<void> {
    await journey.simulator.control.webhooks.idle();
    const { sql } = journey.house.ledger;
    const waiting = () => sql`
      select 1 from inbound_webhooks where state = 'waiting'
      union all select 1 from runs where ended_at is null`;
    await waitFor(async () => (await waiting()).count === 0, { what: 'webhooks to be looked at' });
  }

  it('of our own writes makes nobody read, and is counted', async () => {
    await company.invoice('INV-1');
    await waitForStatus(journey, company.id, 'invoice', 'INV-1', 'synced');
    await company.state('payment', 'PAY-1', {
      date: '2026-11-21',
      customer: { name: 'Harbor Lane Dental' },
      amount: '60.00',
      applies: [{ invoice: { externalId: 'INV-1' }, amount: '60.00' }],
    });
    await waitForStatus(journey, company.id, 'payment', 'PAY-1', 'synced');
    await settled();

    const { sql } = journey.house.ledger;
    const told = await sql<{ entity: string; state: string }[]>`
      select distinct entity, state from inbound_webhooks order by 1, 2`;
    expect([...told]).toEqual([
      { entity: 'invoice', state: 'echo' },
      { entity: 'payment', state: 'echo' },
    ]);
    expect((await sql`select 1 from runs where trigger = 'webhook'`).count).toBe(0);
    const figures = await journey.house.metrics.text();
    expect(figures).toMatch(/^qbosync_webhooks_total\{result="accepted"\} [1-9]/m);
    expect(figures).toMatch(/^qbosync_webhook_lag_seconds_count [1-9]/m);
  });
});

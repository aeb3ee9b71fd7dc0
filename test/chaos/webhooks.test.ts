import { beforeAll, expect } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { waitForStatus } from '../support/journey.js';
import type { SalesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';
import { aCloudEvent, aLegacyDelivery, signatureOf, VERIFIER_TOKEN } from '../support/webhooks.js';
import { describeHouse, row } from './row.js';

const environment = { INTUIT_VERIFIER_TOKENS: VERIFIER_TOKEN };
const HOUR_MS = 3_600_000;

describeHouse('webhooks', { queue: 'redis', environment }, (house) => {
  let one: SalesCompany;
  let other: SalesCompany;

  beforeAll(async () => {
    await house().startWorker();
    const settings: SettingsInput = { modules: ['invoice', 'payment', 'customer'] };
    one = await house().company({ settings });
    other = await house().company({ settings });
  });

  const webhooks = () => house().simulator.control.webhooks;

  /** Posts as Intuit does, and answers the status. */
  async function post(body: unknown, signature?: string): Promise<number> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${house().webUrl}/webhooks/intuit`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'intuit-signature': signature ?? signatureOf(text),
      },
      body: text,
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Everything that was told is looked at, and every run has ended. */
  async function settled(): Promise<void> {
    const { sql } = house().house.ledger;
    const left = () => sql`
      select 1 from inbound_webhooks where state = 'waiting'
      union all select 1 from runs where ended_at is null`;
    await waitFor(async () => (await left()).count === 0, {
      what: 'webhooks to be looked at',
      withinMs: 180_000,
    });
  }

  /** Counts reads of change data from here on. */
  function countFetches(...companies: SalesCompany[]): () => number[] {
    const all = () =>
      companies.map(
        ({ quickbooks }) => quickbooks.calls().filter((call) => call.includes('cdc')).length,
      );
    const before = all();
    return () => all().map((count, index) => count - (before[index] ?? 0));
  }

  async function sent(of: SalesCompany, number: string): Promise<string> {
    await of.invoice(number, { dueDate: '2026-12-06' });
    const { quickbooks } = await waitForStatus(house(), of.id, 'invoice', number, 'synced');
    await webhooks().idle();
    await settled();
    return quickbooks?.id ?? '';
  }

  const dueDateThere = async (of: SalesCompany, number: string) => {
    const { warnings } = await house().client.document(of.id, 'invoice', number);
    return JSON.stringify(warnings.filter(({ name }) => name === 'drifted'));
  };

  row('F31', async () => {
    webhooks().subscribe({
      clientId: 'test-client',
      url: `${house().webUrl}/webhooks/intuit`,
      verifierToken: VERIFIER_TOKEN,
      duplicate: 1,
      shuffle: true,
      delayMs: HOUR_MS,
    });
    await one.invoice('F31', { dueDate: '2026-12-06' });
    const { quickbooks } = await waitForStatus(house(), one.id, 'invoice', 'F31', 'synced');
    const fetches = countFetches(one);
    // However long their delivery takes, all of them are there before anybody looks.
    await house().stopWorkers();
    for (const day of [20, 21, 22, 23]) {
      one.quickbooks.edit('Invoice', quickbooks?.id, { DueDate: `2026-12-${day}` });
      house().simulator.control.setClock({ advanceMs: 1_000 });
    }
    await webhooks().deliver();
    await webhooks().idle();
    await house().startWorker();
    await settled();
    expect(await dueDateThere(one, 'F31')).toContain('2026-12-23');
    expect(fetches()).toEqual([1]);

    // All of it once more, and the first of it six hours late under an id of its own.
    for (const { body } of webhooks().deliveries()) expect(await post(body)).toBe(200);
    const late = new Date(house().simulator.control.clock().nowMs - 6 * HOUR_MS).toISOString();
    const { realmId: intuitaccountid } = one;
    const event = { intuitaccountid, intuitentityid: quickbooks?.id, time: late };
    expect(await post([aCloudEvent(event)])).toBe(200);
    await settled();
    expect(fetches()).toEqual([1]);
    expect(await dueDateThere(one, 'F31')).toContain('2026-12-23');
    webhooks().unsubscribe();
  });

  row('F32', async () => {
    const { sql } = house().house.ledger;
    const ids = [await sent(one, 'F32'), await sent(other, 'F32')];
    const fetches = countFetches(one, other);
    const time = new Date(house().simulator.control.clock().nowMs + 60_000).toISOString();
    const events = [one, other].map(({ realmId }, index) =>
      aCloudEvent({ intuitaccountid: realmId, intuitentityid: ids[index], time }),
    );
    expect(await post(events, signatureOf('something else'))).toBe(401);
    expect(
      (await sql`select 1 from inbound_webhooks where event_id = ${events[0]?.id ?? ''}`).count,
    ).toBe(0);
    for (const company of [one, other]) {
      company.quickbooks.edit('Invoice', ids[company === one ? 0 : 1], { DueDate: '2026-12-24' });
    }

    expect(await post([...events, aCloudEvent({ intuitaccountid: '9999999' })])).toBe(200);
    await settled();
    for (const company of [one, other]) {
      expect(await dueDateThere(company, 'F32')).toContain('2026-12-24');
    }
    expect(fetches()).toEqual([1, 1]);
    expect(await post([...events].reverse())).toBe(200);
    await settled();
    expect(fetches()).toEqual([1, 1]);

    one.quickbooks.edit('Invoice', ids[0], { DueDate: '2026-12-25' });
    const lastUpdated = new Date(Date.parse(time) + 1_000).toISOString();
    const entity = { id: ids[0] ?? '', operation: 'Update', name: 'Invoice', lastUpdated };
    expect(await post(aLegacyDelivery(one.realmId, [entity]))).toBe(200);
    await settled();
    expect(await dueDateThere(one, 'F32')).toContain('2026-12-25');
    expect(fetches()).toEqual([2, 1]);
  });

  row('F33', async () => {
    const fetches = countFetches(one, other);
    const time = new Date(house().simulator.control.clock().nowMs).toISOString();
    const bodies = Array.from({ length: 5_000 }, (_, index) => [
      aCloudEvent({
        intuitaccountid: (index % 2 === 0 ? one : other).realmId,
        intuitentityid: `burst-${index}`,
        time,
      }),
    ]);
    const answers: number[] = [];
    const startedAtMs = performance.now();
    const sending = Array.from({ length: 25 }, async () => {
      for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
        answers.push(await post(body));
      }
    });
    await Promise.all(sending);
    expect(answers).toHaveLength(5_000);
    expect(new Set(answers)).toEqual(new Set([200]));
    await settled();
    const { sql } = house().house.ledger;
    const kept = await sql<{ state: string; count: number }[]>`
      select state, count(*)::int as count from inbound_webhooks
      where entity_id like 'burst-%' group by 1`;
    expect([...kept]).toEqual([{ state: 'taken', count: 5_000 }]);
    // Each look gathers what came in a time, and one may be under way before the first and the last.
    const looksMax =
      (performance.now() - startedAtMs) / house().processConfig.waits.changes.gatherMs;
    for (const count of fetches()) expect(count).toBeLessThan(looksMax + 2);
    await house().check();
  });
});

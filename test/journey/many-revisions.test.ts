import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { playAtOnce } from '../support/at-once.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

const UPDATES = 10;

// An app goes on stating a document while its first revision is on its way.
describe('an invoice that is stated again and again while it is sent', () => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const allEnded = playAtOnce([
    ['is there once, as it was stated last', whileCreated],
    ['is there once also when the first answer was lost', whileInDoubt],
    ['and then withdrawn is voided, and there once', thenWithdrawn],
    ['at the same time by ten callers is there once, as the last one said', allAtOnce],
  ]);

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await allEnded();
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  const settled = (at: SalesCompany, status = 'synced') =>
    waitForStatus(journey, at.id, 'invoice', 'R-1', status);
  const amountOf = (revision: number) => `${100 + revision}.00`;
  const restate = (at: SalesCompany, revision: number) => {
    const amount = amountOf(revision);
    return at.invoice('R-1', { lines: [aLine({ unitPrice: amount, amount })], total: amount });
  };

  async function company(): Promise<SalesCompany> {
    const at = await salesCompany(journey);
    stated[at.id] = 1;
    return at;
  }

  async function restateOften(at: SalesCompany): Promise<void> {
    for (let revision = 1; revision <= UPDATES; revision += 1) await restate(at, revision);
  }

  async function expectLast(at: SalesCompany): Promise<void> {
    const invoice = await settled(at);

    expect(invoice).toMatchObject({
      revision: UPDATES + 1,
      syncedRevision: UPDATES + 1,
      label: 'Synced',
      total: amountOf(UPDATES),
    });
    expect(at.invoices('R-1')).toMatchObject([{ TotalAmt: 100 + UPDATES }]);
    // Whatever was stated behind the update that is being sent travels together, so few are needed.
    const [first, ...updates] = at.quickbooks.commits();
    expect(first).toBe('create Invoice');
    expect(updates.length).toBeGreaterThan(0);
    expect(updates.length).toBeLessThan(UPDATES);
  }

  async function whileCreated(): Promise<void> {
    const at = await company();
    at.fault({ do: 'delay', delayMs: 1_500, at: 'after_commit', match: { operation: 'create' } });
    await at.invoice('R-1');
    await at.committed('create Invoice');

    await restateOften(at);
    const answeredCalls = at.quickbooks.writes();

    await expectLast(at);
    // Where the machine was fast enough, all ten met the first call.
    if (answeredCalls === 0) expect(at.quickbooks.commits()).toHaveLength(2);
  }

  async function whileInDoubt(): Promise<void> {
    const at = await company();
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    await at.invoice('R-1');
    await at.committed('create Invoice');

    await restateOften(at);

    await expectLast(at);
  }

  async function thenWithdrawn(): Promise<void> {
    const at = await company();
    at.fault({ do: 'delay', delayMs: 700, at: 'after_commit', match: { operation: 'create' } });
    await at.invoice('R-1');
    await at.committed('create Invoice');
    await restate(at, 1);
    await journey.client.withdraw(at.id, 'invoice', 'R-1');
    const answeredCalls = at.quickbooks.writes();

    await settled(at, 'voided');

    expect(at.invoices('R-1')).toMatchObject([{ TotalAmt: 0 }]);
    const [first, ...others] = at.quickbooks.commits();
    expect([first, others.at(-1)]).toEqual(['create Invoice', 'void Invoice']);
    // Where the machine was fast enough, what was withdrawn is not sent before.
    if (answeredCalls === 0) expect(others).toHaveLength(1);
  }

  async function allAtOnce(): Promise<void> {
    const at = await company();
    await Promise.all(Array.from({ length: UPDATES }, (_, index) => restate(at, index + 1)));

    const invoice = await settled(at);

    expect(invoice.syncedRevision).toBe(invoice.revision);
    expect(at.invoices('R-1')).toMatchObject([{ TotalAmt: Number(invoice.total) }]);
  }
});

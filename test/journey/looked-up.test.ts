import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { FaultRule } from '../../src/simulator/index.js';
import { playAtOnce } from '../support/at-once.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

const LOOK_UP_FIRST: SettingsInput = { unknownOutcome: { first: 'look_up' } };

// Where the requestid cannot be trusted any more, QuickBooks is searched for what the lost answer may
// have been about, and what is found is taken over.
describe('a lost answer that is looked up', () => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const allEnded = playAtOnce([
    ['is adopted where the settings say so', () => createAdopted(LOOK_UP_FIRST)],
    [
      'is adopted where no requestid is trusted',
      () => createAdopted({ unknownOutcome: { requestidTrustMs: 0 } }),
    ],
    ['is adopted where the replay meets its own number', numberTaken],
    ['of an update is adopted where QuickBooks holds it already', updateAdopted],
    ['of an update is known when the replay meets its own SyncToken', updateForgotten],
    ['of a void is known by what QuickBooks holds', voidForgotten],
    ['and was committed late is adopted by a later look', committedLate],
    ['and was never taken is asked for once more, under the same requestid', neverTaken],
  ]);

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await allEnded();
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  async function company(settings: SettingsInput = {}): Promise<SalesCompany> {
    const made = await salesCompany(journey, { settings });
    stated[made.id] = 1;
    return made;
  }
  const settled = (at: SalesCompany, status = 'synced') =>
    waitForStatus(journey, at.id, 'invoice', 'A-1', status);
  const losing = (operation: string): FaultRule => ({
    do: 'drop',
    at: 'after_commit',
    match: { operation },
  });

  /** QuickBooks forgets every requestid as soon as something is committed. */
  const forgetRequests = ({ realmId }: SalesCompany) =>
    journey.simulator.control.onCommit((commit) => {
      if (commit.realmId !== realmId) return;
      setImmediate(() => journey.simulator.control.forgetRequests({ realmId }));
    });

  async function createAdopted(settings: SettingsInput): Promise<void> {
    const at = await company(settings);
    at.fault(losing('create'));
    await at.invoice('A-1');

    const invoice = await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(at.quickbooks.writes()).toBe(1);
    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
    expect(invoice.history.map(({ status }) => status)).toContain('checking');
    expect(invoice.quickbooks?.id).toBe(at.invoices('A-1')[0]?.['Id']);
  }

  async function numberTaken(): Promise<void> {
    const at = await company();
    const stop = forgetRequests(at);
    at.fault(losing('create'));
    await at.invoice('A-1');

    const invoice = await settled(at);
    stop();

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(at.quickbooks.writes()).toBe(2);
    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
  }

  const update = (at: SalesCompany) => {
    const lines = [aLine({ unitPrice: '80.00', amount: '80.00' })];
    return at.invoice('A-1', { lines, total: '80.00' });
  };

  /** A company with an invoice, of whose next update the answer is lost. */
  async function losesUpdate(settings: SettingsInput): Promise<SalesCompany> {
    const at = await company(settings);
    await at.invoice('A-1');
    await settled(at);
    at.fault(losing('update'));
    return at;
  }

  async function updateAdopted(): Promise<void> {
    const at = await losesUpdate(LOOK_UP_FIRST);
    await update(at);

    const invoice = await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(invoice).toMatchObject({ syncedRevision: 2, warnings: [{ name: 'adopted' }] });
  }

  async function updateForgotten(): Promise<void> {
    const at = await losesUpdate({});
    const forgotten = at.afterCommit('update Invoice', () =>
      journey.simulator.control.forgetRequests({ realmId: at.realmId }),
    );
    await update(at);
    await forgotten;

    await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(at.invoices('A-1')).toMatchObject([{ TotalAmt: 80, SyncToken: '1' }]);
  }

  async function voidForgotten(): Promise<void> {
    const at = await company();
    await at.invoice('A-1');
    await settled(at);
    const stop = forgetRequests(at);
    at.fault(losing('void'));
    await journey.client.withdraw(at.id, 'invoice', 'A-1');

    await settled(at, 'voided');
    stop();

    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'void Invoice']);
  }

  async function committedLate(): Promise<void> {
    const at = await company(LOOK_UP_FIRST);
    const delayMs = journey.config.waits.push.lateCommitMs / 2;
    at.fault({ do: 'late_commit', delayMs, status: 504, shape: 'html', match: { method: 'POST' } });
    await at.invoice('A-1');

    const invoice = await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(at.quickbooks.writes()).toBe(1);
    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
  }

  async function neverTaken(): Promise<void> {
    const at = await company(LOOK_UP_FIRST);
    at.fault({ do: 'drop', match: { operation: 'create' } });
    await at.invoice('A-1');

    await settled(at);

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    const { calls } = journey.simulator.control.log(at.realmId);
    const writes = calls.filter(({ kind }) => kind === 'write');
    expect(new Set(writes.map(({ requestid }) => requestid)).size).toBe(1);
    expect(writes).toHaveLength(2);
  }
});

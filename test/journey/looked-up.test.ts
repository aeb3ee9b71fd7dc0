import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SettingsInput } from '../../src/contract/settings.js';
import { checkTruth, eventsOf } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
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

  const company = async (settings: SettingsInput): Promise<SalesCompany> => {
    const made = await salesCompany(journey, { settings });
    stated[made.id] = 1;
    return made;
  };
  const settled = (at: SalesCompany, number: string, status = 'synced') =>
    waitForStatus(journey, at.id, 'invoice', number, status);

  /** QuickBooks forgets every requestid as soon as something is committed. */
  const forgetful = ({ realmId }: SalesCompany) =>
    journey.simulator.control.onCommit((commit) => {
      if (commit.realmId === realmId) {
        setImmediate(() => journey.simulator.control.forgetRequests({ realmId }));
      }
    });

  it.each([
    ['the settings say so', LOOK_UP_FIRST],
    ['no requestid is trusted', { unknownOutcome: { requestidTrustMs: 0 } }],
  ] as [string, SettingsInput][])('is adopted where %s', async (_, settings) => {
    const at = await company(settings);
    const stop = forgetful(at);
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    await at.invoice('A-1');

    const invoice = await settled(at, 'A-1');
    stop();

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(at.quickbooks.writes()).toBe(1);
    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
    expect(invoice.history.map(({ status }) => status)).toContain('checking');
    expect(invoice.quickbooks?.id).toBe(at.invoices('A-1')[0]?.['Id']);
  });

  it('is adopted by the number QuickBooks says is taken, when a replay was not known', async () => {
    const at = await company({});
    const stop = forgetful(at);
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    await at.invoice('A-2');

    const invoice = await settled(at, 'A-2');
    stop();

    expect(at.quickbooks.commits()).toEqual(['create Invoice']);
    expect(invoice.warnings).toEqual([{ name: 'adopted' }]);
  });

  it('of an update is adopted where QuickBooks holds it already', async () => {
    const at = await company(LOOK_UP_FIRST);
    await at.invoice('A-3');
    await settled(at, 'A-3');
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'update' } });
    const lines = [aLine({ unitPrice: '80.00', amount: '80.00' })];
    await at.invoice('A-3', { lines, total: '80.00' });

    const invoice = await settled(at, 'A-3');

    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(invoice).toMatchObject({ syncedRevision: 2, warnings: [{ name: 'adopted' }] });
  });

  it('of an update is known by what QuickBooks holds when it meets its own SyncToken', async () => {
    const at = await company({});
    await at.invoice('A-4');
    await settled(at, 'A-4');
    const stop = forgetful(at);
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'update' } });
    const lines = [aLine({ unitPrice: '70.00', amount: '70.00' })];
    await at.invoice('A-4', { lines, total: '70.00' });

    await settled(at, 'A-4');
    stop();

    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice']);
    expect(at.invoices('A-4')).toMatchObject([{ TotalAmt: 70, SyncToken: '1' }]);
  });

  it('of a void is known by what QuickBooks holds', async () => {
    const at = await company({});
    await at.invoice('A-5');
    await settled(at, 'A-5');
    const stop = forgetful(at);
    at.fault({ do: 'drop', at: 'after_commit', match: { operation: 'void' } });
    await journey.client.withdraw(at.id, 'invoice', 'A-5');

    await settled(at, 'A-5', 'voided');
    stop();

    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'void Invoice']);
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});

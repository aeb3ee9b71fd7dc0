import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTruth, eventsOf } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus, walkThroughOAuth } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

const COUNT = 12;

// The company's owner ends the connection inside QuickBooks. Nothing is lost and nobody has to retry
// anything: what waits goes on once somebody has connected again.
describe('a company that is disconnected inside QuickBooks', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey);
    await company.invoice('D-0');
    await settled('D-0');
  });
  afterAll(() => journey?.close());

  const settled = (number: string, status = 'synced') =>
    waitForStatus(journey, company.id, 'invoice', number, status);

  async function reconnect(): Promise<void> {
    const { connectUrl } = await journey.client.connectLink(company.id);
    const back = await walkThroughOAuth(connectUrl ?? '', company.realmId);
    expect(back.searchParams.get('result')).toBe('connected');
  }

  it('in the middle of its documents: all of them wait, visibly, and no call is made', async () => {
    const numbers = Array.from({ length: COUNT }, (_, index) => `D-${index + 1}`);
    company.fault({ do: 'revoke', match: { method: 'POST' } });
    await company.invoicesOf(numbers);
    const waiting = await Promise.all(numbers.map((number) => settled(number, 'waiting')));
    const callsBefore = company.quickbooks.calls().length;
    await company.invoice('D-AFTER');
    const statedAfter = await settled('D-AFTER', 'waiting');

    for (const document of [...waiting, statedAfter]) {
      expect(document).toMatchObject({ label: 'Paused', reason: 'reconnect_needed' });
    }
    expect(await journey.client.connection(company.id)).toMatchObject({
      status: 'reconnect_needed',
    });
    expect(company.quickbooks.calls()).toHaveLength(callsBefore);

    await reconnect();

    await Promise.all([...numbers, 'D-AFTER'].map((number) => settled(number)));
    expect(await journey.client.connection(company.id)).toMatchObject({ status: 'connected' });
  });

  it('with an answer in doubt: that is resolved after the reconnect, not sent anew', async () => {
    company.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    await company.invoice('D-LOST');
    await settled('D-LOST', 'checking');
    journey.simulator.control.act(company.realmId, { do: 'disconnect' });
    await company.invoice('D-OTHER');
    await settled('D-OTHER', 'waiting');

    expect(await settled('D-LOST', 'checking')).toMatchObject({ reason: 'outcome_unknown' });
    await reconnect();

    await Promise.all([settled('D-LOST'), settled('D-OTHER')]);
    expect(company.invoices('D-LOST')).toHaveLength(1);
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated: { [company.id]: COUNT + 4 } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus, walkThroughOAuth } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { holdLocks, waitingForLocks } from '../support/row-lock.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

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
      status: 'disconnected_in_quickbooks',
    });
    expect(company.quickbooks.calls()).toHaveLength(callsBefore);

    await reconnect();

    await Promise.all([...numbers, 'D-AFTER'].map((number) => settled(number)));
    expect(await journey.client.connection(company.id)).toMatchObject({ status: 'connected' });
  });

  it('with an answer in doubt: that is resolved after the reconnect, not sent anew', async () => {
    const { control } = journey.simulator;
    company.fault({ do: 'drop', at: 'after_commit', match: { operation: 'create' } });
    // Nor are those heard that ask again before the connection ends.
    company.fault({ do: 'drop', match: { operation: 'create' }, skip: 1, count: 1_000 });
    await company.invoice('D-LOST');
    await settled('D-LOST', 'checking');
    control.act(company.realmId, { do: 'disconnect' });
    control.removeFaults();
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

/** QuickBooks takes the token and lets it do nothing. */
const BARRED = { fault: { error: [{ message: 'barred', code: '3100' }], type: 'SERVICE' } };
const CREATE = { entity: 'Invoice', operation: 'create' };

// The reconnect and the refusal of the tokens before it meet: the reconnect is stored first, and the
// refusal is only noted then.
describe('a company that is connected again while the refusal is still to be noted', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({ idle: true });
    const worker = journey.startWorker();
    company = await salesCompany(journey);
    await worker.stop();
  });
  afterAll(() => journey?.close());

  it.each([
    ['refused', () => void journey.simulator.control.act(company.realmId, { do: 'disconnect' })],
    ['barred', () => company.fault({ do: 'body', status: 403, body: BARRED, match: CREATE })],
  ])('sends what was %s before, stays connected and alarms nobody', async (how, begin) => {
    const { ledger } = journey.house;
    const number = `D-${how}`;
    begin();
    await company.invoice(number);
    const opened = () => ledger.sql`select 1 from pushes where closed_at is null`;
    await waitFor(async () => (await opened()).count === 1, { what: 'the push' });
    const letGo = await holdLocks(ledger, (tx) => tx`select 1 from companies for no key update`);
    const back = reconnect();
    const waiting = () => waitingForLocks(ledger, 'companies');
    await waitFor(async () => (await waiting()) === 1, { what: 'the reconnect' });
    const worker = journey.startWorker();
    // The sweep of that worker may be among them.
    await waitFor(async () => (await waiting()) >= 2, { what: 'the refusal' });
    await letGo();

    expect(await back).toBe('connected');
    await waitForStatus(journey, company.id, 'invoice', number, 'synced');
    await worker.stop();

    expect(company.invoices(number)).toHaveLength(1);
    const told = await ledger.sql<{ status: string }[]>`
      select status from events where type in ('connection.changed', 'document.status_changed')`;
    expect(told.map(({ status }) => status)).not.toContain('reconnect_needed');
    expect(told.map(({ status }) => status)).not.toContain('disconnected_in_quickbooks');
    expect(told.map(({ status }) => status)).not.toContain('waiting');
  });

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await checkTruth(journey, { stated: { [company.id]: 2 } });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  async function reconnect(): Promise<string | null> {
    const { connectUrl } = await journey.client.connectLink(company.id);
    const back = await walkThroughOAuth(connectUrl ?? '', company.realmId);
    return back.searchParams.get('result');
  }
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { playAtOnce } from '../support/at-once.js';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import { aLine } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';

// A person works on the same invoice in QuickBooks. Our fields win over what was there, theirs stay,
// and what they removed is not brought back.
describe('an invoice that somebody touches in QuickBooks', () => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney();
  });
  afterAll(() => journey?.close());

  const allEnded = playAtOnce([
    ['is read again once and updated, with their fields kept', editedOnce],
    ['twice within one update is a conflict, and goes on when retried', editedTwice],
    ['is not taken for deleted where the second look is refused for another reason', refusedLook],
    ['is voided all the same when the app withdraws it', editedThenVoided],
    ['by deleting it: it is not created again, not by a retry either', deleted],
    ['by deleting it while it is updated: the same', deletedMeanwhile],
    ['by deleting it before the app withdraws it: nothing is left to void', deletedThenVoided],
    ['by voiding it: a later revision still reaches it', voidedThere],
  ]);

  it('leaves one document per key, nothing open, and no crash of ours', async () => {
    await allEnded();
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });

  const settled = (at: SalesCompany, status = 'synced') =>
    waitForStatus(journey, at.id, 'invoice', 'H-1', status);
  const restated = (at: SalesCompany, amount: string) =>
    at.invoice('H-1', { lines: [aLine({ unitPrice: amount, amount })], total: amount });
  const readsOf = (at: SalesCompany) =>
    at.quickbooks.calls().filter((call) => call.startsWith('GET invoice')).length;

  /** A company with one invoice in QuickBooks; answers its id there. */
  async function synced(): Promise<[SalesCompany, string]> {
    const at = await salesCompany(journey);
    stated[at.id] = 1;
    await at.invoice('H-1');
    const { quickbooks } = await settled(at);
    return [at, quickbooks?.id ?? ''];
  }

  async function editedOnce(): Promise<void> {
    const [at, id] = await synced();
    at.quickbooks.edit('Invoice', id, { CustomerMemo: { value: 'Thank you!' } });
    await restated(at, '250.00');

    const invoice = await settled(at);

    expect(at.invoices('H-1')).toMatchObject([
      { TotalAmt: 250, SyncToken: '2', CustomerMemo: { value: 'Thank you!' } },
    ]);
    expect(readsOf(at)).toBe(1);
    expect(at.quickbooks.writes()).toBe(3);
    expect(invoice).toMatchObject({ revision: 2, syncedRevision: 2, warnings: [] });
  }

  async function editedTwice(): Promise<void> {
    const [at, id] = await synced();
    at.quickbooks.edit('Invoice', id, { CustomerMemo: { value: 'One' } });
    const stop = journey.simulator.control.onCall(({ realmId, method, path }) => {
      // Right behind our second look at it.
      if (realmId !== at.realmId || method !== 'GET' || !path.startsWith('invoice')) return;
      at.quickbooks.edit('Invoice', id, { CustomerMemo: { value: 'Two' } });
      stop();
    });
    await restated(at, '260.00');

    const refused = await settled(at, 'failed');

    expect(refused).toMatchObject({ reason: 'stale_conflict', revision: 2, syncedRevision: 1 });
    expect(refused.label).toBe('Update failed (an earlier version is in QuickBooks)');
    expect(at.invoices('H-1')).toMatchObject([{ TotalAmt: 100 }]);

    await journey.client.retry(at.id, 'invoice', 'H-1');
    await settled(at);
    expect(at.invoices('H-1')).toMatchObject([{ TotalAmt: 260, CustomerMemo: { value: 'Two' } }]);
  }

  async function refusedLook(): Promise<void> {
    const [at, id] = await synced();
    at.quickbooks.edit('Invoice', id, { CustomerMemo: { value: 'Thank you!' } });
    // The subscription ends between the two calls, and is renewed.
    const error = { Message: 'Subscription period has ended', code: '6190' };
    at.fault({
      do: 'body',
      status: 400,
      body: { Fault: { Error: [error], type: 'ValidationFault' } },
      count: 1,
      match: { operation: 'read', entity: 'Invoice' },
    });
    await restated(at, '310.00');

    await settled(at);

    expect(at.invoices('H-1')).toMatchObject([{ TotalAmt: 310 }]);
  }

  async function editedThenVoided(): Promise<void> {
    const [at, id] = await synced();
    at.quickbooks.edit('Invoice', id, { CustomerMemo: { value: 'Thank you!' } });
    await journey.client.withdraw(at.id, 'invoice', 'H-1');

    await settled(at, 'voided');

    expect(at.invoices('H-1')).toMatchObject([{ TotalAmt: 0 }]);
    expect(at.quickbooks.commits()).toEqual(['create Invoice', 'update Invoice', 'void Invoice']);
  }

  async function deleted(): Promise<void> {
    const [at, id] = await synced();
    journey.simulator.control.act(at.realmId, { do: 'delete', entity: 'Invoice', id });
    await restated(at, '270.00');

    const invoice = await settled(at, 'deleted_in_quickbooks');

    expect(invoice.details).toContain('It was deleted in QuickBooks.');
    const writes = at.quickbooks.writes();
    await journey.client.retry(at.id, 'invoice', 'H-1').catch(() => undefined);
    await restated(at, '280.00');
    expect(await settled(at, 'deleted_in_quickbooks')).toMatchObject({ revision: 3 });
    expect(at.quickbooks.writes()).toBe(writes);
    expect(at.invoices('H-1')).toHaveLength(0);
  }

  async function deletedMeanwhile(): Promise<void> {
    const [at, id] = await synced();
    at.quickbooks.edit('Invoice', id, { CustomerMemo: { value: 'Soon gone' } });
    const { control } = journey.simulator;
    const stop = control.onCall(({ realmId, method, path }) => {
      // Right behind our second look at it.
      if (realmId !== at.realmId || method !== 'GET' || !path.startsWith('invoice')) return;
      stop();
      control.act(at.realmId, { do: 'delete', entity: 'Invoice', id });
    });
    await restated(at, '290.00');

    await settled(at, 'deleted_in_quickbooks');

    expect(at.invoices('H-1')).toHaveLength(0);
  }

  async function deletedThenVoided(): Promise<void> {
    const [at, id] = await synced();
    journey.simulator.control.act(at.realmId, { do: 'delete', entity: 'Invoice', id });
    await journey.client.withdraw(at.id, 'invoice', 'H-1');

    await settled(at, 'deleted_in_quickbooks');
  }

  async function voidedThere(): Promise<void> {
    const [at, id] = await synced();
    journey.simulator.control.act(at.realmId, { do: 'void', entity: 'Invoice', id });
    await restated(at, '300.00');

    await settled(at);

    expect(at.invoices('H-1')).toMatchObject([{ TotalAmt: 300 }]);
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { checkTruth } from '../support/checker.js';
import { type Journey, startJourney, waitForStatus } from '../support/journey.js';
import { eventsOf } from '../support/log-lines.js';
import {
  aBill,
  anOrder,
  type PurchaseCompany,
  type PurchaseCompanyOptions,
  purchaseCompany,
} from '../support/purchase-company.js';
import { waitFor } from '../support/wait-for.js';

// What may come over any document, played with bills: two workers, a pause, a key used twice, an
// answer that is lost.
describe('a bill', () => {
  let journey: Journey;
  const stated: Record<string, number> = {};

  beforeAll(async () => {
    journey = await startJourney({ idle: true });
    journey.startWorker();
    journey.startWorker();
  });
  afterAll(() => journey?.close());
  let company: PurchaseCompany;
  beforeEach(async () => {
    company = await open();
  });

  async function open(options: PurchaseCompanyOptions = {}): Promise<PurchaseCompany> {
    const made = await purchaseCompany(journey, options);
    stated[made.id] = 0;
    return made;
  }
  const bill = (at: PurchaseCompany, key: string, over: Parameters<typeof aBill>[0] = {}) => {
    stated[at.id] = (stated[at.id] ?? 0) + 1;
    return at.state('bill', key, aBill({ number: key, ...over }));
  };
  const settled = (at: PurchaseCompany, key: string) =>
    waitForStatus(journey, at.id, 'bill', key, 'synced');
  const numbered = (at: PurchaseCompany, key: string) =>
    at.quickbooks.where('Bill', 'DocNumber', key);

  it('is made once by two workers, its order before it', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `W-${index}`);
    const orders = keys.map((key) => ({
      kind: 'purchase_order' as const,
      externalId: `PO-${key}`,
      document: anOrder({ number: `PO-${key}` }),
    }));
    const bills = keys.map((key) => ({
      kind: 'bill' as const,
      externalId: key,
      document: aBill({ number: key, purchaseOrder: `PO-${key}` }),
    }));
    stated[company.id] = 40;
    await journey.client.stateMany(company.id, [...bills, ...orders]);
    for (const key of keys) await settled(company, key);
    expect(company.quickbooks.all('Bill')).toHaveLength(20);
    expect(company.quickbooks.all('PurchaseOrder')).toHaveLength(20);
    expect(company.quickbooks.where('PurchaseOrder', 'POStatus', 'Closed')).toHaveLength(20);
  });

  it('waits where QuickBooks asks for a pause, and others go on', async () => {
    const other = await open();
    company.fault({ do: 'throttle', match: { method: 'POST' } });
    await bill(company, 'T-1');
    await bill(other, 'T-2');
    const { history } = await settled(company, 'T-1');
    await settled(other, 'T-2');
    expect(history.map(({ reason }) => reason)).toContain('rate_limited');
    const told = (await settled(other, 'T-2')).history.map(({ reason }) => reason);
    expect(told).not.toContain('rate_limited');
    expect(numbered(company, 'T-1')).toHaveLength(1);
  });

  it('is stated once under one idempotency key', async () => {
    stated[company.id] = 1;
    const state = (key: string) =>
      journey.client.state(company.id, 'bill', 'K-1', aBill({ number: 'K-1' }), {
        idempotencyKey: key,
      });
    const first = await state('once');
    // Asked before the answer is kept, it is still being worked on.
    const again = await waitFor(() => state('once'), { what: 'the answer to be kept' });
    expect(again).toEqual(first);
    await settled(company, 'K-1');
    expect(await state('once')).toEqual(first);
    expect(company.quickbooks.commits()).toEqual(['create Bill']);
  });

  it('whose answer was lost is adopted, once, by its supplier and number', async () => {
    const at = await open({
      settings: { provenanceMark: false, unknownOutcome: { first: 'look_up' } },
    });
    at.fault({ match: { entity: 'Bill', operation: 'create' }, do: 'drop', at: 'after_commit' });
    await bill(at, 'L-1');
    const { warnings, quickbooks } = await settled(at, 'L-1');
    expect(warnings).toEqual([{ name: 'adopted' }]);
    expect(numbered(at, 'L-1')).toMatchObject([{ Id: quickbooks?.id }]);
    // What was adopted is updated, not made again.
    await at.state('bill', 'L-1', aBill({ number: 'L-1', memo: 'as delivered' }));
    await waitFor(() => at.quickbooks.commits().includes('update Bill'), { what: 'the update' });
    expect(at.quickbooks.commits()).toEqual(['create Bill', 'update Bill']);
  });

  it('leaves everything true, and no crash of ours', async () => {
    await checkTruth(journey, { stated });
    expect(eventsOf(journey, 'push_failed')).toEqual([]);
  });
});

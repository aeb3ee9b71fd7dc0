import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QboSyncError } from '../../src/client/index.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

// What one act fixes is seen to be fixed, and then released: over HTTP, with two customers of one app.
describe('a cause of failures', () => {
  let journey: Journey;
  let one: SalesCompany;
  let two: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney();
    one = await salesCompany(journey);
    two = await salesCompany(journey);
  });
  afterAll(() => journey?.close());

  const settled = (company: SalesCompany, number: string, status: string) =>
    waitForStatus(journey, company.id, 'invoice', number, status);
  const causeOf = async (name: string) => {
    const { causes } = await journey.client.causes({ reason: 'customer_missing' });
    return causes.find(({ params }) => params['name'] === name);
  };
  const fixed = (name: string) =>
    waitFor(
      async () => {
        const cause = await causeOf(name);
        return cause === undefined || cause.fixedAt === null ? undefined : cause;
      },
      { what: `the cause about ${name} to be seen as fixed` },
    );

  it('says what it holds up over all connections, and who can act', async () => {
    const customer = { name: 'Acme  Stores' };
    await one.invoice('A-1', { customer });
    await one.invoice('A-2', { customer });
    await two.invoice('A-3', { customer });
    for (const [company, number] of [
      [one, 'A-1'],
      [one, 'A-2'],
      [two, 'A-3'],
    ] as const) {
      await settled(company, number, 'failed');
    }
    const cause = await causeOf('Acme  Stores');
    expect(cause).toMatchObject({
      actor: 'customer',
      documents: 3,
      amounts: [{ currency: 'USD', amount: '300.00' }],
      fixedAt: null,
      wouldRelease: 0,
    });
    expect(new Set(cause?.connections)).toEqual(new Set([one.id, two.id]));
    const own = await journey.client.causes({ connection: two.id });
    expect(own.causes).toMatchObject([{ id: cause?.id, documents: 3 }]);
    const refused = await journey.client
      .releaseCause(cause?.id ?? '')
      .catch((error: QboSyncError) => error);
    expect(refused).toMatchObject({ status: 409 });
  });

  it('is released exactly where it is fixed, once the customer appears in a refresh', async () => {
    one.quickbooks.add('Customer', { DisplayName: 'ACME Stores' });
    await refresh(journey, one.id);
    const cause = await fixed('Acme  Stores');
    expect(cause).toMatchObject({ documents: 3, wouldRelease: 2 });

    const { bulkAction } = await journey.client.releaseCause(cause.id);
    expect(bulkAction).toMatchObject({ action: 'retry', documents: 2, by: 'app' });
    await settled(one, 'A-1', 'synced');
    await settled(one, 'A-2', 'synced');
    expect(await settled(two, 'A-3', 'failed')).toMatchObject({ reason: 'customer_missing' });
    expect(await journey.client.cause(cause.id)).toMatchObject({
      documents: 1,
      wouldRelease: 0,
      fixedAt: null,
    });
  });

  it('is seen to be fixed by a setting, and goes by itself where the connection wants that', async () => {
    await journey.client.changeSettings(two.id, {
      releaseWhenFixed: true,
      customer: { missing: 'create' },
    });
    const synced = await settled(two, 'A-3', 'synced');
    expect(synced.history.find(({ what }) => what === 'retried')).toMatchObject({ by: 'worker' });
    expect(await causeOf('Acme  Stores')).toBeUndefined();
  });

  it('is seen to be fixed when the books are open again', async () => {
    const { control } = journey.simulator;
    control.act(one.realmId, { do: 'close_books', date: '2026-11-30' });
    await refresh(journey, one.id);
    await one.invoice('P-1');
    expect(await settled(one, 'P-1', 'failed')).toMatchObject({ reason: 'period_closed' });
    control.act(one.realmId, { do: 'close_books', date: '2026-10-31' });
    await refresh(journey, one.id);
    const cause = await waitFor(
      async () => {
        const { causes } = await journey.client.causes({ reason: 'period_closed' });
        return causes.find(({ wouldRelease }) => wouldRelease === 1);
      },
      { what: 'the books to be seen open' },
    );
    await journey.client.releaseCause(cause.id);
    await settled(one, 'P-1', 'synced');
  });

  it('speaks of runs as well, and starts them anew', async () => {
    const { control } = journey.simulator;
    // However the run asks: one list, or several by a batch.
    one.fault({
      do: 'body',
      status: 400,
      count: 1_000,
      body: {
        Fault: {
          Error: [{ code: '4000', Message: 'Error parsing query' }],
          type: 'ValidationFault',
        },
      },
    });
    const { id } = await journey.client.startRun(one.id, 'refresh_master_data', ['customer']);
    await waitFor(async () => (await journey.client.run(one.id, id)).status === 'failed', {
      what: 'the run to fail',
    });
    const [cause] = (await journey.client.causes({ connection: one.id })).causes;
    expect(cause).toMatchObject({ documents: 0, runs: 1, connections: [one.id] });
    control.removeFaults();
    const released = await journey.client.releaseCause(cause?.id ?? '', 'all');
    expect(released).toMatchObject({ bulkAction: null, runs: [expect.any(String)] });
    await waitFor(
      async () => (await journey.client.run(one.id, released.runs[0] ?? '')).status === 'succeeded',
      { what: 'the run to succeed' },
    );
    expect((await journey.client.causes({ connection: one.id })).causes).toEqual([]);
  });
});

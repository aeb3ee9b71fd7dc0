import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordAnswer, RunAnswer } from '../../src/contract/answers.js';
import { RECORD_TYPES, type RunStatus } from '../../src/contract/run.js';
import { ENTITY_BY_RECORD_TYPE } from '../../src/qbo/mapping/records.js';
import { describeOnBothQueues } from '../support/both-queues.js';
import {
  type Connected,
  type Journey,
  refresh,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { type QuickBooksSide, quickBooksSide } from '../support/quickbooks-side.js';
import { rawApi } from '../support/raw-api.js';
import { waitFor } from '../support/wait-for.js';

// "Force Sync": customers, products, accounts and tax codes come from QuickBooks as a run that can
// be followed, pressed twice, stopped in the middle, and failed without harm to the lists there are.
describeOnBothQueues('a refresh of master data', (queue) => {
  let journey: Journey;
  let connected: Connected;
  let quickbooks: QuickBooksSide;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    const { realmId } = journey.simulator.control.createCompany({ seed: 'new' });
    journey.simulator.control.load(realmId, {
      Customer: Array.from({ length: 3_000 }, (_, index) => ({
        Id: String(1_000 + index),
        DisplayName: `Customer ${String(index).padStart(4, '0')}`,
        ...(index === 5 ? { PrimaryEmailAddr: { Address: 'Five@Example.com' } } : {}),
      })),
      Item: [{ Id: '3', Name: 'Consulting', Type: 'Service', IncomeAccountRef: { value: '79' } }],
    });
    connected = await journey.connect({ profile: 'auto-invoices', realmId });
    quickbooks = quickBooksSide(journey, connected);
  });
  afterAll(() => journey?.close());

  const start = () => journey.client.startRun(connected.id, 'refresh_master_data');
  const runIs = (id: string, status: RunStatus) =>
    waitFor(
      async () => {
        const run = await journey.client.run(connected.id, id);
        if (run.status === status) return run;
        throw new Error(`it is ${run.status} ${run.reason ?? ''}`);
      },
      { what: `the run to be ${status}` },
    );
  const customers = (filter: { q?: string; after?: string } = {}) =>
    journey.client.records(connected.id, 'customer', filter);

  it('brings every list, says how far it is, and counts its reads', async () => {
    // Connecting has started the first one.
    await refresh(journey, connected.id);
    const { readsThisMonth: readsBefore } = await journey.client.connection(connected.id);
    quickbooks.forget();
    journey.simulator.control.setLatency({ call: 'query', ms: 150 });
    const started = await start();
    expect(started).toMatchObject({ job: 'refresh_master_data', trigger: 'api' });
    expect(started.types).toEqual([...RECORD_TYPES]);
    const seen = new Set<number>();
    await waitFor(
      async () => {
        const { status, progress } = await journey.client.run(connected.id, started.id);
        if (status === 'running') seen.add(progress.done);
        return status === 'succeeded' || undefined;
      },
      { what: 'the run to succeed' },
    );
    journey.simulator.control.setLatency({ call: 'all', ms: 0 });

    expect(seen.size).toBeGreaterThan(2);
    const run = await journey.client.run(connected.id, started.id);
    const lists = Object.values(ENTITY_BY_RECORD_TYPE);
    const rows = lists.reduce((sum, entity) => sum + quickbooks.all(entity).length, 0);
    expect(run).toMatchObject({ reason: null, details: '', progress: { done: rows } });
    expect(run.reads).toBe(quickbooks.calls().length);
    expect(quickbooks.writes()).toBe(0);
    const { company, lastRefreshAt, readsThisMonth } = await journey.client.connection(
      connected.id,
    );
    expect(company).toMatchObject({ country: 'US', currency: 'USD' });
    expect(lastRefreshAt).not.toBeNull();
    expect(readsThisMonth - readsBefore).toBe(run.reads);
  });

  it('shows its lists by name, found by a part of it, page by page', async () => {
    const all: RecordAnswer[] = [];
    let after: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof customers>> = await journey.client.records(
        connected.id,
        'customer',
        { q: 'customer 02', after },
      );
      all.push(...page.records);
      after = page.after ?? undefined;
    } while (after !== undefined);
    expect(all).toHaveLength(100);
    expect(all.map(({ name }) => name)).toEqual([...all.map(({ name }) => name)].sort());
    expect(all[0]).toMatchObject({ recordId: '1200', active: true, hidden: false });
    expect((await customers({ q: '100%' })).records).toEqual([]);
    expect((await customers({ q: 'CUSTOMER 0005' })).records).toMatchObject([
      { recordId: '1005', email: 'Five@Example.com' },
    ]);
    const codes = await journey.client.records(connected.id, 'tax_code');
    expect(codes.records.map(({ recordId }) => recordId)).toContain('NON');
  });

  it('pressed twice at the same time runs once', async () => {
    const { control } = journey.simulator;
    // It goes on for as long as QuickBooks is in trouble.
    control.addFault({ match: { operation: 'query' }, do: 'status', status: 503, count: 1_000 });
    control.addFault({ match: { operation: 'batch' }, do: 'status', status: 503, count: 1_000 });
    const [first, second] = await Promise.all([start(), start()]);
    expect(second?.id).toBe(first?.id);
    expect((await start()).id).toBe(first?.id);
    control.removeFaults();
    await runIs(first?.id ?? '', 'succeeded');
  });

  it('keeps what was hidden, takes new names, and knows what was made inactive', async () => {
    const patched = await rawApi<RecordAnswer>(
      journey,
      'PATCH',
      `/v1/connections/${connected.id}/records/customer/1007`,
      { body: { hidden: true } },
    );
    expect(patched).toMatchObject({ status: 200, body: { hidden: true } });
    quickbooks.edit('Customer', '1007', { DisplayName: 'Seven Seas' });
    quickbooks.edit('Customer', '1008', { Active: false });
    await refresh(journey, connected.id);

    expect((await customers({ q: 'seven seas' })).records).toMatchObject([
      { recordId: '1007', hidden: true },
    ]);
    expect((await customers({ q: 'customer 0008' })).records).toMatchObject([
      { recordId: '1008', active: false },
    ]);
    // Hidden is for pick lists: documents that name it still go.
    const invoice = anInvoice({ number: 'H-1', customer: { name: 'Seven Seas' } });
    await journey.client.state(connected.id, 'invoice', 'H-1', invoice);
    await waitForStatus(journey, connected.id, 'invoice', 'H-1', 'synced');
    const gone = anInvoice({ number: 'H-2', customer: { name: 'Customer 0008' } });
    await journey.client.state(connected.id, 'invoice', 'H-2', gone);
    const failed = await waitForStatus(journey, connected.id, 'invoice', 'H-2', 'failed');
    expect(failed).toMatchObject({ reason: 'record_inactive' });
  });

  it('that QuickBooks refuses fails with its words, keeps the old lists and marks them', async () => {
    const before = await customers({ q: 'customer 0001' });
    quickbooks.edit('Customer', '1001', { DisplayName: 'Renamed One' });
    journey.simulator.control.addFault({
      match: { realm: connected.realmId, operation: 'query' },
      do: 'body',
      status: 400,
      body: {
        Fault: {
          Error: [{ Message: 'Odd query', Detail: 'The stars are not right', code: '4999' }],
          type: 'ValidationFault',
        },
      },
    });
    const { id } = await start();
    expect(await runIs(id, 'failed')).toMatchObject({
      reason: 'refused_by_quickbooks',
      details: 'QuickBooks refused it: The stars are not right (code 4999).',
      endedAt: expect.any(String),
    });
    const after = await customers({ q: 'customer 0001' });
    expect(after).toEqual({ ...before, stale: true });

    const retried = await rawApi<RunAnswer>(
      journey,
      'POST',
      `/v1/connections/${connected.id}/runs/${id}/retry`,
      { body: {} },
    );
    expect(retried).toMatchObject({ status: 202, body: { trigger: 'person' } });
    await runIs(retried.body.id, 'succeeded');
    expect(await customers({ q: 'renamed one' })).toMatchObject({
      stale: false,
      records: [{ recordId: '1001' }],
    });
    const { body } = await rawApi<{ runs: RunAnswer[] }>(
      journey,
      'GET',
      `/v1/connections/${connected.id}/runs?limit=2`,
    );
    expect(body.runs.map((run) => run.status)).toEqual(['succeeded', 'failed']);
  });

  it('waits while QuickBooks is in trouble and goes on by itself', async () => {
    quickbooks.forget();
    journey.simulator.control.addFault({
      match: { realm: connected.realmId, operation: 'query' },
      do: 'status',
      status: 503,
      shape: 'html',
      count: 1_000,
    });
    const { id } = await start();
    const waiting = await runIs(id, 'waiting');
    expect(waiting).toMatchObject({ reason: 'quickbooks_unavailable', endedAt: null });
    journey.simulator.control.removeFaults();
    expect(await runIs(id, 'succeeded')).toMatchObject({ reason: null });
    expect(await customers()).toMatchObject({ stale: false });
    expect(quickbooks.calls().length).toBeGreaterThan(
      (await journey.client.run(connected.id, id)).reads,
    );
  });
});

describe('a refresh of master data and its worker', () => {
  it.each([
    ['goes on where it was', null, 1],
    ['begins anew where it cannot read how far a newer version was', { at: 'a later shape' }, 2],
  ])('stop in the middle, and another worker %s', async (_, noted, firstPages) => {
    const own = await startJourney({ idle: true });
    try {
      const { control } = own.simulator;
      const { realmId } = control.createCompany({ seed: 'new' });
      control.load(realmId, {
        Customer: Array.from({ length: 4_500 }, (_, index) => ({
          Id: String(1_000 + index),
          DisplayName: `Client ${index}`,
        })),
      });
      const there = await own.connect({ realmId });
      const pagesAsked = () =>
        control
          .log(realmId)
          .calls.flatMap(
            ({ query }) => /FROM Customer.*STARTPOSITION (\d+)/i.exec(query ?? '')?.[1] ?? [],
          );
      control.setLatency({ call: 'query', ms: 400 });
      const worker = own.startWorker();
      const { id } = await own.client.startRun(there.id, 'refresh_master_data');
      await waitFor(async () => (await own.client.run(there.id, id)).progress.done > 1_000, {
        what: 'a page of customers to be kept',
      });
      await worker.stop();
      const between = await own.client.run(there.id, id);
      expect(between.endedAt).toBeNull();
      expect(between.progress.done).toBeGreaterThanOrEqual(1_000);
      if (noted !== null) {
        const { sql } = own.house.ledger;
        await sql`update runs set cursor = ${sql.json(noted)} where id = ${Number(id)}`;
      }

      control.setLatency({ call: 'all', ms: 0 });
      own.startWorker();
      await waitFor(async () => (await own.client.run(there.id, id)).status === 'succeeded', {
        what: 'the run to succeed',
      });
      // The first page was kept; at most the one that was cut is asked for again.
      expect(pagesAsked().filter((from) => from === '1')).toHaveLength(firstPages);
      const { records } = await own.client.records(there.id, 'customer', { q: 'client 4499' });
      expect(records).toHaveLength(1);
    } finally {
      await own.close();
    }
  });
});

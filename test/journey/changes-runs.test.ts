import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunStatus } from '../../src/contract/run.js';
import type { SettingsInput } from '../../src/contract/settings.js';
import type { FaultRule } from '../../src/simulator/index.js';
import {
  type Journey,
  pullChanges,
  runsEnded,
  startJourney,
  waitForStatus,
} from '../support/journey.js';
import { rawApi } from '../support/raw-api.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';

const settings: SettingsInput = {
  modules: ['invoice', 'payment', 'customer'],
  imports: { contacts: true },
  payments: true,
};

/** A call lasts long enough to meet what reads, on a machine that does much else as well. */
const READING_MS = 4_000;

// A run of changes among runs: one per company, started by whoever asks, counted, put off when
// QuickBooks is in trouble, and done again from the beginning without telling anything twice.
describe('a run of changes', () => {
  let journey: Journey;
  let company: SalesCompany;
  let events: ReturnType<typeof told>;
  let number = 0;
  let inv: string;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey, { settings });
    events = told(journey, company.id);
  });
  afterAll(() => journey?.close());
  beforeEach(async () => {
    number += 1;
    inv = `INV-${number}`;
    await pullChanges(journey, company.id);
    await events();
    company.quickbooks.forget();
  });

  /** QuickBooks is in trouble whenever that is asked for, until faults are removed. */
  const troubled = (match: FaultRule['match']) =>
    company.fault({ match, do: 'status', status: 503, shape: 'html', count: 1_000 });
  const start = (connection = company.id) => journey.client.startRun(connection, 'pull_changes');
  const runIs = (id: string, status: RunStatus) =>
    waitFor(
      async () => {
        const run = await journey.client.run(company.id, id);
        return run.status === status ? run : undefined;
      },
      { what: `the run to be ${status}` },
    );
  const sent = async () => {
    await company.invoice(inv);
    const answer = await waitForStatus(journey, company.id, 'invoice', inv, 'synced');
    return answer.quickbooks?.id ?? '';
  };
  const sinceOf = async () => {
    const [row] = await journey.house.ledger.sql<{ changesSince: Date }[]>`
      select m.changes_since from companies m join connections c on c.company_id = m.id
      where c.id = ${company.id}`;
    return row?.changesSince.getTime() ?? 0;
  };

  it('says how far it came and what it cost, and its end is told', async () => {
    await sent();
    company.quickbooks.forget();
    const run = await pullChanges(journey, company.id);
    expect(run).toMatchObject({
      job: 'pull_changes',
      trigger: 'api',
      types: [],
      status: 'succeeded',
      reads: 1,
    });
    expect(run.progress.done).toBeGreaterThan(0);
    expect(company.quickbooks.calls()).toEqual(['GET cdc']);
  });

  it('is one per company, and both connections hear what it found', async () => {
    const other = await journey.connect({ realmId: company.realmId, settings });
    const heard = told(journey, other.id);
    // Its first import tells it of contacts, too.
    await runsEnded(journey, other.id);
    await pullChanges(journey, other.id);
    await heard();
    await events();
    troubled({ operation: 'cdc' });
    const first = await start();
    const second = await start(other.id);
    expect(second.id).toBe(first.id);
    expect(second.connection).toBe(other.id);
    journey.simulator.control.removeFaults();
    await runIs(first.id, 'succeeded');
    const bothHearThat = async (runId: string, status: RunStatus) => {
      for (const connection of [company.id, other.id]) {
        const end = async () =>
          (await journey.client.events({ connection, limit: 500 })).events.find(
            ({ type, run }) => type === 'run.ended' && run === runId,
          );
        const one = await waitFor(end, { what: 'the end of the run to be told' });
        expect(one).toMatchObject({ status });
      }
    };
    await bothHearThat(first.id, 'succeeded');

    troubled({ operation: 'cdc' });
    const unwanted = await start();
    await journey.client.cancelRun(other.id, unwanted.id);
    journey.simulator.control.removeFaults();
    await bothHearThat(unwanted.id, 'cancelled');

    const id = company.quickbooks.add('Customer', { DisplayName: `Both ${number}` });
    await pullChanges(journey, company.id);
    expect(await events()).toEqual([`contact.imported customer ${id}`]);
    expect(await heard()).toEqual([`contact.imported customer ${id}`]);
    await rawApi(journey, 'POST', `/v1/connections/${other.id}/disconnect`, { body: {} });
  });

  it('is the only one that goes on for a connection that leaves the company to others', async () => {
    const other = await journey.connect({ realmId: company.realmId, settings });
    await runsEnded(journey, other.id);
    journey.simulator.control.setLatency({ call: 'all', ms: READING_MS });
    const lists = await journey.client.startRun(other.id, 'refresh_master_data');
    const runOf = (id: string) => journey.client.run(other.id, id);
    await waitFor(async () => (await runOf(lists.id)).status === 'running', {
      what: 'the lists to be read',
    });
    await journey.client.disconnect(other.id);
    journey.simulator.control.setLatency({ call: 'all', ms: 0 });
    const ended = await waitFor(
      async () => {
        const run = await runOf(lists.id);
        return run.endedAt === null ? undefined : run;
      },
      { what: 'the run to end' },
    );
    expect(ended).toMatchObject({ status: 'failed', reason: 'reconnect_needed' });
    expect(await pullChanges(journey, company.id)).toMatchObject({ status: 'succeeded' });
  });

  it('waits while QuickBooks is in trouble, and goes on by itself', async () => {
    const id = company.quickbooks.add('Customer', { DisplayName: `Late ${number}` });
    troubled({ operation: 'cdc' });
    const run = await start();
    expect(await runIs(run.id, 'waiting')).toMatchObject({ reason: 'quickbooks_unavailable' });
    journey.simulator.control.removeFaults();
    expect(await runIs(run.id, 'succeeded')).toMatchObject({ reason: null });
    expect(await events()).toEqual([`contact.imported customer ${id}`]);
  });

  it('that is throttled burns no attempt', async () => {
    const id = company.quickbooks.add('Customer', { DisplayName: `Busy ${number}` });
    company.fault({ match: { operation: 'cdc' }, do: 'throttle', count: 1 });
    const run = await start();
    await runIs(run.id, 'succeeded');
    expect(await events()).toEqual([`contact.imported customer ${id}`]);
  });

  it('that QuickBooks refuses fails with its words and forgets nothing', async () => {
    const id = company.quickbooks.add('Customer', { DisplayName: `Refused ${number}` });
    const before = await sinceOf();
    company.fault({
      match: { operation: 'cdc' },
      do: 'body',
      status: 200,
      body: {
        CDCResponse: [
          { QueryResponse: [{ Fault: { Error: [{ code: '4000', Message: 'Odd' }] } }] },
        ],
        time: '2026-11-22T10:00:00.000-08:00',
      },
    });
    const run = await start();
    expect(await runIs(run.id, 'failed')).toMatchObject({ reason: 'refused_by_quickbooks' });
    expect(await sinceOf()).toBe(before);
    expect(await events()).toEqual([]);
    const again = await rawApi<{ id: string }>(
      journey,
      'POST',
      `/v1/connections/${company.id}/runs/${run.id}/retry`,
      { body: {} },
    );
    await runIs(again.body.id, 'succeeded');
    expect(await events()).toEqual([`contact.imported customer ${id}`]);
  });

  it('is cancelled at once while it waits, and at its next page while it reads', async () => {
    const { client, simulator } = journey;
    troubled({ operation: 'cdc' });
    const waits = await start();
    await runIs(waits.id, 'waiting');
    const cancelled = { status: 'cancelled', reason: null, endedAt: expect.any(String) };
    expect(await client.cancelRun(company.id, waits.id)).toMatchObject(cancelled);
    expect(await client.cancelRun(company.id, waits.id)).toMatchObject(cancelled);
    simulator.control.removeFaults();

    const since = await sinceOf();
    simulator.control.setLatency({ call: 'all', ms: READING_MS });
    const reads = await client.startRun(company.id, 'refresh_master_data');
    await runIs(reads.id, 'running');
    await client.cancelRun(company.id, reads.id);
    simulator.control.setLatency({ call: 'all', ms: 0 });
    const { sql } = journey.house.ledger;
    const isLeft = (line: string) =>
      line.includes('run_left') && line.includes(`"runId":${reads.id}`);
    await waitFor(() => journey.logLines().some(isLeft), { what: 'the worker to leave the run' });
    expect(await client.run(company.id, reads.id)).toMatchObject(cancelled);
    expect((await sql`select 1 from records_staged`).count).toBe(0);
    expect((await sql`select 1 from record_lists where stale`).count).toBe(0);
    expect(await sinceOf()).toBe(since);

    const again = await client.retryRun(company.id, waits.id);
    await runIs(again.id, 'succeeded');
    await expect(client.cancelRun(company.id, again.id)).rejects.toMatchObject({ status: 409 });
    const { runs } = await client.runs(company.id, { limit: 2 });
    expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'cancelled']);
  });

  it('broken off in the middle tells nothing twice when it is done again', async () => {
    const invoice = await sent();
    const id = company.quickbooks.add('Customer', { DisplayName: `Twice ${number}` });
    journey.simulator.control.act(company.realmId, {
      do: 'delete',
      entity: 'Invoice',
      id: invoice,
    });
    // Customers are applied by then; whether the invoice is gone cannot be asked.
    troubled({ entity: 'Invoice', operation: 'read' });
    const before = await sinceOf();
    const run = await start();
    await runIs(run.id, 'waiting');
    expect(await sinceOf()).toBe(before);
    expect(await events()).toEqual([`contact.imported customer ${id}`]);
    journey.simulator.control.removeFaults();
    await runIs(run.id, 'succeeded');
    expect(await events()).toEqual([]);
    expect(await journey.client.document(company.id, 'invoice', inv)).toMatchObject({
      status: 'deleted_in_quickbooks',
    });
    expect(await sinceOf()).toBeGreaterThan(before);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ImportedInvoiceAnswer } from '../../src/contract/imported-invoice.js';
import {
  importInvoices,
  noteInvoicesImported,
} from '../../src/ledger/changes/imported-invoices.js';
import { connectionById } from '../../src/ledger/connections/connections.js';
import { oldInvoice } from '../../src/qbo/mapping/old-invoice.js';
import {
  type Journey,
  runsEnded,
  startJourney,
  waitForStatus,
  walkThroughOAuth,
} from '../support/journey.js';
import { anOldInvoice } from '../support/old-invoices.js';
import { rawApi } from '../support/raw-api.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';
import { startWorkerProcess } from '../support/worker-process.js';

const INVOICES = 2_300;
const VOIDED = '3007';

// Old invoices of QuickBooks come once, page by page, over a worker that is killed and an invoice that
// is deleted meanwhile; what was sent from here is none of them.
describe('invoices that were there before', () => {
  let journey: Journey;
  let company: SalesCompany;
  let events: ReturnType<typeof told>;

  beforeAll(async () => {
    journey = await startJourney({ idle: true });
    const { control } = journey.simulator;
    company = await salesCompany(journey, { pull: false });
    control.load(company.realmId, {
      Invoice: Array.from({ length: INVOICES }, (_, index) =>
        anOldInvoice(String(3_000 + index), {
          TxnDate: index < 100 ? '2025-12-31' : '2026-03-02',
          ...(index === 7 ? { TotalAmt: 0, Balance: 0, PrivateNote: 'Voided - mistake' } : {}),
          ...(index === 9 ? { Balance: 30, DocNumber: 'OPEN-9' } : {}),
        }),
      ),
    });
    events = told(journey, company.id);
  });
  afterAll(() => journey?.close());

  const imports = async () => {
    const { runs } = await journey.client.runs(company.id);
    return runs.filter(({ job }) => job === 'import_invoices');
  };
  const heard = async () => (await events()).filter((event) => event.startsWith('invoice'));
  const start = (window: { from?: string; to?: string } = {}) =>
    journey.client.startRun(company.id, 'import_invoices', undefined, window);
  async function brought(q?: string): Promise<ImportedInvoiceAnswer[]> {
    const all: ImportedInvoiceAnswer[] = [];
    let after: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof journey.client.importedInvoices>> =
        await journey.client.importedInvoices(company.id, { q, after, limit: 200 });
      all.push(...page.records);
      after = page.after ?? undefined;
    } while (after !== undefined);
    return all;
  }

  it('are known to a push of what was stated before they were brought', async () => {
    await company.invoice('OLD-3300');
    const { ledger } = journey.house;
    const { companyId } = (await connectionById(ledger.sql, company.id)) ?? {};
    const whose = { connectionId: company.id, companyId: companyId ?? '' };
    await noteInvoicesImported(ledger, whose);
    await ledger.sql.begin((tx) =>
      importInvoices(tx, whose, [oldInvoice(anOldInvoice('3300', { SyncToken: '0' }), 'USD')]),
    );
    expect(await heard()).toEqual(['invoice.imported invoice 3300']);
    const worker = journey.startWorker();
    const kept = await waitForStatus(journey, company.id, 'invoice', 'OLD-3300', 'skipped');
    expect(kept).toMatchObject({ reason: 'imported', params: { id: '3300' }, quickbooks: null });
    await runsEnded(journey, company.id);
    await worker.stop();
    expect(company.quickbooks.writes()).toBe(0);
  });

  it('are brought once they are asked for, those of a span of dates', async () => {
    expect(await imports()).toEqual([]);
    const run = await start({ to: '2025-12-31' });
    expect(run.window).toEqual({ from: null, to: '2025-12-31T00:00:00.000Z' });
    const worker = journey.startWorker();
    await runsEnded(journey, company.id);
    await worker.stop();
    expect(await imports()).toMatchObject([{ progress: { done: 100, of: 100 } }]);
    expect(await heard()).toHaveLength(99);
    expect(await brought()).toHaveLength(100);
    const refused = await rawApi(journey, 'POST', `/v1/connections/${company.id}/runs`, {
      body: { job: 'pull_changes', from: '2026-01-01' },
    });
    expect(refused.status).toBe(422);
    const turned = await rawApi(journey, 'POST', `/v1/connections/${company.id}/runs`, {
      body: { job: 'import_invoices', from: '2026-02-01', to: '2026-01-01' },
    });
    expect(turned.body).toMatchObject({
      errors: [{ field: 'to', rule: 'must not be before from' }],
    });
  });

  it('are brought once each, over a worker that is killed and an invoice that is deleted', async () => {
    const { control } = journey.simulator;
    control.setLatency({ call: 'query', ms: 1_500 });
    await start();
    const worker = await startWorkerProcess(journey);
    await waitFor(
      async () => {
        const [run] = await imports();
        return (run?.progress.done ?? 0) > 0 || undefined;
      },
      { what: 'the first page to be brought' },
    );
    worker.kill('SIGKILL');
    await worker.exitCode();
    const [killed] = await imports();
    expect(killed).toMatchObject({ status: 'running', progress: { of: INVOICES } });
    expect(await heard()).toHaveLength(
      // The first hundred were brought before, and so was one more.
      (killed?.progress.done ?? 0) - 101,
    );
    // All behind it move up one place.
    control.act(company.realmId, { do: 'delete', entity: 'Invoice', id: '3001' });
    control.setLatency({ call: 'all', ms: 0 });
    journey.startWorker();
    await runsEnded(journey, company.id);
    const all = await brought();
    expect(all).toHaveLength(INVOICES - 1);
    expect(new Set(all.map(({ recordId }) => recordId)).size).toBe(INVOICES - 1);
    expect(all.map(({ recordId }) => recordId)).not.toContain(VOIDED);
  });

  it('show what an app needs, the newest first, found by number or customer', async () => {
    const all = await brought();
    expect(all.map(({ date }) => date)).toEqual(
      all
        .map(({ date }) => date)
        .sort()
        .reverse(),
    );
    expect(await brought('open-9')).toMatchObject([
      {
        type: 'invoice',
        recordId: '3009',
        number: 'OPEN-9',
        date: '2025-12-31',
        dueDate: '2026-04-01',
        customer: { recordId: '7', name: 'Harbor Lane Dental' },
        total: '80.00',
        balance: '30.00',
        currency: 'USD',
      },
    ]);
    expect(await brought('harbor lane')).toHaveLength(all.length);
    expect(await brought('100%')).toEqual([]);
  });

  it('are not told again, and what was sent from here is none of them', async () => {
    await heard();
    await company.invoice('INV-1');
    await waitForStatus(journey, company.id, 'invoice', 'INV-1', 'synced');
    const id = company.quickbooks.add('Invoice', anOldInvoice('9001', { DocNumber: 'BY-HAND' }));
    await start();
    await runsEnded(journey, company.id);
    expect(await heard()).toEqual([`invoice.imported invoice ${id}`]);
    expect(await brought('INV-1')).toEqual([]);
  });

  it('are cancelled and retried as any run, and go on where a lost connection ended them', async () => {
    const { client, simulator } = journey;
    simulator.control.setLatency({ call: 'query', ms: 1_500 });
    const { id } = await start({ from: '2026-01-01' });
    expect(await client.cancelRun(company.id, id)).toMatchObject({ status: 'cancelled' });
    simulator.control.setLatency({ call: 'all', ms: 0 });
    expect(await client.retryRun(company.id, id)).toMatchObject({
      window: { from: '2026-01-01T00:00:00.000Z' },
    });
    await runsEnded(journey, company.id);
    expect((await imports())[0]).toMatchObject({ status: 'succeeded' });

    simulator.control.act(company.realmId, { do: 'disconnect' });
    await start({ from: '2026-02-01' });
    await runsEnded(journey, company.id);
    expect((await imports())[0]).toMatchObject({ status: 'failed', reason: 'reconnect_needed' });
    const { connectUrl } = await client.connectLink(company.id);
    await walkThroughOAuth(connectUrl ?? '', company.realmId);
    await runsEnded(journey, company.id);
    expect((await imports())[0]).toMatchObject({
      status: 'succeeded',
      window: { from: '2026-02-01T00:00:00.000Z' },
    });
    expect(await heard()).toEqual([]);
  });

  it('of an account stay unseen by another one of the same company', async () => {
    const other = await journey.connect({ realmId: company.realmId });
    expect(await journey.client.importedInvoices(other.id)).toEqual({ records: [], after: null });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BulkActionAnswer, QboSyncError } from '../../src/client/index.js';
import { QboSyncClient } from '../../src/client/index.js';
import { createApp, createKey } from '../../src/ledger/apps/apps.js';
import { type Journey, refresh, startJourney, waitForStatus } from '../support/journey.js';
import { anInvoice } from '../support/orders.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

/** One a look: it lasts longer than whoever stops it needs, on a machine that does much else as well. */
const MANY = 80;

// One thing done to many documents: over HTTP, by the worker, as QuickBooks saw it.
describe('many documents at once', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey);
  });
  afterAll(() => journey?.close());

  /** Invoices for a customer nobody has heard of. */
  async function failedFor(name: string, numbers: readonly string[]) {
    const documents = numbers.map((number) => ({
      kind: 'invoice' as const,
      externalId: number,
      document: anInvoice({ number, customer: { name } }),
    }));
    await journey.client.stateMany(company.id, documents);
    for (const number of numbers) await settled(number, 'failed');
  }
  const settled = (number: string, status: string) =>
    waitForStatus(journey, company.id, 'invoice', number, status);
  const numbersOf = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
  const ended = (id: string | null): Promise<BulkActionAnswer> =>
    waitFor(
      async () => {
        const answer = await journey.client.bulkAction(id ?? '');
        return answer.endedAt === null ? undefined : answer;
      },
      { what: `bulk action ${id} to end` },
    );

  it('are counted and valued first, without a trace', async () => {
    await failedFor('Acme', numbersOf('B', 7));
    const dry = await journey.client.startBulkAction({
      filter: 'reason:customer_missing b-',
      action: 'retry',
      dryRun: true,
    });
    expect(dry).toMatchObject({
      id: null,
      status: 'dry_run',
      documents: 7,
      amounts: [{ currency: 'USD', amount: '700.00' }],
      done: 0,
    });
    expect(dry.examples).toHaveLength(5);
    expect(dry.examples[0]).toMatchObject({ externalId: 'B-7', status: 'failed', party: 'Acme' });
    expect(await journey.client.bulkActions()).toEqual({ bulkActions: [], after: null });
  });

  it('are retried once each, without those that failed later', async () => {
    company.quickbooks.add('Customer', { DisplayName: 'Acme' });
    await refresh(journey, company.id);
    const started = await journey.client.startBulkAction({
      filter: 'reason:customer_missing',
      action: 'retry',
    });
    expect(started).toMatchObject({ documents: 7, by: 'app', rate: 50 });
    await failedFor('Later', ['L-1']);
    const through = await ended(started.id);
    expect(through).toMatchObject({
      status: 'done',
      done: 7,
      refused: 0,
      results: [{ done: true, detail: 'It is tried again now.', documents: 7 }],
    });
    for (const number of numbersOf('B', 7)) {
      const answer = await settled(number, 'synced');
      expect(answer.history.filter(({ what }) => what === 'retried')).toHaveLength(1);
    }
    expect((await settled('L-1', 'failed')).history.map(({ what }) => what)).not.toContain(
      'retried',
    );
    const { results } = await journey.client.bulkResults(through.id ?? '', { limit: 3 });
    expect(results).toMatchObject([
      { connection: company.id, kind: 'invoice', externalId: 'B-1', done: true },
      { externalId: 'B-2' },
      { externalId: 'B-3' },
    ]);
  });

  it('go on with another worker, and stop when somebody aborts it', async () => {
    await failedFor('Brook', numbersOf('S', MANY));
    const { id } = await journey.client.startBulkAction({
      filter: 'reason:customer_missing s-',
      action: 'skip',
      rate: 1,
    });
    const skipped = async () => (await journey.client.bulkAction(id ?? '')).done;
    await waitFor(async () => (await skipped()) >= 2, { what: 'some to be skipped' });
    const other = journey.startWorker();
    await waitFor(async () => (await skipped()) >= 4, { what: 'more to be skipped' });
    const aborted = await journey.client.abortBulkAction(id ?? '');
    expect(aborted).toMatchObject({ status: 'aborted', abortedBy: 'app' });
    expect(aborted.done).toBeLessThan(MANY);
    await other.stop();
    const page = await journey.client.documents(company.id, {
      filter: 'reason:skipped_by',
      limit: 100,
    });
    expect(page.documents).toHaveLength(aborted.done);
    expect(await journey.client.bulkAction(id ?? '')).toEqual(aborted);
  });

  it('are linked to the documents that have their numbers', async () => {
    const customer = company.quickbooks.where('Customer', 'DisplayName', 'Acme')[0]?.['Id'];
    const line = {
      DetailType: 'SalesItemLineDetail',
      SalesItemLineDetail: { ItemRef: { value: '3' } },
    };
    const ids = numbersOf('N', 3).map((number) =>
      company.quickbooks.add('Invoice', {
        DocNumber: number,
        CustomerRef: { value: String(customer) },
        Line: [{ Amount: 5, ...line }],
      }),
    );
    await failedFor('Acme', numbersOf('N', 3));
    const { id } = await journey.client.startBulkAction({
      filter: 'reason:duplicate_number,customer_missing',
      action: 'link',
    });
    // What fails for another reason says nothing it could be linked to, and is not meant.
    expect(await ended(id)).toMatchObject({ documents: 3, done: 3, refused: 0 });
    for (const [index, number] of numbersOf('N', 3).entries()) {
      expect(await settled(number, 'synced')).toMatchObject({ quickbooks: { id: ids[index] } });
    }
  });

  it('are one app’s own, and have to be said rightly', async () => {
    const { ledger } = journey.house;
    const app = await createApp(ledger, { name: 'Another', returnUrls: [] }, 'test');
    const { key } = await createKey(ledger, { appId: app.id, scopes: ['documents'] }, 'test');
    const stranger = new QboSyncClient({ baseUrl: journey.webUrl, apiKey: key });
    const theirs = { filter: `connection:${company.id} status:failed`, action: 'retry' } as const;
    expect(await stranger.startBulkAction({ ...theirs, dryRun: true })).toMatchObject({
      documents: 0,
      examples: [],
    });
    const [own] = (await journey.client.bulkActions()).bulkActions;
    const unknown = await stranger.bulkAction(own?.id ?? '').catch((error: QboSyncError) => error);
    expect(unknown).toMatchObject({ status: 404 });
    const wrong = await journey.client
      .startBulkAction({ filter: 'status:fialed', action: 'retry' })
      .catch((error: QboSyncError) => error);
    expect(wrong).toMatchObject({
      status: 422,
      problem: { errors: [{ field: 'filter', got: 'status:fialed' }] },
    });
  });
});

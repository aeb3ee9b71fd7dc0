import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnBothQueues } from '../support/both-queues.js';
import { type Journey, startJourney } from '../support/journey.js';
import { aLine, anInvoice } from '../support/orders.js';
import { refusalOf } from '../support/raw-api.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { waitFor } from '../support/wait-for.js';

const ENDED: ReadonlySet<string> = new Set(['synced', 'failed']);

// A day's work at once: it goes in few calls, each document has its own ending, live work passes
// a back-fill, and lists show what is where.
describeOnBothQueues('many documents', (queue) => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney(await queue());
    company = await salesCompany(journey);
  });
  afterAll(() => journey?.close());

  const pad = (index: number) => String(index).padStart(3, '0');
  const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const list = (filter: Parameters<Journey['client']['documents']>[1]) =>
    journey.client.documents(company.id, filter);

  /** Waits until no document is on its way any more; one that has ended stays so. */
  const allSettled = (at: SalesCompany) =>
    waitFor(
      async () => {
        let after: string | undefined;
        do {
          const page = await journey.client.documents(at.id, { limit: 200, after });
          if (!page.documents.every(({ status }) => ENDED.has(status))) return undefined;
          after = page.after ?? undefined;
        } while (after !== undefined);
        return true;
      },
      { what: 'everything to be settled' },
    );

  it('go in batch calls, and each has its own ending', async () => {
    company.quickbooks.forget();
    const documents = range(100).map((index) => ({
      kind: 'invoice' as const,
      externalId: `order-${pad(index)}`,
      document: anInvoice({
        number: `A-${pad(index)}`,
        ...(index % 10 === 0 ? { customer: { name: `Stranger ${index % 20}` } } : {}),
        ...(index === 7 ? { total: '99.00' } : {}),
        ...(index === 8 ? { lines: [aLine({ description: 'x'.repeat(4_001) })] } : {}),
      }),
    }));
    documents.push({
      kind: 'invoice',
      externalId: 'order-bad',
      document: anInvoice({ issueDate: 'yesterday' }),
    });
    const { results } = await journey.client.stateMany(company.id, documents);
    expect(results.slice(0, 100).every(({ status }) => status === 202)).toBe(true);
    expect(results.at(-1)).toMatchObject({
      externalId: 'order-bad',
      status: 422,
      errors: [{ field: 'issueDate' }],
    });

    await allSettled(company);
    const reasons = new Map<string | null, number>();
    for (const { reason, status } of (await list({ limit: 200 })).documents) {
      reasons.set(reason ?? status, (reasons.get(reason ?? status) ?? 0) + 1);
    }
    expect(Object.fromEntries(reasons)).toEqual({
      synced: 88,
      customer_missing: 10,
      total_mismatch: 1,
      invalid_field: 1,
    });
    expect(company.quickbooks.all('Invoice')).toHaveLength(88);
    // Three batches of thirty at a time, single calls beside them; never a call per document.
    expect(company.quickbooks.calls().length).toBeLessThanOrEqual(25);
    expect(company.quickbooks.calls()).toContain('POST batch');
  });

  it('are listed by status, reason, kind and text, page by page', async () => {
    const numbers = (page: Awaited<ReturnType<typeof list>>) =>
      page.documents.map(({ number }) => number);
    expect(numbers(await list({ reason: 'total_mismatch' }))).toEqual(['A-007']);
    expect(numbers(await list({ status: 'failed', q: 'A-01' }))).toEqual(['A-010']);
    expect(numbers(await list({ q: 'stranger 10', limit: 2 }))).toEqual(['A-090', 'A-070']);
    expect(numbers(await list({ q: 'ORDER-042' }))).toEqual(['A-042']);
    expect(numbers(await list({ q: 'A%0' }))).toEqual([]);
    expect((await list({ kind: 'customer' })).documents).toEqual([]);

    const seen: (string | null)[] = [];
    let pages = 0;
    let after: string | undefined;
    do {
      const page = await list({ status: 'synced', limit: 30, after });
      seen.push(...numbers(page));
      after = page.after ?? undefined;
      pages += 1;
    } while (after !== undefined);
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(88);
    expect(seen).toEqual([...seen].sort().reverse());

    const refusal = await refusalOf(list({ status: 'lost' }));
    expect(refusal).toMatchObject({ status: 422, problem: { errors: [{ field: 'status' }] } });
  });

  it('of a back-fill let live work pass', async () => {
    const busy = await salesCompany(journey);
    const numbers = range(250).map((index) => `OLD-${index}`);
    const committed = () => journey.simulator.control.log(busy.realmId).commits.map(({ id }) => id);
    busy.quickbooks.forget();
    const documents = numbers.map((number) => ({
      kind: 'invoice' as const,
      externalId: number,
      document: anInvoice({ number, priority: 'backfill' }),
    }));
    // In shares that a busy machine answers in time.
    for (let from = 0; from < documents.length; from += 50) {
      await journey.client.stateMany(busy.id, documents.slice(from, from + 50));
    }
    await busy.invoice('LIVE');
    const before = committed().length;
    await allSettled(busy);

    expect(busy.quickbooks.all('Invoice')).toHaveLength(251);
    const [live] = busy.quickbooks.where('Invoice', 'DocNumber', 'LIVE');
    expect(live).toBeDefined();
    // Stated last of all, it goes with the first pushes that are opened from then on.
    expect(committed().indexOf(String(live?.['Id'])) - before).toBeLessThan(125);
  });

  it('that need one new customer make it once, and each other only wait', async () => {
    const open = await salesCompany(journey, { settings: { customer: { missing: 'create' } } });
    await journey.client.stateMany(
      open.id,
      range(60).map((index) => ({
        kind: 'invoice' as const,
        externalId: `n-${index}`,
        document: anInvoice({
          number: `N-${index}`,
          customer: { name: index % 2 === 0 ? 'New Neighbour' : 'new neighbour' },
        }),
      })),
    );
    await allSettled(open);
    expect(open.quickbooks.commits().filter((what) => what === 'create Customer')).toHaveLength(1);
    expect(open.quickbooks.all('Invoice')).toHaveLength(60);
    const { documents } = await journey.client.documents(open.id, { kind: 'invoice', limit: 200 });
    const said = documents.filter(({ warnings }) =>
      warnings.some(({ name }) => name === 'created'),
    );
    expect(said).toHaveLength(1);
  });
});

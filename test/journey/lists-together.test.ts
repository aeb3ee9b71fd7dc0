import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { goOnTo, type Journey, refresh, runsEnded, startJourney } from '../support/journey.js';
import { type SalesCompany, salesCompany } from '../support/sales-company.js';
import { told } from '../support/told.js';
import { waitFor } from '../support/wait-for.js';

const MINUTE_MS = 60_000;
const READ_TOGETHER = ['POST batch'];

// Reads are metered by the call: lists that are short come by one, with the company's own facts.
describe('lists that are read together', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney();
    company = await salesCompany(journey);
  });
  afterAll(() => journey?.close());

  const add = (from: number, count: number) =>
    journey.simulator.control.load(company.realmId, {
      Customer: Array.from({ length: count }, (_, index) => ({
        Id: String(from + index),
        DisplayName: `Customer ${from + index}`,
      })),
    });
  const known = async (q: string) =>
    (await journey.client.records(company.id, 'customer', { q })).records.map(({ name }) => name);
  /** Only calls that succeed are metered. */
  const pressed = async ({ refused = 0 } = {}) => {
    company.quickbooks.forget();
    const run = await refresh(journey, company.id);
    const calls = company.quickbooks.calls();
    expect(run.reads).toBe(calls.length - refused);
    expect(run.progress.done).toBeGreaterThan(10);
    return calls;
  };

  it('cost one call, and bring what is new, gone and changed', async () => {
    add(500, 3);
    await pressed();
    company.quickbooks.edit('Customer', '501', { Active: false });
    journey.simulator.control.changeCompany(company.realmId, {
      preferences: { AccountingInfoPrefs: { BookCloseDate: '2026-09-30' } },
    });
    add(510, 1);
    expect(await pressed()).toEqual(READ_TOGETHER);
    expect(await known('customer 51')).toEqual(['Customer 510']);
    const { records } = await journey.client.records(company.id, 'customer', { q: 'customer 501' });
    expect(records).toMatchObject([{ active: false }]);
    const [stored] = await journey.house.ledger.sql<{ bookCloseDate: string }[]>`
      select book_close_date::text from companies where id = (
        select company_id from connections where id = ${company.id})`;
    expect(stored?.bookCloseDate).toBe('2026-09-30');
  });

  it('are gone on with page by page where they grew by more than there was room for', async () => {
    add(600, 60);
    expect(await pressed()).toEqual(['POST batch', 'GET query']);
    for (const number of [600, 659]) {
      expect(await known(`customer ${number}`)).toEqual([`Customer ${number}`]);
    }
  });

  it('leave out what is too long for one answer, which is read by pages', async () => {
    add(2_000, 1_500);
    await pressed();
    expect(await pressed()).toEqual(['POST batch', 'GET query', 'GET query']);
    expect(await known('customer 3499')).toEqual(['Customer 3499']);
  });

  it('are read alone where QuickBooks refuses one of them, or all together', async () => {
    const fault = {
      Fault: { Error: [{ Message: 'No', Detail: 'No', code: '1040' }], type: 'ValidationFault' },
    };
    // Behind the company's two facts.
    company.fault({ match: { operation: 'query', batchItem: 2 }, do: 'body', body: fault });
    expect((await pressed()).filter((call) => call === 'GET query').length).toBe(3);
    company.fault({ match: { operation: 'batch' }, do: 'body', status: 400, body: fault });
    const calls = await pressed({ refused: 1 });
    expect(calls.filter((call) => call === 'GET query').length).toBeGreaterThan(10);
    expect(calls.at(-1)).toBe('GET preferences');
  });
});

describe('a night where contacts are looked for every five minutes', () => {
  let journey: Journey;
  let company: SalesCompany;

  beforeAll(async () => {
    journey = await startJourney({ now: '2026-11-21T12:00:00-08:00', schedules: true });
    const settings = { modules: ['invoice' as const], imports: { contacts: true } };
    company = await salesCompany(journey, { settings });
  });
  afterAll(() => journey?.close());

  const goOn = (at: number) => goOnTo(journey, new Date(at).toISOString());
  const lookedAt = () =>
    waitFor(
      async () => {
        const { sql, clock } = journey.house.ledger;
        const due = await sql`
          select 1 from change_looks where due_at <= ${clock()}
          union all select 1 from schedules where due_at <= ${clock()}
          union all select 1 from runs where ended_at is null`;
        return due.count === 0;
      },
      { what: 'nothing to be due' },
    );

  it('stands in for the look that falls due beside it, so that a day costs no read more', async () => {
    const night = await waitFor(
      async () => {
        const { reads } = await journey.client.connection(company.id);
        const at = reads?.nextNight?.at ?? '';
        // At two in the morning of its own time zone, once that is known.
        return at.slice(11, 13) === '10' ? Date.parse(at) : undefined;
      },
      { what: 'a night' },
    );
    await goOn(night - MINUTE_MS);
    await lookedAt();
    await runsEnded(journey, company.id);
    const events = told(journey, company.id);
    await events();

    const added = company.quickbooks.add('Customer', { DisplayName: 'Met at night' });
    const deleted = company.quickbooks.add('Payment', {
      CustomerRef: { value: '7' },
      TotalAmt: 5,
    });
    company.quickbooks.forget();
    await goOn(night);
    await waitFor(() => company.quickbooks.calls().length > 0, { what: 'the night to begin' });
    await lookedAt();
    expect(company.quickbooks.calls()).toEqual(READ_TOGETHER);
    expect(company.quickbooks.writes()).toBe(0);
    expect(await events()).toEqual([`contact.imported customer ${added}`]);

    journey.simulator.control.act(company.realmId, {
      do: 'delete',
      entity: 'Payment',
      id: deleted,
    });
    company.quickbooks.forget();
    await goOn(night + 4 * MINUTE_MS);
    await lookedAt();
    expect(company.quickbooks.calls()).toEqual([]);
    await goOn(night + 5 * MINUTE_MS);
    await waitFor(() => company.quickbooks.calls().length > 0, { what: 'the next look' });
    await lookedAt();
    expect(company.quickbooks.calls()).toEqual(['GET cdc']);
    // It reads from where the look before the night ended, and tells nothing twice.
    expect(await events()).toEqual([]);
  });

  it('looks again at once where more customers changed than one answer has room for', async () => {
    const { reads } = await journey.client.connection(company.id);
    const night = Date.parse(reads?.nextNight?.at ?? '');
    await goOn(night - MINUTE_MS);
    await lookedAt();
    const events = told(journey, company.id);
    await events();
    const added = Array.from({ length: 230 }, (_, index) =>
      company.quickbooks.add('Customer', { DisplayName: `Of the fair ${index}` }),
    );
    company.quickbooks.forget();
    await goOn(night);
    await waitFor(() => company.quickbooks.calls().includes('GET cdc'), { what: 'a look' });
    await lookedAt();
    const imported = (await events()).filter((event) => event.startsWith('contact.imported'));
    expect(imported.toSorted()).toEqual(
      added.map((id) => `contact.imported customer ${id}`).toSorted(),
    );
  });
});
